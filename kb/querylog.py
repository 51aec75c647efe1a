"""What was searched for, so that editors learn what is missing; never who asked.

A row is a day, a query and a count: no address, no session, no time of day.
"""

from datetime import date, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.models import LoggedQueryRow

KEPT_DAYS = 30
MAX_CHARS = 200


def record(session: Session, text: str, total: int, day: date) -> None:
    """Count one search; `total` is the number of studies that it found."""
    query = " ".join(text.casefold().split())[:MAX_CHARS]
    if not query:
        return
    counted = session.execute(
        update(LoggedQueryRow)
        .where(LoggedQueryRow.day == day, LoggedQueryRow.query == query)
        .values(times=LoggedQueryRow.times + 1, total=total)
        .returning(LoggedQueryRow.query)
    ).first()
    if counted:
        return
    try:
        with session.begin_nested():
            session.add(LoggedQueryRow(day=day, query=query, times=1, total=total))
    except IntegrityError:
        # Another process made the row in between.
        record(session, text, total, day)


def forget(session: Session, today: date) -> None:
    """Delete what is older than `KEPT_DAYS` days."""
    session.execute(
        delete(LoggedQueryRow).where(LoggedQueryRow.day <= today - timedelta(days=KEPT_DAYS))
    )
