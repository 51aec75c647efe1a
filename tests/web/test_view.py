"""What templates share: dates."""

from datetime import UTC, date, datetime

from web.view import day_of, long_date, month, month_name


def test_dates_are_written_as_people_write_them() -> None:
    assert long_date(date(2026, 3, 2)) == "2 March 2026"
    assert month(date(2026, 3, 2)) == "Mar 2026"
    assert month_name(date(2026, 3, 2)) == "March"


def test_a_day_begins_at_midnight_in_england() -> None:
    assert day_of(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert day_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == date(2026, 11, 30)
