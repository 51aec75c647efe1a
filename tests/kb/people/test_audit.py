"""What was done by whom: never changed, found again, harmless in a spreadsheet."""

import csv

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kb.domain import PersonId
from kb.errors import StorageFailed
from kb.people import audit
from kb.people.audit import Filter
from tests.factories import NOW, Installation
from tests.kb.people.persons import a_person


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
def test_what_is_on_record_cannot_be_changed(site: Installation, statement: str) -> None:
    a_person(site.database)
    with pytest.raises(StorageFailed), site.database.begin() as session:
        session.execute(text(statement))
    with site.database.read() as session:
        assert [e.act for e in audit.entries(session, Filter(), 9)] == [
            "invitation-accepted",
            "invited",
        ]


def some_acts(site: Installation) -> str:
    """Three acts of Ann's and one of the command line; returns Ann's id."""
    ann = a_person(site.database, has_password=False)
    with site.database.begin() as session:
        for about in ("=cmd|' /C calc'!A0", "100%_done", "gate"):
            detail = {"why": "- because"}
            audit.record(session, "archived", by=ann.id, about=about, now=NOW, detail=detail)
    return ann.id


def found(session: Session, wanted: Filter) -> list[str]:
    return [entry.about for entry in audit.entries(session, wanted, 10)]


def test_acts_are_found_by_who_what_and_about_what(site: Installation) -> None:
    ann = PersonId(some_acts(site))
    with site.database.read() as session:
        assert audit.acts(session) == ["archived", "invited"]
        assert len(found(session, Filter(by=ann))) == 3
        assert found(session, Filter(act="invited")) == ["ann@school.example"]
        assert found(session, Filter(about="GATE")) == ["gate"]
        # What a pattern would match is matched as it is written.
        assert found(session, Filter(about="%_")) == ["100%_done"]
        newest = audit.entries(session, Filter(), 1)[0]
        assert newest.about == "gate"
        assert "gate" not in found(session, Filter(before=newest.id))


def test_a_spreadsheet_runs_nothing_of_an_export(site: Installation) -> None:
    some_acts(site)
    with site.database.read() as session:
        rows = list(csv.reader(list(audit.as_csv(session, Filter()))))
    assert rows[0] == ["at", "by", "email", "act", "about", "detail"]
    assert len(rows) == 5
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r\n" and cell]
    assert rows[3][4] == "'=cmd|' /C calc'!A0"
    assert rows[4][:3] == ["2026-03-02T09:30:00+00:00", "Command line", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_like_a_formula(site: Installation, start: str) -> None:
    with site.database.begin() as session:
        audit.record(session, "archived", by=None, about=f"{start}1", now=NOW)
        [_, row] = csv.reader(audit.as_csv(session, Filter()))
    assert row[4] == f"'{start}1"
