"""How mail stands: what waits, what was given up and why; and giving it another try."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kb.jobs import JobKind, Jobs
from kb.mail.outbox import State
from kb.models import OutboxRow

KEPT = timedelta(days=30)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that was given up, and why."""

    to: str
    subject: str
    ended_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How mail stands.

    Attributes:
        waiting: messages that are still to be sent.
        oldest: when the first of them was asked for; None if none waits.
        held_up_by: what the last of them that could not be sent met with; None if all is well.
        held_up_since: when the first of those was asked for.
        sent: messages of the last 30 days that were sent.
        failed: messages of the last 30 days that were given up.
        failures: the newest of those, at most 20.
    """

    waiting: int
    oldest: datetime | None
    held_up_by: str | None
    held_up_since: datetime | None
    sent: int
    failed: int
    failures: tuple[Failure, ...]


def standing(session: Session) -> Standing:
    """Look at the outbox."""
    states = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    counts = {State(state): number for state, number in session.execute(states)}
    is_waiting = OutboxRow.not_before.is_not(None)
    is_held_up = is_waiting & OutboxRow.error.is_not(None)
    held_up = select(OutboxRow.error).where(is_held_up).order_by(OutboxRow.not_before.desc())
    failures = (
        select(OutboxRow)
        .where(OutboxRow.state == State.FAILED.value)
        .order_by(OutboxRow.ended_at.desc(), OutboxRow.id.desc())
        .limit(_SHOWN)
    )
    return Standing(
        waiting=counts.get(State.QUEUED, 0) + counts.get(State.SENDING, 0),
        oldest=session.scalar(select(func.min(OutboxRow.queued_at)).where(is_waiting)),
        held_up_by=session.scalar(held_up.limit(1)),
        held_up_since=session.scalar(select(func.min(OutboxRow.queued_at)).where(is_held_up)),
        sent=counts.get(State.SENT, 0),
        failed=counts.get(State.FAILED, 0),
        failures=tuple(
            Failure(row.to, row.subject, row.ended_at, row.error)
            for row in session.scalars(failures)
            if row.ended_at and row.error
        ),
    )


def retry_failed(session: Session, now: datetime) -> int:
    """Queue again what was given up, as if it had been asked for now; returns how many."""
    again = {
        "state": State.QUEUED.value,
        "queued_at": now,
        "not_before": now,
        "ended_at": None,
        "error": None,
    }
    failed = OutboxRow.state == State.FAILED.value
    ids = session.scalars(
        update(OutboxRow).where(failed).values(**again).returning(OutboxRow.id)
    ).all()
    if ids:
        Jobs(session).queue(JobKind.SEND_MAIL, now)
    return len(ids)


def forget(session: Session, now: datetime) -> None:
    """Drop the records of messages that were sent or given up more than 30 days ago."""
    session.execute(delete(OutboxRow).where(OutboxRow.ended_at < now - KEPT))
