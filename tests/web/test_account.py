"""One's own account, and taking up an invitation."""

from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from kb.domain import Role
from kb.people import Accounts
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.sign_ins import How
from tests.kb.people.persons import PASSWORD, a_person
from tests.web.html import Element, parse
from tests.web.members import Member, a_member, signed_in
from tests.web.site import Site
from web.signed_in import COOKIE
from web.view import moment

CHOSEN = "nine blue kettles hum"


def problem(answer: TestResponse) -> str:
    assert answer.status_code == 422, answer.status_code
    return parse(answer.text).one(id="problem").text


def form(page: Element, action: str) -> Element:
    return page.one("form", action=f"/account/{action}")


def test_a_name_is_changed_and_shown_as_text(site: Site) -> None:
    member = a_member(site)
    assert "give a name" in problem(member.post("/account/name", name=" "))
    answer = member.post("/account/name", name="<b>Ann</b> O'Hara")
    assert answer.location == "/account?done=name"
    page = member.page("/account", done="name")
    assert "Your name is changed" in page.one(role="status", class_="note").text
    assert form(page, "name").one("input", id="name").attributes["value"] == "<b>Ann</b> O'Hara"
    assert not page.one("main").all("b")


def test_what_an_address_says_was_done_is_not_repeated(site: Site) -> None:
    assert "evil" not in a_member(site).get("/account", done="evil").text


@pytest.mark.parametrize(
    ("current", "chosen", "says"),
    [
        ("wrong", CHOSEN, "not your current password"),
        ("", CHOSEN, "not your current password"),
        (PASSWORD, "too brief", "at least 12"),
        (PASSWORD, "password1234", "tried first"),
        (PASSWORD, "i am editor today", "contains your address"),
    ],
)
def test_a_password_that_cannot_be_taken_is_said_why(
    site: Site, current: str, chosen: str, says: str
) -> None:
    member = a_member(site)
    answer = member.post("/account/password", current=current, chosen=chosen)
    assert says in problem(answer)
    assert chosen not in answer.text
    assert member.get("/account").status_code == 200


def test_a_new_password_renews_this_sign_in_and_ends_the_others(site: Site) -> None:
    member = a_member(site)
    other = signed_in(site, member.person)
    before = member.client.get_cookie(COOKIE)
    answer = member.post("/account/password", current=PASSWORD, chosen=CHOSEN)
    assert answer.location == "/account?done=password"
    after = member.client.get_cookie(COOKIE)
    assert before
    assert after
    assert before.value != after.value
    assert member.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


def test_guessing_at_the_current_password_is_stopped(site: Site) -> None:
    member = a_member(site)
    for _ in range(10):
        assert member.post("/account/password", current="x", chosen=CHOSEN).status_code == 422
    assert member.post("/account/password", current=PASSWORD, chosen=CHOSEN).status_code == 429


def test_who_came_by_a_link_is_not_asked_for_the_current_one(site: Site) -> None:
    member = signed_in(site, a_person(site.services.database), how=How.LINK)
    assert not member.page("/account").all("input", id="current")
    assert member.post("/account/password", chosen=CHOSEN).status_code == 303
    assert member.page("/account").all("input", id="current")


def test_the_daily_message_is_switched_off_and_on(site: Site) -> None:
    member = a_member(site)

    def is_on() -> bool:
        return "checked" in member.page("/account").one("input", name="daily").attributes

    assert is_on()
    assert member.post("/account/daily").location == "/account?done=daily"
    assert not is_on()
    member.post("/account/daily", daily="yes")
    assert is_on()


def test_one_sees_where_one_is_signed_in_and_ends_it(site: Site) -> None:
    member = a_member(site)
    other = signed_in(site, member.person)
    stranger = a_member(site, email="stranger@school.example")
    [end] = [
        f.attributes["action"]
        for f in member.page("/account").all("form")
        if f.attributes["action"].endswith("/end")
    ]
    # Nobody else's hand reaches it.
    stranger.post(end)
    assert other.get("/account").status_code == 200
    assert member.post(end).location == "/account?done=ended"
    assert other.get("/account").status_code == 303
    assert member.get("/account").status_code == 200


@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "x", "-1"])
def test_a_sign_in_that_cannot_be_is_not_there(site: Site, number: str) -> None:
    assert a_member(site).post(f"/account/sign-ins/{number}/end").status_code == 404


def test_signing_out_everywhere_means_here_too(site: Site) -> None:
    member = a_member(site)
    other = signed_in(site, member.person)
    answer = member.post("/account/sign-out-everywhere")
    assert answer.location == "/sign-in"
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    for each in (member, other):
        assert each.get("/account").status_code == 303


def invitation(site: Site) -> str:
    new = a_person(site.services.database, role=Role.CONTRIBUTOR, has_password=False)
    with site.services.database.read() as session:
        token = OneTimeLinks(session, site.services.links).make(Purpose.INVITATION, new.id)
    return f"/invitation/{token}"


def accept(site: Site, address: str, origin: str = "http://localhost", **given: str) -> Member:
    client = site.app.test_client()
    signed = parse(client.get(address).text).one("main").one("input", name="signed")
    sent = {"signed": signed.attributes["value"], "name": "Ann", "password": CHOSEN, **given}
    answer = client.post(address, data=sent, headers={"Origin": origin})
    assert answer.status_code == 303, answer.text
    with site.services.database.read() as session:
        return Member(Accounts(session).by_email("ann@school.example"), client)


def test_an_invitation_is_taken_up_with_a_name_and_a_password(site: Site) -> None:
    address = invitation(site)
    page = site.page(address)
    assert "as contributor" in page.one("main").text
    member = accept(site, address, name="Annie")
    assert member.person.name == "Annie"
    assert member.page("/account", done="welcome").one("h1").text == "Your account"
    again = site.get(address)
    assert again.status_code == 403
    assert "used already" in again.text


def test_an_invitation_is_kept_where_a_password_is_refused(site: Site) -> None:
    address = invitation(site)
    client = site.app.test_client()
    signed = site.page(address).one("main").one("input", name="signed").attributes["value"]
    sent = {"signed": signed, "name": "Ann <b>", "password": "short"}
    answer = client.post(address, data=sent, headers={"Origin": "http://localhost"})
    assert "at least 12" in problem(answer)
    assert parse(answer.text).one("input", id="name").attributes["value"] == "Ann <b>"
    assert "short" not in answer.text.partition("<main")[2].partition("</form>")[0]
    accept(site, address)


def test_a_time_is_told_by_the_clocks_of_england(site: Site) -> None:
    assert moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026, 00:30"
