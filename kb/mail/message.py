"""A message to one person, checked when it is made."""

import re
import unicodedata
from dataclasses import dataclass

from kb.address import read_address
from kb.errors import Invalid

MAX_SUBJECT = 200
# A line of a message may have 998 bytes, the header's name among them.
MAX_HEADER = 900
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")
_MAX_MESSAGE_ID = 200
# What the letter itself says, and what would bring it to others.
_OURS = {
    *("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "auto-submitted"),
    *("mime-version", "return-path", "received"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What to say to one person.

    Attributes:
        to: an address as `read_address` gives it.
        subject: one line, at most 200 characters.
        text: the plain text, which every message has.
        html: the same for readers who like it set; None if there is none.
        headers: more of them, such as List-Unsubscribe; values of one line.
        message_id: what makes it this message and no other, as letters, digits and `. _ + -`; the
            sender's domain follows. One that was queued before is not queued again. None: made.
        is_bulk: many people get one like it; all others go first.

    Raises:
        Invalid: no such message can be sent; a line break in a subject, address or header above
            all, which would make two headers of one.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    message_id: str | None = None
    is_bulk: bool = False

    def __post_init__(self) -> None:
        if read_address(self.to) != self.to:
            raise Invalid(f"“{self.to!a}” is not an address as this library keeps it.")
        _check_line("The subject", self.subject, MAX_SUBJECT)
        for name, value in self.headers:
            _check_header(name, value)
        if self.message_id is not None and (
            len(self.message_id) > _MAX_MESSAGE_ID or not _MESSAGE_ID.fullmatch(self.message_id)
        ):
            raise Invalid(f"{self.message_id!a} cannot be part of a Message-ID.")
        _check_body(self.text)
        _check_body(self.html or "")


def _check_header(name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise Invalid(f"{name!a} is not the name of a header.")
    if name.lower() in _OURS or name.lower().startswith("content-"):
        raise Invalid(f"The header {name} is not the message's to set.")
    _check_line(f"The header {name}", value, MAX_HEADER)
    if not value.isascii():
        raise Invalid(f"The header {name} of a message takes plain ASCII, not {value!a}.")


def one_line(raw: str, longest: int = MAX_SUBJECT) -> str:
    """What somebody wrote, as part of a subject: on one line, cut where it is too long."""
    line = " ".join("".join(" " if _breaks(c) else c for c in raw).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _check_line(what: str, value: str, longest: int) -> None:
    if not value.strip() or any(map(_breaks, value)):
        raise Invalid(f"{what} of a message must be one line of text, not {value!a}.")
    if len(value) > longest:
        raise Invalid(f"{what} of a message has at most {longest} characters.")


def _breaks(character: str) -> bool:
    """Whether it controls, ends a line or paragraph, or is half of a character."""
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}


def _check_body(body: str) -> None:
    try:
        body.encode()
    except UnicodeEncodeError:
        raise Invalid("A message holds half a character, which cannot be sent.") from None
    if "\0" in body:
        raise Invalid("A message holds a NUL, which cannot be sent.")
