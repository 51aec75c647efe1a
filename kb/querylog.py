"""What was searched for, so that editors learn what is missing; never who asked.

A row is a day, a query and a count: no address, no session, no time of day.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.models import LoggedQueryRow

KEPT_DAYS = 30
MAX_CHARS = 200
_INSERT: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


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
    new = _INSERT[session.get_bind().dialect.name](LoggedQueryRow)
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
    session.execute(
        delete(LoggedQueryRow).where(LoggedQueryRow.day <= today - timedelta(days=KEPT_DAYS))
    )
