"""Signed links of the digest: each to one thing, for one subscription, until a time.

Who holds one may do what it is for, as who reads an address's mail may. They expire the sooner the
more they open, but for unsubscribing, which must go on working in old messages.
"""

from datetime import timedelta
from enum import Enum

from kb.digest.subscription import SubscriptionId
from web.addresses import confirm_address, preferences_address, unsubscribe_address
from web.context import wired
from web.view import absolute


class Purpose(Enum):
    """What a link is for, and how many days it lasts."""

    CONFIRM = ("digest confirm", 3)
    PREFERENCES = ("digest preferences", 90)
    UNSUBSCRIBE = ("digest unsubscribe", 3 * 366)

    @property
    def lasts(self) -> timedelta:
        """From when it is made."""
        return timedelta(days=self.value[1])


def make(purpose: Purpose, subscription_id: str, **more: str) -> str:
    """A token for a subscription."""
    payload = {"subscription": subscription_id, **more}
    return wired().services.links.make(purpose.value[0], payload, purpose.lasts)


def read(purpose: Purpose, token: str) -> dict[str, str]:
    """What a token holds; raises LinkBroken or LinkExpired."""
    return wired().services.links.read(purpose.value[0], token)


def subscription_of(purpose: Purpose, token: str) -> SubscriptionId:
    """The subscription that a token is for; raises as `read` does."""
    return SubscriptionId(read(purpose, token)["subscription"])


def confirm_link(subscription_id: str) -> str:
    """Agrees to what was asked for, as it is written in a message."""
    return absolute(confirm_address(make(Purpose.CONFIRM, subscription_id)))


def preferences_link(subscription_id: str, **more: str) -> str:
    """Opens a subscription's preferences, as it is written in a message."""
    return absolute(preferences_address(make(Purpose.PREFERENCES, subscription_id, **more)))


def unsubscribe_link(subscription_id: str) -> str:
    """Ends a subscription, as it is written in a message and its List-Unsubscribe."""
    return absolute(unsubscribe_address(make(Purpose.UNSUBSCRIBE, subscription_id)))
