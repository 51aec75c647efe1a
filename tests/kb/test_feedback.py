"""What readers say: read with care, kept without a trace of who said it."""

from datetime import date

import pytest
from sqlalchemy import inspect, select

from kb.errors import Busy, Invalid
from kb.feedback import MAX_CHARS, MOST_A_DAY, Verdict, read_feedback, record
from kb.models import FeedbackRow
from tests.factories import Installation, an_id

DAY = date(2026, 11, 27)
ID = an_id("a-study")


@pytest.mark.parametrize(
    ("verdict", "reason", "says"),
    [
        ("", "", "choose one"),
        ("USEFUL", "", "choose one"),
        ("drop table", "", "choose one"),
        ("useful", "x" * (MAX_CHARS + 1), "at most 500"),
    ],
)
def test_what_cannot_be_kept_says_how_to_mend_it(verdict: str, reason: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_feedback(verdict, reason)


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("", None),
        (" \n\t ", None),
        ("too\x00 dear\r\n for us", "too dear for us"),
        ("\u202eevil", "evil"),
        ("🙂 مدرسة", "🙂 مدرسة"),
        ("x" * MAX_CHARS, "x" * MAX_CHARS),
    ],
)
def test_a_reason_is_kept_as_plain_text(reason: str, kept: str | None) -> None:
    assert read_feedback("not-for-us", reason) == (Verdict.NOT_FOR_US, kept)


def test_a_row_holds_the_day_and_nothing_of_the_sender(site: Installation) -> None:
    with site.database.begin() as session:
        record(session, ID, Verdict.USEFUL, None, DAY)
    with site.database.read() as session:
        row = session.scalars(select(FeedbackRow)).one()
        assert (row.case_study_id, row.day, row.verdict) == (ID, DAY, "useful")
    columns = {each["name"] for each in inspect(site.database.engine).get_columns("feedback")}
    assert columns == {"id", "case_study_id", "day", "verdict", "reason"}


def test_a_machine_cannot_fill_the_disk(site: Installation) -> None:
    with site.database.begin() as session:
        for _ in range(MOST_A_DAY):
            record(session, ID, Verdict.USEFUL, None, DAY)
        with pytest.raises(Busy, match="tomorrow"):
            record(session, ID, Verdict.USEFUL, None, DAY)
        record(session, ID, Verdict.USEFUL, None, date(2026, 11, 28))
        record(session, an_id("b-study"), Verdict.USEFUL, None, DAY)
