"""Subscriptions to rows and back."""

from kb.digest.interests import dump_interests, load_interests
from kb.digest.subscription import State, Subscription, SubscriptionId
from kb.digest.wishes import Frequency, Wishes
from kb.domain import TermKey
from kb.models import SubscriptionRow


def load(row: SubscriptionRow) -> Subscription:
    """The subscription of a row."""
    return Subscription(
        id=SubscriptionId(row.id),
        address=row.address,
        wishes=Wishes(
            interests=load_interests(row.interests),
            frequency=Frequency(row.frequency),
            weekday=row.weekday,
            hour=row.hour,
            always=row.always,
            pause_in_holidays=row.pause_in_holidays,
            region=TermKey(row.region) if row.region else None,
        ),
        state=State(row.state),
        asked_at=row.asked_at,
        paused_until=row.paused_until,
        confirmed_at=row.confirmed_at,
        last_issue_at=row.last_issue_at,
        due_at=row.due_at,
    )


def dump(subscription: Subscription) -> SubscriptionRow:
    """A new row for a subscription."""
    row = SubscriptionRow(id=subscription.id)
    write(row, subscription)
    return row


def write(row: SubscriptionRow, subscription: Subscription) -> None:
    """Bring a row into line with its subscription."""
    wishes = subscription.wishes
    row.address = subscription.address
    row.state = subscription.state.value
    row.interests = dump_interests(wishes.interests)
    row.frequency = wishes.frequency.value
    row.weekday, row.hour = wishes.weekday, wishes.hour
    row.always, row.pause_in_holidays = wishes.always, wishes.pause_in_holidays
    row.region = wishes.region
    row.paused_until = subscription.paused_until
    row.asked_at, row.confirmed_at = subscription.asked_at, subscription.confirmed_at
    row.last_issue_at, row.due_at = subscription.last_issue_at, subscription.due_at
