"""Of whom an issue is due, each once, whatever else happens meanwhile."""

from datetime import date, timedelta

from kb.digest.due import due as due_now
from kb.digest.due import issued
from kb.digest.holidays import DEFAULT, Holiday, SchoolHolidays
from kb.digest.interests import Interests
from kb.digest.subscription import State
from kb.digest.wishes import Wishes
from tests.factories import Installation
from tests.kb.digest.readers import DAY, MONDAY, NONE, due, everyone, get, subscribe, using


def test_after_an_issue_the_next_is_due_and_what_was_sent_is_old(site: Installation) -> None:
    reader = subscribe(site)
    late = MONDAY + timedelta(minutes=3)
    assert due(site, MONDAY - timedelta(seconds=1)) == []
    assert due(site, late) == ["a@example.org"]
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, late, sent=True)
    found = get(site, reader)
    assert (found.last_issue_at, found.due_at) == (MONDAY, MONDAY + 7 * DAY)
    assert due(site, late) == []


def test_where_nothing_was_sent_the_next_brings_that_too(site: Installation) -> None:
    reader = subscribe(site)
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, MONDAY, sent=False)
    found = get(site, reader)
    assert (found.last_issue_at, found.due_at) == (None, MONDAY + 7 * DAY)


def test_a_server_that_slept_three_weeks_sends_one_issue(site: Installation) -> None:
    reader = subscribe(site)
    woke = MONDAY + 17 * DAY
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, woke, sent=True)
    assert get(site, reader).due_at == MONDAY + 21 * DAY


def test_an_issue_that_another_process_saw_to_is_not_counted_twice(site: Installation) -> None:
    """A slow process that comes back a week later takes nothing from the next issue."""
    reader = subscribe(site)
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, MONDAY, sent=False)
        issued(session, NONE, reader.id, MONDAY, MONDAY + 8 * DAY, sent=True)
    found = get(site, reader)
    assert (found.last_issue_at, found.due_at) == (None, MONDAY + 7 * DAY)


def test_holidays_that_were_changed_meanwhile_hold(site: Installation) -> None:
    reader = subscribe(site)
    closed = Holiday(date(2026, 11, 7), date(2026, 11, 13), "Moved half-term")
    assert due(site, MONDAY, SchoolHolidays({DEFAULT: [closed]})) == []
    assert get(site, reader).due_at == MONDAY + 7 * DAY


def test_the_longest_waiting_come_first_and_so_many_as_asked_for(site: Installation) -> None:
    for hour, name in ((9, "late"), (7, "early"), (8, "middle")):
        subscribe(site, f"{name}@example.org", Wishes(Interests(), hour=hour))
    with site.database.begin() as session:
        found = due_now(session, NONE, MONDAY + DAY, limit=2)
    assert [each.address for each in found] == ["early@example.org", "middle@example.org"]


def test_a_sender_that_has_a_deleted_reader_in_hand_does_not_stumble(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        subscriptions.delete(reader.id)
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, MONDAY, sent=True)
    assert everyone(site) == []


def test_a_reader_who_left_meanwhile_is_not_brought_back(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        subscriptions.unsubscribe(reader.id)
    with site.database.begin() as session:
        issued(session, NONE, reader.id, MONDAY, MONDAY, sent=True)
    assert (get(site, reader).state, get(site, reader).due_at) == (State.UNSUBSCRIBED, None)
