"""Runs that sent the digest: when, and how much; never to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.database import Database
from kb.models import DigestRunRow, SubscriptionRow


class Counts(Protocol):
    """What a run counts."""

    issues: int
    without_news: int
    failed: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run that had something to do."""

    started_at: datetime
    ended_at: datetime
    issues: int
    without_news: int
    failed: int


@contextmanager
def recorded(database: Database, now: datetime, counts: Counts) -> Iterator[None]:
    """Keep a record of the run that is the block, unless it had nothing to do."""
    started_at = datetime.now(UTC)
    yield
    numbers = {name: getattr(counts, name) for name in ("issues", "without_news", "failed")}
    if any(numbers.values()):
        took = datetime.now(UTC) - started_at
        with database.begin() as session:
            session.add(DigestRunRow(started_at=now, ended_at=now + took, **numbers))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the digest stands, in numbers alone.

    Attributes:
        readers: how many subscriptions there are in each state.
        new: how many were confirmed in the last 30 days.
        due: how many issues are due now.
        next_due: when the next will be; None if none is to come.
        runs: the last that had something to do, the newest first.
    """

    readers: dict[str, int]
    new: int
    due: int
    next_due: datetime | None
    runs: list[Run]


def standing(session: Session, now: datetime) -> Standing:
    """Look at readers and runs."""
    states = select(SubscriptionRow.state, func.count()).group_by(SubscriptionRow.state)
    new = select(func.count()).where(SubscriptionRow.confirmed_at > now - timedelta(days=30))
    is_due = SubscriptionRow.due_at <= now
    later = select(func.min(SubscriptionRow.due_at)).where(SubscriptionRow.due_at > now)
    return Standing(
        readers=dict(sorted((state, number) for state, number in session.execute(states))),
        new=session.scalar(new) or 0,
        due=session.scalar(select(func.count()).where(is_due)) or 0,
        next_due=session.scalar(later),
        runs=last_runs(session),
    )


def last_runs(session: Session, limit: int = 10) -> list[Run]:
    """The newest first."""
    rows = session.scalars(select(DigestRunRow).order_by(DigestRunRow.id.desc()).limit(limit))
    return [
        Run(row.started_at, row.ended_at, row.issues, row.without_news, row.failed) for row in rows
    ]
