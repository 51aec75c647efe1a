"""Of whom an issue is due now, and going on to the next; inside the caller's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.digest.holidays import SchoolHolidays
from kb.digest.schedule import next_due
from kb.digest.subscription import State, Subscription
from kb.digest.subscription_rows import load
from kb.models import SubscriptionRow


def due(
    session: Session, holidays: SchoolHolidays, now: datetime, limit: int
) -> list[Subscription]:
    """At most so many active subscriptions of which an issue is due, the longest waiting first.

    Where the holidays were changed meanwhile, so that none is, it is put off.
    """
    found = session.scalars(
        select(SubscriptionRow)
        .where(SubscriptionRow.state == State.ACTIVE.value, SubscriptionRow.due_at <= now)
        .order_by(SubscriptionRow.due_at, SubscriptionRow.id)
        .limit(limit)
    ).all()
    return [load(row) for row in found if _is_still_due(row, holidays, now)]


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether an issue is due of anybody."""
    waiting = select(SubscriptionRow.id).where(
        SubscriptionRow.state == State.ACTIVE, SubscriptionRow.due_at <= now
    )
    return session.scalars(waiting.limit(1)).first() is not None


def issued(
    session: Session,
    holidays: SchoolHolidays,
    subscription_id: str,
    due_at: datetime,
    now: datetime,
    *,
    sent: bool,
) -> None:
    """Go on to the next issue after the one that was due.

    Args:
        session: in a transaction.
        holidays: of schools.
        subscription_id: one that is gone meanwhile, or ended, is left as it is.
        due_at: when the issue was due; if that is not the one now due, nothing is done.
        now: the next is due after this.
        sent: whether anything was: otherwise the next brings what came since the one before.
    """
    row = session.get(SubscriptionRow, subscription_id)
    if row is None or row.state != State.ACTIVE or row.due_at != due_at:
        return
    if sent:
        row.last_issue_at = due_at
    row.due_at = next_due(load(row), max(due_at, now), holidays)


def _is_still_due(row: SubscriptionRow, holidays: SchoolHolidays, now: datetime) -> bool:
    subscription = load(row)
    if subscription.due_at is None:
        return False
    row.due_at = next_due(subscription, subscription.due_at - timedelta(seconds=1), holidays)
    return row.due_at <= now
