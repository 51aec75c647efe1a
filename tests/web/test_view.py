"""What templates share: dates."""

from datetime import date

from web.view import long_date, month


def test_dates_are_written_as_people_write_them() -> None:
    assert long_date(date(2026, 3, 2)) == "2 March 2026"
    assert month(date(2026, 3, 2)) == "Mar 2026"
