"""Mail that came back, and complaints: who gets no more. Inside the caller's transaction."""

import email
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message as Part
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.address import read_address
from kb.digest.holidays import SchoolHolidays
from kb.digest.subscriptions import Subscriptions
from kb.errors import Invalid
from kb.mail.message import one_line
from kb.mail.outbox import State
from kb.models import BounceRow, DigestIssueRow, OutboxRow

# So many that came back for a while, within so long, count as for good; older ones do not count.
MOST_SOFT = 4
SOFT_LASTS = timedelta(days=60)
# No such mailbox, no such host, mailbox closed; other lasting answers are of the text or of us.
_NO_MAILBOX = re.compile(r"5\.1\.[0-9]+|5\.2\.1")
_NO_MAILBOX_CODES = ("550", "551", "553")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Kind(StrEnum):
    """What came back."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Bounce:
    """Mail to an address that came back, or was complained of.

    Attributes:
        source: what told of it; the same for the same, so that it counts once.
        told: what was said of it, on one line.
    """

    source: str
    address: str
    kind: Kind
    told: str


def note(session: Session, bounces: Iterable[Bounce], now: datetime) -> int:
    """Take note of these, and suppress who is to get no more; returns how many were new."""
    new = 0
    for each in bounces:
        known = select(BounceRow.id).where(BounceRow.source == each.source)
        if session.scalars(known).first() is not None:
            continue
        session.add(
            BounceRow(
                source=each.source,
                address=each.address,
                kind=each.kind.value,
                noted_at=now,
                told=each.told,
            )
        )
        session.flush()
        new += 1
        if each.kind is not Kind.SOFT or _softs(session, each.address, now) >= MOST_SOFT:
            Subscriptions(session, SchoolHolidays()).suppress(each.address)
    return new


def note_refused(session: Session, now: datetime) -> int:
    """Take note of issues that the mail server refused while they were sent."""
    rows = session.execute(
        select(OutboxRow.message_id, OutboxRow.to, OutboxRow.error)
        .join(DigestIssueRow, DigestIssueRow.message_id == OutboxRow.message_id)
        .where(
            OutboxRow.state == State.FAILED.value,
            OutboxRow.message_id.not_in(select(BounceRow.source)),
        )
    ).all()
    return note(
        session,
        (Bounce(name, to, _kind_of(error or ""), error or "") for name, to, error in rows),
        now,
    )


def read_report(raw: bytes) -> list[Bounce]:
    """What a report says that a mail server sent back: RFC 3464, or RFC 5965 for complaints.

    Raises:
        Invalid: it is no such report, or names no address.
    """
    report = email.message_from_bytes(raw)
    source = f"report-{hashlib.sha256(raw).hexdigest()[:40]}"
    found = [*_returned(report, source), *_complaints(report, source)]
    if not found:
        raise Invalid("It is not a report of mail that came back (RFC 3464) or of a complaint.")
    return found


def counts(session: Session) -> dict[str, int]:
    """How much of each kind came back lately."""
    rows = session.execute(select(BounceRow.kind, func.count()).group_by(BounceRow.kind))
    return dict(sorted((kind, number) for kind, number in rows))


def forget(session: Session, now: datetime) -> None:
    """Drop what no longer counts; who was suppressed stays so."""
    session.execute(delete(BounceRow).where(BounceRow.noted_at < now - SOFT_LASTS))


def _softs(session: Session, address: str, now: datetime) -> int:
    counted = select(func.count()).where(
        BounceRow.address == address,
        BounceRow.kind == Kind.SOFT.value,
        BounceRow.noted_at > now - SOFT_LASTS,
    )
    return session.scalar(counted) or 0


def _kind_of(told: str) -> Kind:
    enhanced = _ENHANCED.search(told)
    if enhanced:
        return Kind.HARD if _NO_MAILBOX.fullmatch(enhanced.group()) else Kind.SOFT
    return Kind.HARD if told.startswith(_NO_MAILBOX_CODES) else Kind.SOFT


def _returned(report: Part, source: str) -> Iterator[Bounce]:
    for number, fields in enumerate(_blocks(report, "message/delivery-status")):
        address = _address(fields.get("Final-Recipient") or fields.get("Original-Recipient"))
        action = str(fields.get("Action", "")).strip().casefold()
        status = str(fields.get("Status", "")).strip()
        if address and action in {"failed", "delayed"}:
            lasting = action == "failed" and _NO_MAILBOX.match(status)
            told = one_line(f"{status} {fields.get('Diagnostic-Code', '')}") or action
            kind = Kind.HARD if lasting else Kind.SOFT
            yield Bounce(f"{source}-{number}", address, kind, told)


def _complaints(report: Part, source: str) -> Iterator[Bounce]:
    for number, fields in enumerate(_blocks(report, "message/feedback-report")):
        address = _address(fields.get("Original-Rcpt-To"))
        if address:
            told = one_line(str(fields.get("Feedback-Type", "complaint")))
            yield Bounce(f"{source}-c{number}", address, Kind.COMPLAINT, told)


def _blocks(report: Part, kind: str) -> Iterator[Part]:
    """The groups of fields of a report's parts of a kind."""
    for part in report.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload()
            yield from (
                payload
                if isinstance(payload, list)
                else [  # type: ignore[misc]
                    email.message_from_string(str(payload))
                ]
            )


def _address(field: object) -> str | None:
    """The address of a field such as `rfc822; a@example.org`; None if it is none."""
    if field is None:
        return None
    try:
        return read_address(str(field).rpartition(";")[2].strip().strip("<>"))
    except Invalid:
        return None
