"""Who is signed in where, and until when."""

from datetime import timedelta

import pytest

from kb.people import Accounts
from kb.people.sign_ins import ABSOLUTE_END, IDLE_END, How, SignIns
from tests.factories import NOW, Installation
from tests.kb.people.persons import a_person

MINUTE = timedelta(minutes=1)


def test_a_token_is_random_and_only_its_hash_is_kept(site: Installation) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        tokens = {SignIns(session).begin(ann.id, How.PASSWORD, "x", NOW) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43
    store = b"".join(p.read_bytes() for p in site.root.parent.glob("kb.sqlite*"))
    assert ann.email.encode() in store
    assert not [token for token in tokens if token.encode() in store]


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "x" * 100_000])
def test_another_token_is_nobodys(site: Installation, token: str) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        SignIns(session).begin(ann.id, How.PASSWORD, "x", NOW)
        assert SignIns(session).find(token, NOW) is None


def test_it_ends_twelve_hours_after_they_were_last_here(site: Installation) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        sign_ins = SignIns(session)
        token = sign_ins.begin(ann.id, How.PASSWORD, "x", NOW)
        later = NOW + IDLE_END - MINUTE
        found = sign_ins.find(token, later)
        assert found
        assert found[0] == ann
        sign_ins.seen(found[1], later)
        assert sign_ins.find(token, later + IDLE_END - MINUTE)
        assert sign_ins.find(token, later + IDLE_END) is None
        assert sign_ins.of(ann.id, later + IDLE_END) == []


def test_it_ends_after_fourteen_days_however_busy_they_are(site: Installation) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        sign_ins = SignIns(session)
        token, now = sign_ins.begin(ann.id, How.PASSWORD, "x", NOW), NOW
        while now < NOW + ABSOLUTE_END:
            found = sign_ins.find(token, now)
            assert found
            sign_ins.seen(found[1], now)
            now += timedelta(hours=6)
        assert sign_ins.find(token, now) is None


def test_a_token_of_somebody_deactivated_is_nobodys(site: Installation) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        Accounts(session).deactivate(ann.id, by=None, now=NOW)
        # As by a sign-in that was under way.
        token = SignIns(session).begin(ann.id, How.PASSWORD, "x", NOW)
        assert SignIns(session).find(token, NOW) is None


def test_one_may_end_ones_own_and_nobody_elses(site: Installation) -> None:
    ann, bob = a_person(site.database), a_person(site.database, "bob@school.example")
    with site.database.begin() as session:
        sign_ins = SignIns(session)
        token = sign_ins.begin(ann.id, How.PASSWORD, "Firefox", NOW)
        [there] = sign_ins.of(ann.id, NOW)
        assert not sign_ins.end_one(bob.id, there.id)
        sign_ins.end_all(bob.id)
        assert sign_ins.find(token, NOW)
        assert sign_ins.end_one(ann.id, there.id)
        assert sign_ins.find(token, NOW) is None


def test_what_has_ended_is_forgotten_and_nothing_else(site: Installation) -> None:
    ann = a_person(site.database)
    with site.database.begin() as session:
        sign_ins = SignIns(session)
        sign_ins.begin(ann.id, How.PASSWORD, "old", NOW - IDLE_END)
        token = sign_ins.begin(ann.id, How.PASSWORD, "new", NOW)
        sign_ins.forget(NOW)
        assert [each.browser for each in sign_ins.of(ann.id, NOW - IDLE_END)] == ["new"]
        assert sign_ins.find(token, NOW)
