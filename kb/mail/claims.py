"""Taking messages out of the outbox, one at a time, and recording what became of each.

A message is claimed, sent, and recorded, each in a transaction of its own. Who dies in between
leaves a claim that runs out, and the message is sent again under the same Message-ID: at least
once, and never more than one extra copy for each sender that died.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.errors import Invalid
from kb.mail.message import Message
from kb.mail.outbox import State
from kb.models import OutboxRow

# Longer than one message can take; then its sender counts as dead.
CLAIM = timedelta(minutes=5)
# What could not be sent is tried again after half of the time that it has waited so far, within
# these; and given up when it is old.
SOONEST_RETRY = timedelta(minutes=1)
LATEST_RETRY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)
# A server that is away is asked again more often than one that puts a message off.
LATEST_RELAY_RETRY = timedelta(minutes=15)
_NOTHING_LEFT: dict[str, Any] = {"text": "", "html": None, "headers": []}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that the caller alone is to send now.

    Attributes:
        id: its row.
        attempt: counts from 1.
        message_id: the part of its Message-ID before the @.
        queued_at: when it was asked for.
        message: what to say.
    """

    id: int
    attempt: int
    message_id: str
    queued_at: datetime
    message: Message


class Claims:
    """Inside the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_due(self) -> datetime | None:
        """When the next message may be taken; None if none waits."""
        moments = [
            self._session.scalar(
                select(OutboxRow.not_before)
                .where(OutboxRow.is_bulk == is_bulk, OutboxRow.not_before.is_not(None))
                .order_by(OutboxRow.not_before)
                .limit(1)
            )
            for is_bulk in (False, True)
        ]
        return min(filter(None, moments), default=None)

    def claim(
        self, now: datetime, *, may_bulk: bool = True, held: Collection[str] = ()
    ) -> Claimed | None:
        """Take the message that has been due longest, those to many people last.

        Args:
            now: when.
            may_bulk: whether any of those may be taken.
            held: domains to which none of those may go now.
        """
        while row := (
            self._due(now, is_bulk=False)
            or (self._due(now, is_bulk=True, held=held) if may_bulk else None)
        ):
            row.state, row.attempts = State.SENDING.value, row.attempts + 1
            row.not_before = now + CLAIM
            self._session.flush()
            try:
                message = _message(row)
            except Invalid as error:
                # A version of this program that was less strict has queued it.
                row.state, row.not_before = State.FAILED.value, None
                row.ended_at, row.error = now, str(error)
                continue
            return Claimed(row.id, row.attempts, row.message_id, row.queued_at, message)
        return None

    def sent(self, claimed: Claimed, now: datetime) -> None:
        """Record that the relay has it, and forget what it said."""
        # Whoever has claimed it since: it is sent.
        self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == claimed.id)
            .values(**_ended(State.SENT, now, None), **_NOTHING_LEFT)
        )

    def rejected(self, claimed: Claimed, now: datetime, error: str) -> None:
        """Record that it will never be sent, and why."""
        self._record(claimed, _ended(State.FAILED, now, error))

    def deferred(self, claimed: Claimed, now: datetime, error: str) -> bool:
        """Record that it is to be tried again, and why; False if it is given up instead."""
        age = now - claimed.queued_at
        if age >= GIVE_UP_AFTER:
            self.rejected(claimed, now, f"Given up after {claimed.attempt} attempts: {error}")
            return False
        again = now + _pause(age, LATEST_RETRY)
        self._record(claimed, {"state": State.QUEUED.value, "not_before": again, "error": error})
        return True

    def postpone(self, now: datetime, error: str) -> None:
        """Put off all that is due, because the relay takes nothing; give up what is old."""
        is_due = OutboxRow.not_before <= now
        is_old = OutboxRow.queued_at <= now - GIVE_UP_AFTER
        given_up = _ended(State.FAILED, now, f"Given up: {error}")
        self._session.execute(update(OutboxRow).where(is_due, is_old).values(**given_up))
        first = select(OutboxRow.queued_at).where(is_due).order_by(OutboxRow.queued_at).limit(1)
        if (oldest := self._session.scalar(first)) is None:
            return
        again = now + _pause(now - oldest, LATEST_RELAY_RETRY)
        values = {"state": State.QUEUED.value, "not_before": again, "error": error}
        self._session.execute(update(OutboxRow).where(is_due).values(**values))

    def _due(self, now: datetime, *, is_bulk: bool, held: Collection[str] = ()) -> OutboxRow | None:
        elsewhere = [~OutboxRow.to.endswith(f"@{domain}", autoescape=True) for domain in held]
        return self._session.scalars(
            select(OutboxRow)
            .where(OutboxRow.is_bulk == is_bulk, OutboxRow.not_before <= now, *elsewhere)
            .order_by(OutboxRow.not_before, OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()

    def _record(self, claimed: Claimed, values: dict[str, Any]) -> None:
        """Write it, unless another sender has taken the message over since."""
        is_mine = (OutboxRow.id == claimed.id) & (OutboxRow.attempts == claimed.attempt)
        self._session.execute(update(OutboxRow).where(is_mine).values(**values))


def _ended(state: State, now: datetime, error: str | None) -> dict[str, Any]:
    return {"state": state.value, "not_before": None, "ended_at": now, "error": error}


def _pause(age: timedelta, longest: timedelta) -> timedelta:
    return max(SOONEST_RETRY, min(age / 2, longest))


def _message(row: OutboxRow) -> Message:
    return Message(
        to=row.to,
        subject=row.subject,
        text=row.text,
        html=row.html,
        headers=tuple((name, value) for name, value in row.headers),
        message_id=row.message_id,
        is_bulk=row.is_bulk,
    )
