"""The clock of the people who plan: Europe/London, through both changes of the year."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from kb.errors import Invalid

LONDON = ZoneInfo("Europe/London")


def london_day(at: datetime) -> date:
    """The day in London at an aware time."""
    return at.astimezone(LONDON).date()


def read_london(raw: str) -> datetime:
    """The moment, in UTC, of a time such as 2026-03-02T09:30 on a clock in London.

    Of an hour that happens twice in autumn the first is meant.

    Raises:
        Invalid: no such time; the hour that spring leaves out is named.
    """
    try:
        day, _, clock = raw.strip().partition("T")
        local = datetime.combine(date.fromisoformat(day), _clock(clock), LONDON)
    except ValueError:
        raise Invalid("Give a day and a time, such as 2 March 2027, 09:30.") from None
    moment = local.astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(
            f"There is no {local:%H:%M} on {local:%-d %B %Y}: the clocks go forward. "
            "Choose an hour later."
        )
    return moment


def _clock(raw: str) -> time:
    shown = time.fromisoformat(raw)
    if shown.tzinfo is not None:
        raise ValueError("a zone of its own")
    return shown
