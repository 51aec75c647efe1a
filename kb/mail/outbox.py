"""The outbox: messages that wait, those on their way, and what became of the others."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kb.database import in_parts, insert_into
from kb.jobs import JobKind, Jobs
from kb.mail.message import Message
from kb.models import OutboxRow


class State(StrEnum):
    """What has become of a message."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


def queue(
    session: Session, message: Message, now: datetime, *, not_before: datetime | None = None
) -> None:
    """Leave a message for the keeper, in the caller's transaction; see `queue_all`."""
    queue_all(session, [message], now, not_before=not_before)


def queue_all(
    session: Session,
    messages: Iterable[Message],
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> None:
    """Leave messages for the keeper, in the caller's transaction.

    A message whose `message_id` was queued in the last 30 days is not queued again.

    Args:
        session: in a transaction; the caller commits.
        messages: what to send.
        now: the time of asking.
        not_before: sent then or later; None means at once.
    """
    due = not_before or now
    new = insert_into(session, OutboxRow).on_conflict_do_nothing(
        index_elements=[OutboxRow.message_id]
    )
    is_any = False
    for part in in_parts(messages):
        session.connection().execute(new, [_row(message, now, due) for message in part])
        is_any = True
    if is_any:
        Jobs(session).queue(JobKind.SEND_MAIL, due)


def withdraw(session: Session, message_ids: Iterable[str]) -> None:
    """Take messages back that are not sent yet, in the caller's transaction.

    One that a sender has in hand at this moment may arrive all the same, and is not tried again.
    """
    for part in in_parts(message_ids):
        session.execute(
            delete(OutboxRow).where(
                OutboxRow.message_id.in_(part), OutboxRow.not_before.is_not(None)
            )
        )


def _row(message: Message, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "message_id": message.message_id or secrets.token_hex(16),
        "to": message.to,
        "subject": message.subject,
        "headers": [list(header) for header in message.headers],
        "text": message.text,
        "html": message.html,
        "is_bulk": message.is_bulk,
        "state": State.QUEUED.value,
        "attempts": 0,
        "queued_at": now,
        "not_before": due,
    }
