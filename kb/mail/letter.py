"""A message as it goes over the wire."""

from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from kb.mail.message import Message
from kb.smtp import Sender


class _Ready(str):
    """The value of a header as it goes over the wire: ASCII, folded."""


class _Policy(EmailPolicy):
    """Leaves what is ready as it is.

    The standard library would read it once more: decode what looks encoded, line breaks too, and
    write a long address as an encoded word, which nobody reads in List-Unsubscribe.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return (
            (name, value) if isinstance(value, _Ready) else super().header_store_parse(name, value)
        )

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, _Ready):
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a relay is given.

    Attributes:
        to: the one address that it goes to.
        raw: the message, lines ended by CR LF.
        name: names it among all; the same when it is sent again.
    """

    to: str
    raw: bytes
    name: str


def write(message: Message, message_id: str, sender: Sender, now: datetime) -> Letter:
    """Write a message out.

    Args:
        message: what to say.
        message_id: the part of its Message-ID before the @.
        sender: whom it comes from.
        now: its Date, aware.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = _ready(message.subject)
    mail["Date"] = now
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    # No reply by machine, such as that somebody is away.
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers:
        mail[name] = _Ready(value)
    # Every server takes it, and lines are short whatever was written.
    mail.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return Letter(message.to, mail.as_bytes(), message_id)


def _ready(subject: str) -> _Ready:
    # What looks encoded is encoded, so that it is read as it was written.
    if subject.isascii() and "=?" not in subject:
        return _Ready(subject)
    return _Ready(Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n"))
