"""All that is known of a reader, for the reader."""

from typing import Any

from kb.digest.interests import dump_interests
from kb.digest.ledger import Had
from kb.digest.subscription import Subscription


def own_data(subscription: Subscription, had: Had | None = None) -> dict[str, Any]:
    """Plain JSON values under names that a reader understands; moments in UTC.

    Args:
        subscription: the reader's.
        had: the studies that they were sent, as `Ledger.had` tells.
    """
    wishes = subscription.wishes
    moments = ("asked_at", "confirmed_at", "last_issue_at", "due_at", "paused_until")
    return {
        "address": subscription.address,
        "state": subscription.state.value,
        "interests": dump_interests(wishes.interests),
        "frequency": wishes.frequency.value,
        "weekday": wishes.weekday,
        "hour": wishes.hour,
        "always": wishes.always,
        "pause_in_holidays": wishes.pause_in_holidays,
        "region": wishes.region,
        "sent": {study: at.isoformat() for study, at in sorted((had or {}).items())},
        **{
            name: moment.isoformat() if (moment := getattr(subscription, name)) else None
            for name in moments
        },
    }
