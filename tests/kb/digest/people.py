"""Subscriptions as tests want them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kb.digest.interests import Interests
from kb.digest.subscription import State, Subscription, SubscriptionId
from kb.digest.wishes import Wishes

# A Wednesday in the autumn half-term before Christmas.
CONFIRMED = datetime(2026, 11, 4, 12, tzinfo=UTC)


def a_subscription(**changes: Any) -> Subscription:
    """An active, weekly one for Mondays at seven; fields of its wishes may be named too."""
    wishes = {name: changes.pop(name) for name in Wishes.__dataclass_fields__ if name in changes}
    made = Subscription(
        SubscriptionId("s"),
        "a@example.org",
        replace(Wishes(Interests()), **wishes),
        State.ACTIVE,
        asked_at=CONFIRMED,
        confirmed_at=CONFIRMED,
    )
    return replace(made, **changes)
