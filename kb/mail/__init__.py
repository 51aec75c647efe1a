"""Mail: messages are left in the outbox within the caller's transaction, and the keeper sends."""

from kb.mail.message import Message
from kb.mail.outbox import queue, queue_all

__all__ = ["Message", "queue", "queue_all"]
