"""How often and when somebody wants the digest, and what about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb.desk.clock import london_day
from kb.digest.interests import Interests
from kb.domain import TermKey
from kb.errors import Invalid

# A longer pause is an end.
_LONGEST_PAUSE = timedelta(days=366)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Frequency(StrEnum):
    """How often an issue is due."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    HALF_TERMLY = "half-termly"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    Frequency.WEEKLY: "Every week",
    Frequency.FORTNIGHTLY: "Every two weeks",
    Frequency.HALF_TERMLY: "Once each half-term",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a subscription is to bring, and when.

    Attributes:
        weekday: 0 for Monday to 6 for Sunday.
        hour: 0 to 23, of Europe/London.
        always: whether an issue comes even when nothing new fits.
        pause_in_holidays: whether none comes in school holidays.
        region: whose holidays; None for those of most of England.
    """

    interests: Interests
    frequency: Frequency = Frequency.WEEKLY
    weekday: int = 0
    hour: int = 7
    always: bool = False
    pause_in_holidays: bool = True
    region: TermKey | None = None


def read_pause(until: date | None, now: datetime) -> date | None:
    """The first day after a pause.

    Raises:
        Invalid: it is not to come, or more than a year away.
    """
    today = london_day(now)
    if until is not None and until <= today:
        raise Invalid(f"The pause must end after today, {today.day} {today:%B %Y}.")
    if until is not None and until - today > _LONGEST_PAUSE:
        raise Invalid("A pause lasts a year at most. Choose a nearer day, or unsubscribe.")
    return until
