"""The ways in: by password, by a link that works once, by an invitation."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from kb.database import Database
from kb.domain import Role
from kb.errors import Busy, Invalid, KbError, LinkBroken, LinkExpired, LinkUsed
from kb.links import Links
from kb.models import OutboxRow, PersonRow
from kb.people import Accounts, Person, audit
from kb.people.audit import Filter
from kb.people.letters import answer_link_requests
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.passwords import is_outdated
from kb.people.sign_ins import SignIns
from kb.people.signing_in import SigningIn, Visitor
from tests.factories import NOW, Installation
from tests.kb.people.persons import CHEAP, PASSWORD, a_person

SECRET = "s" * 32
VISITOR = Visitor("192.0.2.1", "Firefox on Linux")
NEW_PASSWORD = "nine blue kettles hum"


def the_links(after: timedelta = timedelta(0)) -> Links:
    return Links(SECRET, lambda: NOW + after)


def ways_in(site: Installation, after: timedelta = timedelta(0)) -> SigningIn:
    return SigningIn(site.database, SECRET, the_links(after), lambda: NOW + after)


def a_link(site: Installation, person: Person, purpose: Purpose = Purpose.SIGN_IN) -> str:
    with site.database.read() as session:
        return OneTimeLinks(session, the_links()).make(purpose, person.id, "/edit")


def refusal(site: Installation, email: str, password: str) -> str:
    with pytest.raises(Invalid) as refused:
        ways_in(site).by_password(email, password, VISITOR)
    return str(refused.value)


def deactivate(database: Database, person: Person) -> None:
    with database.begin() as session:
        Accounts(session).deactivate(person.id, by=None, now=NOW)


def test_a_refusal_tells_nothing_about_the_account(site: Installation) -> None:
    a_person(site.database)
    deactivate(site.database, a_person(site.database, "gone@school.example"))
    a_person(site.database, "new@school.example", has_password=False)
    said = {
        refusal(site, "ann@school.example", "wrong"),
        refusal(site, "nobody@school.example", PASSWORD),
        refusal(site, "gone@school.example", PASSWORD),
        refusal(site, "new@school.example", ""),
        refusal(site, "new@school.example", PASSWORD),
        refusal(site, "no address", PASSWORD),
        refusal(site, "", ""),
    }
    assert len(said) == 1


def test_the_right_password_lets_in_however_the_address_is_written(site: Installation) -> None:
    ann = a_person(site.database)
    entered = ways_in(site).by_password(" Ann@School.EXAMPLE ", PASSWORD, VISITOR)
    with site.database.read() as session:
        found = SignIns(session).find(entered.token, NOW)
        assert found
        assert (entered.person, found[0], found[1].browser) == (ann, ann, "Firefox on Linux")
        [latest] = audit.entries(session, Filter(act="signed-in"), 5)
        assert latest.detail == {"with": "password", "in": "Firefox on Linux"}


def test_each_sign_in_has_a_new_token_and_ends_the_one_in_the_same_browser(
    site: Installation,
) -> None:
    a_person(site.database)
    first = ways_in(site).by_password("ann@school.example", PASSWORD, VISITOR).token
    again = replace(VISITOR, token=first)
    second = ways_in(site).by_password("ann@school.example", PASSWORD, again).token
    # A token that an attacker has planted is nobody's and stays so.
    planted = replace(VISITOR, token="planted")
    third = ways_in(site).by_password("ann@school.example", PASSWORD, planted).token
    assert len({first, second, third, "planted"}) == 4
    with site.database.read() as session:
        live = [bool(SignIns(session).find(t, NOW)) for t in (first, second, third, "planted")]
    assert live == [False, True, True, False]


def test_a_hash_of_other_costs_is_made_anew_at_the_next_sign_in(site: Installation) -> None:
    a_person(site.database)

    def kept() -> str:
        with site.database.read() as session:
            return str(session.scalar(select(PersonRow.password_hash)))

    assert kept() == CHEAP
    refusal(site, "ann@school.example", "wrong")
    assert kept() == CHEAP
    ways_in(site).by_password("ann@school.example", PASSWORD, VISITOR)
    assert kept() != CHEAP
    assert not is_outdated(kept())
    ways_in(site).by_password("ann@school.example", PASSWORD, VISITOR)


@pytest.mark.parametrize("email", ["ann@school.example", "nobody@school.example", "no address"])
def test_guessing_at_an_address_is_stopped_known_or_not(site: Installation, email: str) -> None:
    a_person(site.database)
    for number in range(10):
        visitor = replace(VISITOR, client=f"192.0.2.{number}")
        with pytest.raises(Invalid):
            ways_in(site).by_password(email, "wrong", visitor)
    with pytest.raises(Busy, match="in 15 minutes"):
        ways_in(site).by_password(email, PASSWORD, VISITOR)
    # Others are let in, and after a while the right one is.
    a_person(site.database, "bob@school.example")
    ways_in(site).by_password("bob@school.example", PASSWORD, VISITOR)
    if email == "ann@school.example":
        ways_in(site, timedelta(minutes=15)).by_password(email, PASSWORD, VISITOR)


def test_guessing_from_one_client_is_stopped_whatever_the_address(site: Installation) -> None:
    a_person(site.database)
    for number in range(50):
        with pytest.raises(Invalid):
            ways_in(site).by_password(f"p{number}@school.example", "x", VISITOR)
    with pytest.raises(Busy):
        ways_in(site).by_password("ann@school.example", PASSWORD, VISITOR)
    elsewhere = replace(VISITOR, client="192.0.2.2")
    ways_in(site).by_password("ann@school.example", PASSWORD, elsewhere)


def sent(site: Installation, after: timedelta = timedelta(0)) -> list[str]:
    """What the keeper then leaves in the outbox."""
    with site.database.begin() as session:
        answer_link_requests(session, the_links(), "LINK {}".format, "The site", NOW + after)
        return list(session.scalars(select(OutboxRow.text).order_by(OutboxRow.id)))


def test_a_link_is_sent_to_those_alone_who_have_an_account(site: Installation) -> None:
    ann = a_person(site.database)
    deactivate(site.database, a_person(site.database, "gone@school.example"))
    for email in ("ann@school.example", "gone@school.example", "nobody@school.example"):
        ways_in(site).ask_for_link(email, "/edit", VISITOR)
    [letter] = sent(site)
    assert "fifteen minutes" in letter
    token = letter.partition("LINK ")[2].split()[0]
    entered = ways_in(site).by_link(token, VISITOR)
    assert (entered.person, entered.next_path) == (ann, "/edit")
    assert sent(site) == [letter]


def test_a_request_that_lay_too_long_is_not_answered(site: Installation) -> None:
    a_person(site.database)
    ways_in(site).ask_for_link("ann@school.example", "", VISITOR)
    assert sent(site, timedelta(minutes=16)) == []
    assert sent(site) == []


def test_nobodys_box_is_flooded_with_links(site: Installation) -> None:
    a_person(site.database)
    for number in range(8):
        visitor = replace(VISITOR, client=f"192.0.3.{number}")
        ways_in(site).ask_for_link("ann@school.example", "", visitor)
    assert len(sent(site)) == 3
    for number in range(20):
        ways_in(site).ask_for_link(f"p{number}@school.example", "", VISITOR)
    with pytest.raises(Busy):
        ways_in(site).ask_for_link("p20@school.example", "", VISITOR)
    with pytest.raises(Invalid, match="not an email address"):
        ways_in(site).ask_for_link("ann@", "", VISITOR)


@pytest.mark.parametrize(
    ("after", "error"), [(timedelta(minutes=15), LinkExpired), (timedelta(days=3), LinkExpired)]
)
def test_a_link_ends_after_fifteen_minutes(
    site: Installation, after: timedelta, error: type[KbError]
) -> None:
    token = a_link(site, a_person(site.database))
    with pytest.raises(error):
        ways_in(site, after).by_link(token, VISITOR)
    ways_in(site, timedelta(minutes=14)).by_link(token, VISITOR)


def test_a_link_works_once(site: Installation) -> None:
    ann = a_person(site.database)
    first, second = a_link(site, ann), a_link(site, ann)
    ways_in(site).by_link(first, VISITOR)
    for token in (first, second):
        with pytest.raises(LinkUsed):
            ways_in(site).by_link(token, VISITOR)


def test_of_two_who_use_a_link_at_once_one_is_let_in(site: Installation) -> None:
    token = a_link(site, a_person(site.database))
    outcomes, start = [], Barrier(4)

    def use() -> None:
        start.wait()
        try:
            outcomes.append(ways_in(site).by_link(token, VISITOR).token)
        except LinkUsed:
            outcomes.append("")

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([token for token in outcomes if token]) == 1


def test_a_link_for_one_thing_or_altered_opens_nothing(site: Installation) -> None:
    ann = a_person(site.database)
    invitation = a_link(site, ann, Purpose.INVITATION)
    good = a_link(site, ann)
    for token in (invitation, good[:-1], f"{good}x", good.swapcase(), "", "..", "none"):
        with pytest.raises(LinkBroken):
            ways_in(site).by_link(token, VISITOR)
    with pytest.raises(LinkBroken):
        ways_in(site).accept(good, "Ann", NEW_PASSWORD, VISITOR)


def test_a_link_does_not_outlive_what_it_was_made_under(site: Installation) -> None:
    a_person(site.database, "ada@school.example", role=Role.ADMIN)
    for number, change in enumerate(("role", "password", "deactivate")):
        person = a_person(site.database, f"p{number}@school.example")
        token = a_link(site, person)
        with site.database.begin() as session:
            accounts = Accounts(session)
            if change == "role":
                accounts.change_role(person.id, Role.ADMIN, by=None, now=NOW)
            elif change == "password":
                accounts.keep_password(person.id, CHEAP, now=NOW)
            else:
                accounts.deactivate(person.id, by=None, now=NOW)
                accounts.activate(person.id, by=None, now=NOW)
        with pytest.raises(LinkUsed):
            ways_in(site).by_link(token, VISITOR)


def test_an_invitation_is_taken_up_once_within_seven_days(site: Installation) -> None:
    new = a_person(site.database, has_password=False)
    token = a_link(site, new, Purpose.INVITATION)
    with pytest.raises(LinkExpired):
        ways_in(site, timedelta(days=7)).accept(token, "Ann", NEW_PASSWORD, VISITOR)
    for name, password in (("", NEW_PASSWORD), ("Ann", "short")):
        with pytest.raises(Invalid):
            ways_in(site).accept(token, name, password, VISITOR)
    # What was refused has not used it up.
    entered = ways_in(site, timedelta(days=6)).accept(token, "Annie", NEW_PASSWORD, VISITOR)
    assert entered.person.name == "Annie"
    with pytest.raises(LinkUsed):
        ways_in(site).accept(token, "Mallory", PASSWORD, VISITOR)
    ways_in(site).by_password("ann@school.example", NEW_PASSWORD, VISITOR)


def test_a_new_password_needs_the_current_one_and_signs_out_elsewhere(site: Installation) -> None:
    ann = a_person(site.database)
    ways = ways_in(site)
    here = ways.by_password(ann.email, PASSWORD, VISITOR).token
    elsewhere = ways.by_password(ann.email, PASSWORD, VISITOR).token
    with site.database.read() as session:
        found = SignIns(session).find(here, NOW)
        assert found
    for current, chosen in (("wrong", NEW_PASSWORD), (PASSWORD, "short"), ("", NEW_PASSWORD)):
        with pytest.raises(Invalid):
            ways.change_password(ann, found[1], current, chosen, VISITOR)
    entered = ways.change_password(ann, found[1], PASSWORD, NEW_PASSWORD, VISITOR)
    with site.database.read() as session:
        live = [bool(SignIns(session).find(t, NOW)) for t in (here, elsewhere, entered.token)]
    assert live == [False, False, True]
    refusal(site, ann.email, PASSWORD)
    ways.by_password(ann.email, NEW_PASSWORD, VISITOR)


def test_who_came_by_a_link_just_now_is_not_asked_for_the_forgotten_password(
    site: Installation,
) -> None:
    ann = a_person(site.database)
    entered = ways_in(site).by_link(a_link(site, ann), VISITOR)
    with site.database.read() as session:
        found = SignIns(session).find(entered.token, NOW)
        assert found
    with pytest.raises(Invalid, match="current password"):
        ways_in(site, timedelta(hours=1)).change_password(ann, found[1], "", NEW_PASSWORD, VISITOR)
    ways_in(site).change_password(ann, found[1], "", NEW_PASSWORD, VISITOR)
    ways_in(site).by_password(ann.email, NEW_PASSWORD, VISITOR)
