"""The query log: what is missing in the library, and never who looked for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, select

from kb import querylog
from kb.models import LoggedQueryRow
from kb.querylog import Asked
from tests.factories import Installation

TODAY = date(2026, 3, 2)


def logged(site: Installation) -> list[tuple[date, str, int, int]]:
    with site.database.begin() as session:
        rows = session.scalars(
            select(LoggedQueryRow).order_by(LoggedQueryRow.day, LoggedQueryRow.query)
        )
        return [(row.day, row.query, row.times, row.total) for row in rows]


def record(site: Installation, text: str, total: int = 3, day: date = TODAY) -> None:
    with site.database.begin() as session:
        querylog.record(session, [(text, total)], day)


def test_searches_are_counted_by_day_with_the_newest_total(site: Installation) -> None:
    record(site, "late on mondays", total=0)
    record(site, "late on mondays", total=4)
    record(site, "late on mondays", day=TODAY + timedelta(days=1))
    assert logged(site) == [
        (TODAY, "late on mondays", 2, 4),
        (TODAY + timedelta(days=1), "late on mondays", 1, 3),
    ]


def test_searches_recorded_together_are_counted_as_if_one_by_one(site: Installation) -> None:
    record(site, "gate", total=1)
    searches = [("gate", 2), ("  Hall ", 5), ("", 0), ("GATE", 3)]
    with site.database.begin() as session:
        querylog.record(session, searches, TODAY)
        querylog.record(session, [], TODAY)
    assert logged(site) == [(TODAY, "gate", 3, 3), (TODAY, "hall", 1, 5)]


def test_searches_that_differ_only_in_case_and_spaces_are_one(site: Installation) -> None:
    record(site, "  Late  on\tMONDAYS ")
    record(site, "late on mondays")
    assert logged(site) == [(TODAY, "late on mondays", 2, 3)]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_search_without_words_is_not_logged(site: Installation, text: str) -> None:
    record(site, text)
    assert logged(site) == []


def test_a_pasted_page_is_cut(site: Installation) -> None:
    record(site, "word " * 1000)
    record(site, "word " * 2000)
    assert [(len(query), times) for _, query, times, _ in logged(site)] == [(200, 2)]


def test_no_column_could_tell_who_asked_or_when_in_the_day(site: Installation) -> None:
    columns = inspect(site.database.engine).get_columns("logged_query")
    assert {column["name"]: str(column["type"]) for column in columns} == {
        "day": "DATE",
        "query": "VARCHAR(200)",
        "times": "INTEGER",
        "total": "INTEGER",
    }


def test_a_moment_is_stored_as_its_day_alone(site: Installation) -> None:
    record(site, "x", day=datetime(2026, 3, 2, 23, 59, tzinfo=UTC).date())
    with site.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT day FROM logged_query").scalar() == "2026-03-02"


def test_queries_are_forgotten_after_thirty_days(site: Installation) -> None:
    for age in (0, 29, 30, 31, 400):
        record(site, f"{age} days old", day=TODAY - timedelta(days=age))
    with site.database.begin() as session:
        querylog.forget(session, TODAY)
    assert [query for _, query, _, _ in logged(site)] == ["29 days old", "0 days old"]


def test_what_was_searched_for_is_data_and_never_sql(site: Installation) -> None:
    record(site, "'; DROP TABLE logged_query; --")
    assert logged(site)[0][1] == "'; drop table logged_query; --"


def asked_on(site: Installation, text: str, *ages: int, total: int = 0) -> None:
    for age in ages:
        record(site, text, total=total, day=TODAY - timedelta(days=age))


def test_admins_see_every_query_that_is_kept(site: Installation) -> None:
    asked_on(site, "old", 30)
    asked_on(site, "jayden smith", 29)
    asked_on(site, "late on mondays", 3, 1, 1)
    asked_on(site, "late on mondays", 0, total=4)
    with site.database.begin() as session:
        assert querylog.for_admins(session, TODAY) == [
            Asked("late on mondays", days=3, times=4, total=4),
            Asked("jayden smith", days=1, times=1, total=0),
        ]


def test_editors_see_only_what_was_asked_on_five_different_days(site: Installation) -> None:
    asked_on(site, "jayden smith", 1, 1, 1, 1, 1, 2, 3, 4)
    asked_on(site, "once kept", 26, 27, 28, 29, 30)
    asked_on(site, "late on mondays", 0, 1, 2, 3, 29)
    with site.database.begin() as session:
        assert querylog.for_editors(session, TODAY) == [
            Asked("late on mondays", days=5, times=5, total=0)
        ]


@pytest.mark.parametrize(("total", "little"), [(0, True), (2, True), (3, False)])
def test_two_studies_are_little(total: int, little: bool) -> None:
    assert Asked("x", 1, 1, total).found_little == little
