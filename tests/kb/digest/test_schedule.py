"""When a digest is due, by England's clocks and school terms."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk.clock import LONDON
from kb.digest.holidays import HOLIDAYS, SchoolHolidays
from kb.digest.schedule import moment, news_since, next_due
from kb.digest.wishes import Frequency
from kb.domain import TermKey
from kb.vocabulary import Vocabularies
from tests.factories import SHIPPED
from tests.kb.digest.people import CONFIRMED, a_subscription

REGIONS = Vocabularies.load(SHIPPED / "vocabulary")["region"]
TERMS = SchoolHolidays.load(SHIPPED / HOLIDAYS, REGIONS)
SUNDAY = 6


def here(*given: int) -> datetime:
    return datetime(*given, tzinfo=LONDON)  # type: ignore[arg-type, misc]


def due_after(
    after: datetime, count: int, holidays: SchoolHolidays = TERMS, **wishes: Any
) -> list[datetime]:
    """So many moments in turn, as clocks here show them."""
    subscription = a_subscription(**wishes)

    def moments() -> Iterator[datetime]:
        last = after
        while True:
            last = next_due(subscription, last, holidays)
            assert last.tzinfo is UTC
            yield last.astimezone(LONDON)

    return list(itertools.islice(moments(), count))


def days(found: list[datetime]) -> list[str]:
    return [each.strftime("%d %b %Y") for each in found]


def test_it_is_the_next_such_day_and_hour_never_the_same_moment_again() -> None:
    just_before = here(2026, 11, 9, 6, 59)
    assert due_after(just_before, 2) == [here(2026, 11, 9, 7), here(2026, 11, 16, 7)]
    assert due_after(here(2026, 11, 9, 7), 1) == [here(2026, 11, 16, 7)]


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("hour", [0, 23])
def test_every_day_and_hour_comes_each_week(weekday: int, hour: int) -> None:
    [found] = due_after(CONFIRMED, 1, weekday=weekday, hour=hour)
    assert (found.weekday(), found.hour, found.minute) == (weekday, hour, 0)
    assert timedelta(0) < found - CONFIRMED <= timedelta(days=7)


def test_the_hour_stays_the_same_through_both_changes_of_the_clocks() -> None:
    spring = due_after(here(2027, 3, 20), 3, SchoolHolidays(), weekday=0)
    assert [each.hour for each in spring] == [7, 7, 7]
    assert [each.astimezone(UTC).hour for each in spring] == [7, 6, 6]
    autumn = due_after(here(2027, 10, 23), 2, SchoolHolidays(), weekday=0)
    assert [each.hour for each in autumn] == [7, 7]


def test_half_past_one_is_half_past_two_where_the_clocks_leave_it_out() -> None:
    assert moment(date(2027, 3, 28), time(1, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment(date(2027, 3, 28), time(1, 30)).astimezone(LONDON) == here(2027, 3, 28, 2, 30)
    found = due_after(here(2027, 3, 27), 2, SchoolHolidays(), weekday=SUNDAY, hour=1)
    assert found == [here(2027, 3, 28, 2), here(2027, 4, 4, 1)]


def test_an_hour_that_comes_twice_is_due_once_the_first_time() -> None:
    assert moment(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = due_after(here(2026, 10, 24), 2, SchoolHolidays(), weekday=SUNDAY, hour=1)
    assert [each.astimezone(UTC) for each in found] == [
        datetime(2026, 10, 25, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 1, tzinfo=UTC),
    ]
    # Asked again between the two, or in the second, it is not due again that day.
    for minutes in (1, 61, 119):
        later = found[0] + timedelta(minutes=minutes)
        assert due_after(later, 1, SchoolHolidays(), weekday=SUNDAY, hour=1) == [found[1]]


def test_every_two_weeks_counts_from_the_week_of_confirming() -> None:
    found = due_after(CONFIRMED, 3, frequency=Frequency.FORTNIGHTLY)
    assert days(found) == ["16 Nov 2026", "30 Nov 2026", "14 Dec 2026"]
    # The day of the week moves it within its week, not into the other ones.
    found = due_after(CONFIRMED, 2, frequency=Frequency.FORTNIGHTLY, weekday=4)
    assert days(found) == ["06 Nov 2026", "20 Nov 2026"]


def test_half_termly_is_the_first_such_day_after_each_holiday() -> None:
    found = due_after(here(2026, 7, 23), 7, frequency=Frequency.HALF_TERMLY)
    assert days(found) == [
        "07 Sep 2026",
        "02 Nov 2026",
        "04 Jan 2027",
        "22 Feb 2027",
        "12 Apr 2027",
        "07 Jun 2027",
        "06 Sep 2027",
    ]


def test_half_termly_waits_for_school_even_where_holidays_are_no_pause() -> None:
    wishes: dict[str, Any] = {"frequency": Frequency.HALF_TERMLY, "pause_in_holidays": False}
    assert days(due_after(here(2026, 12, 21), 1, **wishes)) == ["04 Jan 2027"]


def test_half_termly_goes_on_where_the_file_says_nothing() -> None:
    """Every seven weeks, before its first holiday, after its last, and without a file."""
    for holidays, after in (
        (TERMS, here(2028, 9, 10)),
        (TERMS, here(2025, 1, 1)),
        (SchoolHolidays(), here(2026, 1, 1)),
    ):
        found = due_after(after, 4, holidays, frequency=Frequency.HALF_TERMLY)
        assert {later.date() - sooner.date() for sooner, later in itertools.pairwise(found)} == {
            timedelta(weeks=7)
        }


def test_holidays_are_left_out_for_those_who_ask() -> None:
    assert days(due_after(here(2026, 12, 13), 2)) == ["14 Dec 2026", "04 Jan 2027"]
    found = due_after(here(2026, 12, 13), 2, pause_in_holidays=False)
    assert days(found) == ["14 Dec 2026", "21 Dec 2026"]


def test_the_sunday_before_school_is_back_is_no_holiday() -> None:
    found = due_after(here(2026, 10, 20), 2, weekday=SUNDAY, hour=18)
    assert days(found) == ["01 Nov 2026", "08 Nov 2026"]


def test_a_regions_own_holidays_count(tmp_path: Any) -> None:
    text = '[[london]]\nname = "x"\nfrom = 2026-11-16\nto = 2026-11-20\n'
    (tmp_path / HOLIDAYS).write_text(text)
    holidays = SchoolHolidays.load(tmp_path / HOLIDAYS, REGIONS)
    after = here(2026, 11, 10)
    assert days(due_after(after, 1, holidays, region=TermKey("london"))) == ["23 Nov 2026"]
    assert days(due_after(after, 1, holidays)) == ["16 Nov 2026"]


def test_nothing_is_due_before_the_day_until_which_it_pauses() -> None:
    after = here(2026, 11, 5)
    assert days(due_after(after, 1, paused_until=date(2026, 11, 30))) == ["30 Nov 2026"]
    assert days(due_after(after, 1, paused_until=date(2026, 12, 1))) == ["07 Dec 2026"]
    # A pause that is over is none, and one that ends in a holiday ends with it.
    assert days(due_after(after, 1, paused_until=date(2026, 1, 1))) == ["09 Nov 2026"]
    assert days(due_after(after, 1, paused_until=date(2026, 12, 25))) == ["04 Jan 2027"]


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    tokyo = here(2026, 11, 9, 6, 59).astimezone(UTC)
    assert due_after(tokyo, 1) == [here(2026, 11, 9, 7)]


def test_news_are_those_since_the_last_issue_and_at_first_of_four_weeks() -> None:
    last = here(2026, 11, 9, 7)
    assert news_since(a_subscription(last_issue_at=last)) == last
    # Over a change of the clocks, and equal for all who confirmed that day.
    for hour in (0, 12, 23):
        first = a_subscription(confirmed_at=here(2026, 11, 4, hour))
        assert news_since(first) == here(2026, 10, 7)


@given(
    minutes=st.integers(0, 7 * 366 * 24 * 60),
    frequency=st.sampled_from(Frequency),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    pause_in_holidays=st.booleans(),
)
def test_whenever_it_is_asked_it_is_to_come_at_the_hour_and_what_lies_before_asks_for_the_same(
    minutes: int, **wishes: Any
) -> None:
    after = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    [due] = due_after(after, 1, **wishes)
    assert due > after
    assert due.weekday() == wishes["weekday"]
    # But for the one hour a year that the clocks leave out.
    assert due.hour == wishes["hour"] or (due.hour, wishes["hour"]) == (2, 1)
    just_before = due.astimezone(UTC) - timedelta(seconds=1)
    assert due_after(just_before, 1, **wishes) == [due]
    longest = 120 if wishes["frequency"] is Frequency.HALF_TERMLY else 70
    assert due - after <= timedelta(days=longest)
