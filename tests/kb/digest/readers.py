"""Readers who subscribe, as tests want them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from kb.digest.due import due as due_now
from kb.digest.holidays import SchoolHolidays
from kb.digest.interests import Interests, SavedSearch
from kb.digest.subscription import Subscription
from kb.digest.subscriptions import Subscriptions
from kb.digest.wishes import Frequency, Wishes
from kb.domain import TermKey
from kb.models import SubscriptionRow
from tests.factories import Installation

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 9, 7, tzinfo=UTC)
DAY = timedelta(days=1)
NONE = SchoolHolidays()
PLAIN = Wishes(Interests())
MOST_OF_IT = Wishes(
    Interests(needs=(TermKey("SEMH"),), searches=(SavedSearch("late", (("phase", "primary"),)),)),
    Frequency.FORTNIGHTLY,
    weekday=6,
    hour=18,
    always=True,
    pause_in_holidays=False,
    region=TermKey("london"),
)


@contextmanager
def using(site: Installation) -> Iterator[Subscriptions]:
    with site.database.begin() as session:
        yield Subscriptions(session, NONE)


def ask(
    site: Installation, address: str = "a@example.org", wishes: Wishes = PLAIN, now: datetime = NOW
) -> Subscription:
    with using(site) as subscriptions:
        found = subscriptions.ask(address, wishes, now)
    assert found is not None
    return found.asked


def subscribe(
    site: Installation, address: str = "a@example.org", wishes: Wishes = PLAIN, now: datetime = NOW
) -> Subscription:
    asked = ask(site, address, wishes, now)
    with using(site) as subscriptions:
        return subscriptions.confirm(asked.id, now)


def everyone(site: Installation) -> list[tuple[str, str]]:
    with site.database.read() as session:
        rows = session.execute(select(SubscriptionRow.address, SubscriptionRow.state))
        return sorted((address, state) for address, state in rows)


def get(site: Installation, subscription: Subscription) -> Subscription:
    with using(site) as subscriptions:
        return subscriptions.get(subscription.id)


def due(site: Installation, now: datetime, holidays: SchoolHolidays = NONE) -> list[str]:
    with site.database.begin() as session:
        return [each.address for each in due_now(session, holidays, now, limit=100)]
