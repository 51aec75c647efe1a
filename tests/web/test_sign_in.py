"""Signing in and out: what is refused, what the cookie is like, and where one is led on to."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from kb.domain import Role
from kb.people import Accounts, Person
from kb.people.one_time import OneTimeLinks, Purpose
from tests.kb.people.persons import PASSWORD, a_person
from tests.web import members
from tests.web.html import parse
from tests.web.members import Member, a_member
from tests.web.site import Site, a_site
from web.app import create_app
from web.keeper import Keeper
from web.signed_in import COOKIE

HERE = {"Origin": "http://localhost"}


@pytest.fixture
def ann(site: Site) -> Person:
    """An editor."""
    return a_person(site.services.database)


def signed(site: Site, address: str = "/sign-in") -> str:
    return site.page(address).one("main").one("input", name="signed").attributes["value"]


def send(site: Site, client: Any = None, **form: str) -> TestResponse:
    """What comes of the form, by default as Ann sends it."""
    given = {"email": "ann@school.example", "password": PASSWORD, "by": "password", **form}
    given.setdefault("signed", signed(site))
    client = client or site.app.test_client()
    answer: TestResponse = client.post("/sign-in", data=given, headers=HERE)
    return answer


def token_of(answer: TestResponse) -> str:
    return parse_cookie(answer.headers["Set-Cookie"])[COOKIE]


def a_link(site: Site, person: Person, next_path: str = "") -> str:
    with site.services.database.read() as session:
        token = OneTimeLinks(session, site.services.links).make(
            Purpose.SIGN_IN, person.id, next_path
        )
    return f"/sign-in/link/{token}"


def test_the_wrong_password_is_answered_like_an_unknown_address(site: Site, ann: Person) -> None:
    pages = []
    for email in ("ann@school.example", "nob@school.example"):
        answer = send(site, email=email, password="wrong <b>")
        assert answer.status_code == 422
        assert "Set-Cookie" not in answer.headers
        page = parse(answer.text)
        assert page.one("input", id="email").attributes["value"] == email
        assert page.one("input", id="password").attributes["value"] == ""
        pages.append(answer.text.replace(email, ""))
    assert pages[0] == pages[1]


def test_a_link_that_is_asked_for_is_answered_alike_and_sent_by_the_keeper(
    site: Site, ann: Person
) -> None:
    answers = [send(site, by="link", email=f"{who}@school.example") for who in ("ann", "nob")]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/sign-in/sent")] * 2
    assert answers[0].text == answers[1].text
    assert mails(site) == []
    Keeper(site.services)._send_sign_in_links()
    [(to, body)] = mails(site)
    assert to == "ann@school.example"
    address = re.search(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)", body)
    assert address
    assert site.page(address[1]).one("main").one("form").attributes["action"] == address[1]


def mails(site: Site) -> list[tuple[str, str]]:
    with site.services.database.read() as session:
        found = session.execute(text('SELECT "to", "text" FROM outbox ORDER BY id'))
        return [(to, body) for to, body in found]


def test_the_cookie_is_for_the_server_alone_and_for_this_site(site: Site, ann: Person) -> None:
    answer = send(site)
    assert answer.status_code == 303
    [header] = answer.headers.get_all("Set-Cookie")
    attributes = {part.strip().lower() for part in header.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=1209600"} <= attributes
    assert not [a for a in attributes if a.startswith(("secure", "domain"))]
    assert answer.cache_control.no_store


def test_over_https_the_cookie_goes_by_https_alone(site: Site, ann: Person) -> None:
    env = {"KB_BASE_URL": "https://practice.example.org"}
    secure = a_site(site.content, site.home, update=False, **env)
    assert "; Secure;" in send(secure).headers["Set-Cookie"]
    secure.services.database.close()


def test_signing_in_takes_no_token_that_was_there_before(site: Site, ann: Person) -> None:
    client = site.app.test_client()
    client.set_cookie(COOKIE, "planted")
    token = token_of(send(site, client))
    assert token != "planted"
    other = site.app.test_client()
    other.set_cookie(COOKIE, "planted")
    assert other.get("/account").status_code == 303
    # And once more in the same browser: the first is over.
    assert token_of(send(site, client)) != token
    other.set_cookie(COOKIE, token)
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("next_path", "led_to"),
    [
        ("/people?done=changed", "/people?done=changed"),
        ("/practice/gate", "/practice/gate"),
        ("/", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\t//evil.example", "/"),
        (" //evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/%2f/evil.example\x00", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("/" + "x" * 3000, "/"),
    ],
)
def test_one_is_led_on_within_this_site_alone(
    site: Site, ann: Person, next_path: str, led_to: str
) -> None:
    assert send(site, next=next_path).location == led_to
    # As a link on the page, and as part of a link that is sent.
    field = parse(site.get("/sign-in", next=next_path).text).one("input", name="next")
    assert field.attributes["value"] in {led_to, ""}
    link = a_link(site, ann, next_path)
    answer = site.app.test_client().post(link, data={"signed": signed(site, link)}, headers=HERE)
    assert answer.location in {led_to, "/account?done=link"}
    member = members.signed_in(site, ann)
    assert member.get("/sign-in", next=next_path).location in {led_to, "/account"}


def test_who_must_sign_in_first_comes_back_to_what_was_asked_for(site: Site, ann: Person) -> None:
    answer = site.get("/account?done=daily")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Faccount%3Fdone%3Ddaily")
    assert answer.cache_control.no_store
    field = parse(site.get(answer.location).text).one("input", name="next")
    assert send(site, next=field.attributes["value"]).location == "/account?done=daily"


def test_guessing_is_stopped_over_all_processes(site: Site, ann: Person) -> None:
    """Each app stands for a process; they share the database alone."""
    apps = [site, Site(site.services, create_app(site.services))]
    field = signed(site)
    statuses = [send(apps[n % 2], password="wrong", signed=field).status_code for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    # Not even the right password now, and an unknown address is stopped alike.
    assert send(site, signed=field).status_code == 429
    # But a link still comes.
    assert send(site, signed=field, by="link").status_code == 303


@pytest.mark.parametrize("form", [{"signed": ""}, {"signed": "x"}])
def test_from_elsewhere_nobody_is_signed_in(site: Site, ann: Person, form: dict[str, str]) -> None:
    assert send(site, **form).status_code == 403
    given = {"email": ann.email, "password": PASSWORD, "signed": signed(site)}
    for origin in ("https://evil.example", "null"):
        answer = site.app.test_client().post("/sign-in", data=given, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


def test_opening_a_link_uses_nothing_up_and_its_button_works_once(site: Site, ann: Person) -> None:
    link = a_link(site, ann)
    for _ in range(3):
        answer = site.get(link)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.cache_control.no_store
        site.app.test_client().head(link)
    form = {"signed": signed(site, link)}
    used = site.app.test_client().post(link, data=form, headers=HERE)
    assert (used.status_code, used.location) == (303, "/account?done=link")
    again = site.app.test_client().post(link, data=form, headers=HERE)
    assert again.status_code == 403
    assert "used already" in again.text
    assert "Set-Cookie" not in again.headers
    assert site.get(link).status_code == 403


def test_a_link_is_not_used_from_elsewhere(site: Site, ann: Person) -> None:
    link = a_link(site, ann)
    form = {"signed": signed(site, link)}
    for headers in ({}, {"Origin": "https://evil.example"}):
        assert site.app.test_client().post(link, data=form, headers=headers).status_code == 403
    assert site.get(link).status_code == 200


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_of_somebody_deactivated_opens_nothing(
    site: Site, ann: Person, purpose: Purpose
) -> None:
    with site.services.database.begin() as session:
        token = OneTimeLinks(session, site.services.links).make(purpose, ann.id)
        Accounts(session).deactivate(ann.id, by=None, now=datetime.now(UTC))
    where = {Purpose.SIGN_IN: "/sign-in/link", Purpose.INVITATION: "/invitation"}[purpose]
    assert site.get(f"{where}/{token}").status_code == 403


def test_signing_out_ends_it_on_the_server_too(site: Site) -> None:
    member = a_member(site)
    copied = site.app.test_client()
    held = member.client.get_cookie(COOKIE)
    assert held
    copied.set_cookie(COOKIE, held.value)
    assert copied.get("/account").status_code == 200
    answer = member.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert copied.get("/account").status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts, person, now: accounts.deactivate(person.id, by=None, now=now),
        lambda accounts, person, now: accounts.change_role(
            person.id, Role.CONTRIBUTOR, by=None, now=now
        ),
        lambda accounts, person, now: accounts.keep_password(person.id, "x", now=now),
    ],
)
def test_who_is_shut_out_is_out_at_the_next_request(
    site: Site, change: Callable[[Accounts, Person, datetime], object]
) -> None:
    member = a_member(site)
    form = {"csrf_token": member.csrf_token, "name": "New"}
    with site.services.database.begin() as session:
        change(Accounts(session), member.person, datetime.now(UTC))
    assert member.get("/account").status_code == 303
    assert member.client.post("/account/name", data=form).status_code == 401


@pytest.mark.parametrize(
    ("column", "age"), [("seen_at", timedelta(hours=12)), ("begun_at", timedelta(days=14))]
)
def test_a_sign_in_ends_by_itself(site: Site, column: str, age: timedelta) -> None:
    member = a_member(site)
    for almost, status in ((timedelta(minutes=5), 200), (-timedelta(minutes=5), 303)):
        when = (datetime.now(UTC) - age + almost).replace(tzinfo=None)
        with site.services.database.begin() as session:
            session.execute(text(f"UPDATE sign_in SET {column} = :at"), {"at": str(when)})
        assert member.get("/account").status_code == status


def test_being_here_is_noted_every_five_minutes(site: Site) -> None:
    member = a_member(site)

    def seen() -> str:
        with site.services.database.read() as session:
            return str(session.scalar(text("SELECT seen_at FROM sign_in")))

    before = seen()
    member.get("/account")
    assert seen() == before
    with site.services.database.begin() as session:
        long_ago = (datetime.now(UTC) - timedelta(minutes=6)).replace(tzinfo=None)
        session.execute(text("UPDATE sign_in SET seen_at = :at"), {"at": str(long_ago)})
    member.get("/account")
    assert seen() > before


def test_what_is_sent_while_signed_out_is_refused_with_a_way_to_sign_in(site: Site) -> None:
    answer = site.app.test_client().post("/account/name", data={"name": "x"})
    assert answer.status_code == 401
    page = parse(answer.text)
    assert "You are signed out" in page.one("h1").text
    assert "/sign-in" in page.one("main").links()


def test_a_member_of_the_wrong_role_is_told_who_may(site: Site) -> None:
    answer = a_member(site, Role.CONTRIBUTOR).get("/people")
    assert answer.status_code == 403
    assert "for admins" in answer.text


def test_a_link_that_another_key_signed_opens_nothing(site: Site, ann: Person) -> None:
    other = a_site(site.content, site.home, update=False, KB_SECRET_KEY="k" * 40)
    assert site.get(a_link(other, ann)).status_code == 403
    other.services.database.close()


def test_a_member_is_a_member(signed_in: Callable[[Role], Member]) -> None:
    assert signed_in(Role.ADMIN).page("/people").one("h1").text == "People"
