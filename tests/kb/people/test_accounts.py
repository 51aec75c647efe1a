"""Accounts: one for each address, never without an admin, every change on record."""

from collections.abc import Callable
from threading import Thread

import pytest

from kb.domain import PersonId, Role
from kb.errors import Invalid
from kb.people import Accounts, Person, audit
from kb.people.accounts import PersonNotFound
from kb.people.audit import Filter
from kb.people.sign_ins import How, SignIns
from tests.factories import NOW, Installation
from tests.kb.people.persons import a_person


def acts(site: Installation) -> list[tuple[str, str]]:
    """What is on record, oldest first."""
    with site.database.read() as session:
        return [(e.act, e.about) for e in reversed(audit.entries(session, Filter(), 100))]


@pytest.mark.parametrize(
    ("email", "name", "says"),
    [
        ("", "Ann", "not an email address"),
        ("ann", "Ann", "not an email address"),
        ("ann@school.example\nBcc: all@school.example", "Ann", "not an email address"),
        ("ann@school.example", " \u202e ", "give a name"),
        ("ann@school.example", "A" * 101, "give a name"),
    ],
)
def test_what_makes_no_account_says_how_to_mend_it(
    site: Installation, email: str, name: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says), site.database.begin() as session:
        Accounts(session).add(email, name, Role.EDITOR, by=None, now=NOW)
    assert acts(site) == []


@pytest.mark.parametrize("again", ["ann@school.example", " Ann@SCHOOL.example "])
def test_an_address_has_one_account_however_it_is_written(site: Installation, again: str) -> None:
    ann = a_person(site.database)
    with pytest.raises(Invalid, match="has an account already"):
        a_person(site.database, again)
    with site.database.read() as session:
        assert Accounts(session).by_email(again) == ann


@pytest.mark.parametrize("nobody", ["bob@school.example", "", "' OR 1=1 --", "\ud800"])
def test_who_is_not_known_is_not_found(site: Installation, nobody: str) -> None:
    a_person(site.database)
    with site.database.read() as session:
        with pytest.raises(PersonNotFound):
            Accounts(session).by_email(nobody)
        with pytest.raises(PersonNotFound):
            Accounts(session).get(PersonId("no-such"))


def test_a_name_is_kept_on_one_line_without_what_turns_text_around(site: Installation) -> None:
    ann = a_person(site.database, name=" Ann\n\u202eArcher\x00 ")
    assert ann.name == "Ann Archer"


def take_role(accounts: Accounts, person: Person) -> None:
    accounts.change_role(person.id, Role.EDITOR, by=None, now=NOW)


def put_out(accounts: Accounts, person: Person) -> None:
    accounts.deactivate(person.id, by=None, now=NOW)


@pytest.mark.parametrize("act", [take_role, put_out])
def test_the_last_admin_stays_one(
    site: Installation, act: Callable[[Accounts, Person], None]
) -> None:
    ada = a_person(site.database, "ada@school.example", role=Role.ADMIN)
    # Who was only invited, or was put out, may never come.
    a_person(site.database, "new@school.example", role=Role.ADMIN, has_password=False)
    gone = a_person(site.database, "gone@school.example", role=Role.ADMIN)
    with site.database.begin() as session:
        Accounts(session).deactivate(gone.id, by=ada.id, now=NOW)
    with pytest.raises(Invalid, match="only admin"), site.database.begin() as session:
        act(Accounts(session), ada)
    a_person(site.database, "second@school.example", role=Role.ADMIN)
    with site.database.begin() as session:
        act(Accounts(session), ada)


def test_of_two_admins_who_leave_at_once_one_stays(site: Installation) -> None:
    both = [a_person(site.database, f"{n}@school.example", role=Role.ADMIN) for n in "ab"]
    refused = []

    def leave(person: Person) -> None:
        try:
            with site.database.begin() as session:
                Accounts(session).deactivate(person.id, by=person.id, now=NOW)
        except Invalid as error:
            refused.append(error)

    threads = [Thread(target=leave, args=(person,)) for person in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


@pytest.mark.parametrize("act", [take_role, put_out])
def test_who_loses_rights_is_signed_out_everywhere(
    site: Installation, act: Callable[[Accounts, Person], None]
) -> None:
    a_person(site.database, "ada@school.example", role=Role.ADMIN)
    person = a_person(site.database, "bea@school.example", role=Role.ADMIN)
    with site.database.begin() as session:
        token = SignIns(session).begin(person.id, How.PASSWORD, "Firefox", NOW)
        assert SignIns(session).find(token, NOW)
        act(Accounts(session), person)
        assert SignIns(session).find(token, NOW) is None


def test_who_may_act_as_editor_are_editors_and_admins_who_are_active(site: Installation) -> None:
    for role in Role:
        a_person(site.database, f"{role}@school.example", name=role.label, role=role)
    gone = a_person(site.database, "gone@school.example")
    with site.database.begin() as session:
        accounts = Accounts(session)
        accounts.deactivate(gone.id, by=None, now=NOW)
        assert [p.name for p in accounts.those_who_may(Role.EDITOR)] == ["Admin", "Editor"]
        assert len(accounts.everybody()) == 4
        assert not accounts.everybody()[-1].person.is_active


def test_the_daily_message_can_be_switched_off(site: Installation) -> None:
    ann, bob = a_person(site.database), a_person(site.database, "bob@school.example", name="Bob")
    with site.database.begin() as session:
        accounts = Accounts(session)
        accounts.take_daily(ann.id, wants=False, now=NOW)
        assert accounts.for_the_daily_message() == [bob]
        assert not accounts.account(ann.id).wants_daily


def test_every_change_is_on_record_with_who_made_it(site: Installation) -> None:
    ada = a_person(site.database, "ada@school.example", role=Role.ADMIN)
    with site.database.begin() as session:
        accounts = Accounts(session)
        bob = accounts.add("bob@school.example", "Bob", Role.CONTRIBUTOR, by=ada.id, now=NOW)
        accounts.change_role(bob.id, Role.EDITOR, by=ada.id, now=NOW)
        accounts.change_role(bob.id, Role.EDITOR, by=ada.id, now=NOW)
        accounts.rename(bob.id, "Robert", now=NOW)
        accounts.take_daily(bob.id, wants=False, now=NOW)
        accounts.deactivate(bob.id, by=ada.id, now=NOW)
        accounts.activate(bob.id, by=ada.id, now=NOW)
    about_bob = [act for act, about in acts(site) if about == "bob@school.example"]
    assert about_bob == [
        *("invited", "role-changed", "renamed", "daily-message-off", "deactivated", "activated")
    ]
    with site.database.read() as session:
        changed = audit.entries(session, Filter(act="role-changed"), 10)
        assert [(e.by, dict(e.detail)) for e in changed] == [
            ("Ann Archer", {"from": "contributor", "to": "editor"})
        ]
