"""A subscription as a value: who gets the digest, of what and when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kb.digest.wishes import Wishes

SubscriptionId = NewType("SubscriptionId", str)


class State(StrEnum):
    """Where a subscription stands; only an active one is sent issues."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    # Mail to the address came back for good, or was complained of.
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Moments are aware, in UTC.

    Attributes:
        id: opaque, in links; never reused.
        address: as it is written to.
        paused_until: the first day, here, on which an issue may come again.
        asked_at: when it was last asked for.
        confirmed_at: when whoever reads the address's mail agreed.
        last_issue_at: when the last issue that was sent was due. The next brings what came since.
        due_at: when the next is due; None unless it is active.
    """

    id: SubscriptionId
    address: str
    wishes: Wishes
    state: State
    asked_at: datetime
    paused_until: date | None = None
    confirmed_at: datetime | None = None
    last_issue_at: datetime | None = None
    due_at: datetime | None = None
