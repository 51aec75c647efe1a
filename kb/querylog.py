"""What was searched for, so that editors learn what is missing; never who asked.

A row is a day, a query and a count: no address, no session, no time of day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from kb.database import insert_into
from kb.models import LoggedQueryRow

KEPT_DAYS = 30
MAX_CHARS = 200
# Teachers type pupils' names: editors see only what was asked on so many different days.
EDITORS_DAYS = 5
# A search that found no more studies found little.
FEW = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the last `KEPT_DAYS` days.

    Attributes:
        days: on how many different days it was asked.
        times: how often in all.
        total: how many studies it found on the newest day.
    """

    query: str
    days: int
    times: int
    total: int

    @property
    def found_little(self) -> bool:
        """Whether it found nothing, or next to nothing."""
        return self.total <= FEW


def for_admins(session: Session, today: date) -> list[Asked]:
    """Every query that is kept, those asked on most days first. For admins alone."""
    return _asked(session, LoggedQueryRow.day > _oldest(today))


def for_editors(session: Session, today: date) -> list[Asked]:
    """Those asked on `EDITORS_DAYS` different days or more, those asked on most days first."""
    is_kept = LoggedQueryRow.day > _oldest(today)
    often = (
        select(LoggedQueryRow.query)
        .where(is_kept)
        .group_by(LoggedQueryRow.query)
        # A day has one row of a query.
        .having(func.count() >= EDITORS_DAYS)
    )
    return _asked(session, is_kept & LoggedQueryRow.query.in_(often))


def _asked(session: Session, which: ColumnElement[bool]) -> list[Asked]:
    found: dict[str, Asked] = {}
    rows = select(LoggedQueryRow).where(which).order_by(LoggedQueryRow.day)
    for row in session.scalars(rows):
        before = found.get(row.query, Asked(row.query, 0, 0, 0))
        found[row.query] = Asked(row.query, before.days + 1, before.times + row.times, row.total)
    return sorted(found.values(), key=lambda asked: (-asked.days, -asked.times, asked.query))


def record(session: Session, searches: Iterable[tuple[str, int]], day: date) -> None:
    """Count searches of a day in one statement: each query, and how many studies it found."""
    counted: dict[str, tuple[int, int]] = {}
    for text, total in searches:
        query = " ".join(text.casefold().split())[:MAX_CHARS]
        if query:
            times, _ = counted.get(query, (0, 0))
            counted[query] = times + 1, total
    if not counted:
        return
    new = insert_into(session, LoggedQueryRow)
    # A day's query may have a row, by this process or another.
    statement = new.on_conflict_do_update(
        index_elements=[LoggedQueryRow.day, LoggedQueryRow.query],
        set_={"times": LoggedQueryRow.times + new.excluded.times, "total": new.excluded.total},
    )
    rows = [
        {"day": day, "query": query, "times": times, "total": total}
        for query, (times, total) in counted.items()
    ]
    session.connection().execute(statement, rows)


def forget(session: Session, today: date) -> None:
    """Delete what is older than `KEPT_DAYS` days."""
    session.execute(delete(LoggedQueryRow).where(LoggedQueryRow.day <= _oldest(today)))


def _oldest(today: date) -> date:
    """The last day that is not kept any more."""
    return today - timedelta(days=KEPT_DAYS)
