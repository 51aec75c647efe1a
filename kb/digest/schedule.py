"""When a digest is due: days and hours of England's clocks, through both their changes."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from kb.desk.clock import LONDON, london_day
from kb.digest.holidays import Holiday, SchoolHolidays
from kb.digest.subscription import Subscription
from kb.digest.wishes import Frequency

# A first issue looks back so far, or new readers would wait for the library to grow.
_FIRST_LOOKS_BACK = timedelta(days=28)
_WEEK = timedelta(days=7)
# Where the file of holidays says nothing, a half-term is counted as so many weeks.
_HALF_TERM_WEEKS = 7
# A Monday, from which weeks are counted where nothing else is known.
_EPOCH = date(2024, 1, 1)


def next_due(subscription: Subscription, after: datetime, holidays: SchoolHolidays) -> datetime:
    """The first moment after another at which an issue is due, in UTC.

    Days and hours are those of Europe/London; an hour that is left out in spring is the next one,
    and of an hour that comes twice in autumn the first counts. Nothing is due before the day until
    which the subscription pauses, or in holidays where it pauses then.
    """
    closed = holidays.of(subscription.wishes.region)
    first = london_day(after)
    if subscription.paused_until:
        first = max(first, subscription.paused_until)
    days = _days(subscription, first, closed)
    moments = (moment(day, time(subscription.wishes.hour)) for day in days)
    return next(each for each in moments if each > after)


def news_since(subscription: Subscription) -> datetime:
    """From when on the next issue brings what is new: since the last one.

    Equal interests are matched once for each such moment, so a first issue looks back to a
    midnight, whenever in the day it was asked for.
    """
    if subscription.last_issue_at:
        return subscription.last_issue_at
    began = subscription.confirmed_at or subscription.asked_at
    return moment(london_day(began) - _FIRST_LOOKS_BACK, time())


def moment(day: date, at: time) -> datetime:
    """A time of the clocks here, in UTC; where it is left out, as much later as they jump."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _days(subscription: Subscription, first: date, closed: Sequence[Holiday]) -> Iterator[date]:
    """The days from one on that the wishes name."""
    wishes = subscription.wishes
    start = first + timedelta(days=(wishes.weekday - first.weekday()) % 7)
    weekly = (start + _WEEK * n for n in itertools.count())
    match wishes.frequency:
        case Frequency.WEEKLY:
            days: Iterator[date] = weekly
        case Frequency.FORTNIGHTLY:
            anchor = subscription.confirmed_at
            since = london_day(anchor) if anchor else _EPOCH
            days = (day for day in weekly if _weeks(since, day) % 2 == 0)
        case Frequency.HALF_TERMLY:
            days = (day for day in weekly if _is_first_of_half_term(day, closed))
    if not wishes.pause_in_holidays:
        return days
    return (day for day in days if not _holiday(day, closed))


def _holiday(day: date, closed: Sequence[Holiday]) -> Holiday | None:
    return next((each for each in closed if each.first <= day <= each.last), None)


def _is_first_of_half_term(day: date, closed: Sequence[Holiday]) -> bool:
    """Whether no day a whole number of weeks before lies in the same half-term."""
    if _holiday(day, closed):
        return False
    before = [each for each in closed if each.last < day]
    if not before:
        return _weeks(_EPOCH, day) % _HALF_TERM_WEEKS == 0
    weeks = (day - before[-1].last - timedelta(days=1)).days // 7
    is_known = any(each.first > day for each in closed)
    return weeks == 0 or (not is_known and weeks % _HALF_TERM_WEEKS == 0)


def _weeks(since: date, day: date) -> int:
    """Whole weeks, Monday to Sunday, from that of one day to that of another."""
    return (_monday(day) - _monday(since)).days // 7


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
