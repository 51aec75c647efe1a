"""Signed links of the digest: each to one thing, for one subscription, until a time.

Who holds one may do what it is for, as who reads an address's mail may. They expire the sooner the
more they open, but for unsubscribing, which must go on working in old messages.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kb.digest.subscription import SubscriptionId
from kb.links import Links
from web.addresses import (
    confirm_address,
    issue_address,
    preferences_address,
    unsubscribe_address,
)


class Purpose(Enum):
    """What a link is for, and how many days it lasts."""

    CONFIRM = ("digest confirm", 3)
    PREFERENCES = ("digest preferences", 90)
    UNSUBSCRIBE = ("digest unsubscribe", 3 * 366)
    ISSUE = ("digest issue", 90)

    @property
    def lasts(self) -> timedelta:
        """From when it is made."""
        return timedelta(days=self.value[1])


@dataclass(frozen=True, slots=True)
class ReaderLinks:
    """Makes and reads the links of readers; for pages, and for messages that no page writes.

    Attributes:
        links: sign them.
        base_url: what a path of the site begins with in a message.
    """

    links: Links
    base_url: str

    def make(self, purpose: Purpose, subscription_id: str, **more: str) -> str:
        """A token for a subscription."""
        payload = {"subscription": subscription_id, **more}
        return self.links.make(purpose.value[0], payload, purpose.lasts)

    def read(self, purpose: Purpose, token: str) -> dict[str, str]:
        """What a token holds; raises LinkBroken or LinkExpired."""
        return self.links.read(purpose.value[0], token)

    def subscription_of(self, purpose: Purpose, token: str) -> SubscriptionId:
        """The subscription that a token is for; raises as `read` does."""
        return SubscriptionId(self.read(purpose, token)["subscription"])

    def confirm(self, subscription_id: str) -> str:
        """Agrees to what was asked for, as it is written in a message."""
        return self.base_url + confirm_address(self.make(Purpose.CONFIRM, subscription_id))

    def preferences(self, subscription_id: str, **more: str) -> str:
        """Opens a subscription's preferences, as it is written in a message."""
        token = self.make(Purpose.PREFERENCES, subscription_id, **more)
        return self.base_url + preferences_address(token)

    def unsubscribe(self, subscription_id: str) -> str:
        """Ends a subscription, as it is written in a message and in its List-Unsubscribe."""
        return self.base_url + unsubscribe_address(self.make(Purpose.UNSUBSCRIBE, subscription_id))

    def issue(self, subscription_id: str, due_at: datetime) -> str:
        """Shows an issue in a browser, as it is written in that issue."""
        token = self.make(Purpose.ISSUE, subscription_id, due=due_at.isoformat())
        return self.base_url + issue_address(token)
