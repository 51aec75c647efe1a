"""Subscribing: twice said yes, once said no, and nothing told to whoever asks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kb.digest.due import issued
from kb.digest.interests import MOST_SEARCHES, Interests, SavedSearch
from kb.digest.own_data import own_data
from kb.digest.subscription import State
from kb.digest.subscriptions import MOST_ASKS, MOST_ASKS_A_DAY, forget
from kb.digest.wishes import Wishes
from kb.errors import Busy, Invalid, SubscriptionNotFound
from kb.models import SubscriptionRow
from tests.factories import Installation
from tests.kb.digest.readers import (
    DAY,
    MONDAY,
    MOST_OF_IT,
    NONE,
    NOW,
    PLAIN,
    ask,
    due,
    everyone,
    get,
    subscribe,
    using,
)


def test_until_it_is_confirmed_nothing_is_due(site: Installation) -> None:
    asked = ask(site)
    assert (asked.state, asked.due_at) == (State.PENDING, None)
    assert due(site, NOW + 100 * DAY) == []


def test_what_was_asked_for_comes_back_whole_once_confirmed(site: Installation) -> None:
    confirmed = subscribe(site, wishes=MOST_OF_IT)
    assert confirmed == get(site, confirmed)
    assert confirmed.wishes == MOST_OF_IT
    assert (confirmed.state, confirmed.confirmed_at) == (State.ACTIVE, NOW)
    assert confirmed.due_at == datetime(2026, 11, 8, 18, tzinfo=UTC)


def test_ids_cannot_be_guessed_and_are_never_the_same(site: Installation) -> None:
    ids = {ask(site, f"{n}@example.org").id for n in range(20)}
    assert len(ids) == 20
    assert all(len(each) == 32 for each in ids)


def test_a_link_that_is_used_twice_changes_nothing(site: Installation) -> None:
    first = subscribe(site)
    with using(site) as subscriptions:
        assert subscriptions.confirm(first.id, NOW + DAY) == first


def test_a_link_used_after_unsubscribing_subscribes_nobody(site: Installation) -> None:
    first = subscribe(site)
    with using(site) as subscriptions:
        subscriptions.unsubscribe(first.id)
        assert subscriptions.confirm(first.id, NOW + DAY).state is State.UNSUBSCRIBED
    assert everyone(site) == [("a@example.org", "unsubscribed")]


def test_whoever_asks_cannot_change_what_a_reader_gets(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        found = subscriptions.ask("a@example.org", MOST_OF_IT, NOW)
    assert found is not None
    assert found.known == reader
    assert get(site, reader) == reader


def test_of_two_links_the_later_counts_and_what_is_followed_stays(site: Installation) -> None:
    early = SavedSearch("early", ())
    subscribe(site, wishes=replace(MOST_OF_IT, interests=Interests(searches=(early,))))
    later = subscribe(site, wishes=MOST_OF_IT)
    expected = tuple(sorted((early, *MOST_OF_IT.interests.searches)))
    assert later.wishes.interests == replace(MOST_OF_IT.interests, searches=expected)


def test_more_is_not_followed_than_there_is_room_for(site: Installation) -> None:
    def following(name: str) -> Wishes:
        searches = tuple(SavedSearch(f"{name} {n}", ()) for n in range(MOST_SEARCHES - 1))
        return Wishes(Interests(searches=searches))

    subscribe(site, wishes=following("a"))
    found = subscribe(site, wishes=following("b")).wishes.interests.searches
    assert len(found) == MOST_SEARCHES
    assert sum(each.text.startswith("b") for each in found) == MOST_SEARCHES - 1


def test_who_comes_back_is_the_same_reader_with_new_wishes(site: Installation) -> None:
    first = subscribe(site, wishes=MOST_OF_IT)
    assert first.due_at
    with site.database.begin() as session:
        issued(session, NONE, first.id, first.due_at, MONDAY, sent=True)
    with using(site) as subscriptions:
        subscriptions.unsubscribe(first.id)
    back = subscribe(site, now=NOW + 30 * DAY)
    assert (back.id, back.wishes, back.confirmed_at) == (first.id, PLAIN, NOW + 30 * DAY)
    assert back.last_issue_at == first.due_at


def test_an_address_is_written_to_only_so_often_a_day(site: Installation) -> None:
    with using(site) as subscriptions:
        moments = [NOW + timedelta(minutes=n) for n in range(MOST_ASKS + 2)]
        asked = [subscriptions.ask("a@example.org", PLAIN, now) for now in moments]
        assert [each is not None for each in asked] == [True] * MOST_ASKS + [False] * 2
        assert subscriptions.ask("b@example.org", PLAIN, NOW) is not None
        assert subscriptions.ask("a@example.org", PLAIN, NOW + 2 * DAY) is not None


def test_a_machine_that_asks_for_thousands_is_stopped(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ASKS_A_DAY >= 1000
    monkeypatch.setattr("kb.digest.subscriptions.MOST_ASKS_A_DAY", 5)
    with using(site) as subscriptions:
        for n in range(5):
            assert subscriptions.ask(f"{n}@example.org", PLAIN, NOW)
        with pytest.raises(Busy, match="tomorrow"):
            subscriptions.ask("6@example.org", PLAIN, NOW)
        assert subscriptions.ask("6@example.org", PLAIN, NOW + DAY)


def test_a_suppressed_address_is_not_written_to(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        subscriptions.suppress("a@example.org")
        assert subscriptions.ask("a@example.org", PLAIN, NOW) is None
    assert get(site, reader).state is State.SUPPRESSED
    assert due(site, NOW + 100 * DAY) == []


def test_an_address_that_bounced_before_confirming_is_suppressed_too(site: Installation) -> None:
    ask(site)
    ask(site)
    with using(site) as subscriptions:
        subscriptions.suppress("a@example.org")
        subscriptions.suppress("nobody@example.org")
    assert everyone(site) == [("a@example.org", "suppressed")]


def test_other_wishes_are_taken_with_another_day(site: Installation) -> None:
    reader = subscribe(site)
    assert reader.due_at == MONDAY
    with using(site) as subscriptions:
        changed = subscriptions.change(reader.id, MOST_OF_IT, date(2026, 12, 1), NOW)
    assert changed == get(site, reader)
    assert (changed.wishes, changed.paused_until) == (MOST_OF_IT, date(2026, 12, 1))
    assert changed.due_at == datetime(2026, 12, 6, 18, tzinfo=UTC)


@pytest.mark.parametrize("until", [date(2026, 11, 4), date(2020, 1, 1), date(2028, 1, 1)])
def test_a_pause_must_be_to_come_and_no_end(site: Installation, until: date) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions, pytest.raises(Invalid):
        subscriptions.change(reader.id, PLAIN, until, NOW)
    assert get(site, reader) == reader


def test_changing_begins_again_what_had_ended(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        subscriptions.unsubscribe(reader.id)
        again = subscriptions.change(reader.id, PLAIN, None, NOW)
    assert (again.state, again.due_at) == (State.ACTIVE, MONDAY)


def test_what_was_only_asked_for_cannot_be_changed_into_life(site: Installation) -> None:
    asked = ask(site)
    with using(site) as subscriptions, pytest.raises(SubscriptionNotFound):
        subscriptions.change(asked.id, PLAIN, None, NOW)


def test_unsubscribing_can_be_said_twice_and_by_nobody(site: Installation) -> None:
    reader = subscribe(site)
    with using(site) as subscriptions:
        for each in (reader.id, reader.id, "no-such"):
            subscriptions.unsubscribe(each)
    assert get(site, reader).state is State.UNSUBSCRIBED
    assert due(site, NOW + 100 * DAY) == []


def test_of_whom_all_is_deleted_nothing_is_left(site: Installation) -> None:
    reader = subscribe(site)
    ask(site)
    ask(site, "b@example.org")
    with using(site) as subscriptions:
        subscriptions.delete(reader.id)
        for gone in (subscriptions.get, subscriptions.delete):
            with pytest.raises(SubscriptionNotFound):
                gone(reader.id)
    assert everyone(site) == [("b@example.org", "pending")]


def test_what_was_never_confirmed_is_forgotten_after_a_week(site: Installation) -> None:
    subscribe(site, "a@example.org")
    ask(site, "b@example.org")
    ask(site, "c@example.org", now=NOW + 3 * DAY)
    with site.database.begin() as session:
        forget(session, NOW + 8 * DAY)
    assert everyone(site) == [("a@example.org", "active"), ("c@example.org", "pending")]


def test_a_reader_is_given_all_that_is_known(site: Installation) -> None:
    told = own_data(subscribe(site, wishes=MOST_OF_IT))
    assert told["address"] == "a@example.org"
    assert told["interests"]["needs"] == ["SEMH"]
    assert told["interests"]["searches"] == [{"text": "late", "filters": [["phase", "primary"]]}]
    assert told["due_at"] == "2026-11-08T18:00:00+00:00"
    # All that a row holds but its number.
    columns = {column.name for column in SubscriptionRow.__table__.columns}
    assert columns - set(told) == {"id"}
