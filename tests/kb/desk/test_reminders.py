"""The daily message: once a day at most, and only where something waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kb.desk.reminders import daily_messages, sending_time
from kb.desk.review import Review
from kb.mail import Message
from kb.people import Accounts
from kb.vocabulary import Vocabularies
from tests.factories import NOW, write_study
from tests.kb.desk.conftest import AUTHOR, EDITOR, GATE, Desk

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def messages(desk: Desk, now: datetime = TUESDAY) -> dict[str, Message]:
    policies = Vocabularies.load(desk.site.root / "vocabulary")["policy"]
    with desk.site.database.begin() as session:
        found = daily_messages(
            session,
            policies,
            review_address=lambda case_id: f"https://x.example.org/edit/{case_id}/review",
            desk_address="https://x.example.org/edit",
            site_name="The Library",
            now=now,
        )
    return {message.to.partition("@")[0]: message for message in found}


def hand_in(desk: Desk) -> int:
    copy = desk.begin()
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).submit(GATE, copy.version, [], is_substantial=False)
    return copy.version


def test_nothing_waits_and_nobody_is_written_to(desk: Desk) -> None:
    desk.begin()
    assert messages(desk) == {}


def test_editors_hear_of_what_waits_for_them_with_the_way_there(desk: Desk) -> None:
    hand_in(desk)
    found = messages(desk)
    assert set(found) == {"editor", "second", "admin"}
    text = found["editor"].text
    assert f"https://x.example.org/edit/{GATE}/review" in text
    assert "Gate (in review)" in text
    assert found["editor"].subject == "1 thing waits for you at The Library"


def test_an_author_hears_that_changes_were_asked(desk: Desk) -> None:
    version = hand_in(desk)
    with desk.site.database.begin() as session:
        Review(session, EDITOR).ask_changes(GATE, version, "More", NOW)
    assert set(messages(desk)) == {"author"}


def test_who_switched_it_off_gets_none(desk: Desk) -> None:
    hand_in(desk)
    with desk.site.database.begin() as session:
        Accounts(session).take_daily(EDITOR.id, wants=False, now=NOW)
    assert set(messages(desk)) == {"second", "admin"}


def test_what_is_due_is_told_to_editors_on_mondays(desk: Desk) -> None:
    write_study(desk.site.root, "passed", review_by=date(2026, 2, 1))
    desk.site.sync()
    assert messages(desk, TUESDAY) == {}
    found = messages(desk, MONDAY)
    assert set(found) == {"editor", "second", "admin"}
    assert "Passed: overdue; archived after 2 May 2026" in found["editor"].text


def test_a_message_is_named_by_person_and_day(desk: Desk) -> None:
    hand_in(desk)
    first, again = messages(desk), messages(desk, TUESDAY + timedelta(hours=5))
    assert first["editor"].message_id == again["editor"].message_id
    later = messages(desk, TUESDAY + timedelta(days=1))
    assert first["editor"].message_id != later["editor"].message_id


def test_a_title_with_line_breaks_stays_on_its_line(desk: Desk) -> None:
    copy = desk.begin()
    desk.save(copy, copy.source.replace('"Gate"', '"Gate\\nBcc: x@example.org"'))
    copy = desk.get()
    with desk.site.database.begin() as session:
        Review(session, AUTHOR).submit(GATE, copy.version, [], is_substantial=False)
    assert "\nBcc:" not in messages(desk)["editor"].text


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_it_goes_out_at_seven_by_the_clocks_of_england(day: date, utc: datetime) -> None:
    assert sending_time(day) == utc
