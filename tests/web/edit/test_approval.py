"""A school answers about its own study by a link: once, in time, about the version it was sent."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.desk.copies import Copies
from kb.desk.school import LASTS, PURPOSE
from kb.desk.values import CopyState
from kb.domain import Role
from kb.links import Links
from kb.people import audit
from tests.web.edit.desk import GATE, saved
from tests.web.html import parse
from tests.web.members import Member
from tests.web.site import Site
from web.feedback import limiter

SignedIn = Callable[[Role], Member]
NAME = "A. Reed <b>, headteacher"


@pytest.fixture(autouse=True)
def _nobody_has_sent_anything() -> None:
    """Limits are counted in this process, over all its apps."""
    if limiter.initialized:
        limiter.reset()


@pytest.fixture
def editor(signed_in: SignedIn) -> Member:
    return signed_in(Role.EDITOR)


@pytest.fixture
def link(site: Site, editor: Member) -> str:
    """The path in the message that the school was sent."""
    editor.post("/edit/begin/gate")
    answer = ask(site, editor)
    assert answer.location == f"/edit/{GATE}/review?done=school-asked"
    (message,) = outbox(site)
    (address,) = [line for line in message.split("\n") if "/approval/" in line]
    return address.removeprefix(site.services.settings.base_url)


def ask(site: Site, member: Member, email: str = "head@school.example") -> TestResponse:
    return member.post(f"/edit/{GATE}/ask-school", version=str(saved(site).version), email=email)


def outbox(site: Site) -> list[str]:
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store:
        rows = store.execute("SELECT * FROM outbox").fetchall()
    return [next(cell for cell in row if isinstance(cell, str) and "Hello" in cell) for row in rows]


def send(
    site: Site, link: str, origin: str | None = "http://localhost", **form: Any
) -> TestResponse:
    """What comes of the form; by default as a school's browser sends it."""
    given = {"verdict": "agree", "name": NAME, "note": "", **form}
    if "signed" not in given:
        page = site.page(link)
        given["signed"] = page.one("input", name="signed").attributes["value"]
    headers = {"Origin": origin} if origin else {}
    return site.app.test_client().post(link, data=given, headers=headers)


def test_the_school_reads_the_text_and_agrees(site: Site, editor: Member, link: str) -> None:
    page = site.page(link)
    assert "Late marks fell" in page.one("article").text
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    answer = send(site, link)
    assert (answer.status_code, answer.location) == (303, link)
    thanked = site.page(link)
    assert "your school agrees" in thanked.one("p", role="status", class_="note").text
    assert not thanked.all("input", name="verdict")
    review = editor.page(f"/edit/{GATE}/review")
    assert f"{NAME}, for the school" in review.text
    assert "head@school.example" in review.text
    assert not review.one("main").all("b")
    with site.services.database.read() as session:
        acts = [e.act for e in audit.entries(session, audit.Filter(about=GATE), 9)]
    assert acts == ["school-answered", "ask-school", "begin"]


def test_the_school_asks_for_a_change_and_the_text_goes_back(
    site: Site, editor: Member, link: str
) -> None:
    assert send(site, link, verdict="change", note="Not our <script>").status_code == 303
    assert saved(site).state is CopyState.CHANGES_ASKED
    assert "Not our <script>" in editor.page(f"/edit/{GATE}/review").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"verdict": ""}, "choose one"),
        ({"verdict": "x"}, "choose one"),
        ({"name": " "}, "your name and role"),
        ({"verdict": "change"}, "what should change"),
        ({"note": "x" * 2001}, "at most 2,000"),
    ],
)
def test_a_mistake_is_given_back_with_what_was_typed(
    site: Site, link: str, form: dict[str, str], says: str
) -> None:
    answer = send(site, link, **form)
    assert answer.status_code == 422
    page = parse(answer.text)
    assert says in page.one(id="problem").text
    assert page.one("input", name="name").attributes["value"] == form.get("name", NAME)
    assert page.one("textarea").text == form.get("note", "")


def test_an_answer_is_taken_once(site: Site, link: str) -> None:
    signed = site.page(link).one("input", name="signed").attributes["value"]
    assert send(site, link, signed=signed).status_code == 303
    again = send(site, link, signed=signed, verdict="change", note="No")
    assert again.status_code == 422
    assert "answered already" in parse(again.text).one(id="problem").text
    assert saved(site).state is CopyState.DRAFT


def test_a_link_to_a_text_that_changed_since_says_so(site: Site, editor: Member, link: str) -> None:
    signed = site.page(link).one("input", name="signed").attributes["value"]
    copy = saved(site)
    with site.services.database.begin() as session:
        Copies(session, editor.person).save(
            GATE, copy.version, copy.source + "\nMore.\n", copy.saved_at
        )
    for answer in (site.get(link), send(site, link, signed=signed)):
        assert answer.status_code == 409
        assert "changed since this link was sent" in answer.text
        assert "More." not in answer.text
    assert site.get(f"{link}/pictures/photo.png").status_code == 409


def test_a_link_to_a_draft_that_is_no_more_says_so(site: Site, editor: Member, link: str) -> None:
    editor.post(f"/edit/{GATE}/discard", version=str(saved(site).version))
    page = site.page(link, status=404)
    assert "Nothing more is needed" in page.text


def test_an_expired_altered_or_other_link_is_refused_plainly(site: Site, link: str) -> None:
    long_ago = Links(site.services.secret, lambda: datetime.now(UTC) - LASTS - timedelta(hours=1))
    told = {"study": GATE, "version": str(saved(site).version)}
    expired = f"/approval/{long_ago.make(PURPOSE, told, LASTS)}"
    assert "has expired" in site.page(expired, status=403).one("h1").text
    ours = site.services.links
    for bad in (
        f"{link}x",
        link[:-1],
        "/approval/none",
        f"/approval/{ours.make('another-purpose', told, LASTS)}",
        f"/approval/{ours.make(PURPOSE, {'study': GATE}, LASTS)}",
        f"/approval/{ours.make(PURPOSE, told | {'version': 'x'}, LASTS)}",
    ):
        page = site.page(bad, status=403)
        assert "does not work" in page.one("h1").text
        assert "Late marks" not in page.text


def test_the_answer_is_taken_from_its_own_page_alone(site: Site, link: str) -> None:
    for origin in (None, "null", "https://evil.example"):
        assert send(site, link, origin=origin).status_code == 403
    assert send(site, link, signed="x").status_code == 403
    assert "your school agrees" not in site.get(link).text


def test_nothing_keeps_the_page_and_no_other_site_is_told_of_it(site: Site, link: str) -> None:
    for address in (link, f"{link}/pictures/photo.png", f"{link}x"):
        answer = site.get(address)
        assert answer.cache_control.no_store
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers


def test_pictures_of_the_draft_are_seen_by_the_link_alone(site: Site, link: str) -> None:
    (picture,) = [i for i in site.page(link).all("img") if "photo" in i.attributes["src"]]
    assert picture.attributes["src"] == f"{link}/pictures/photo.png"
    answer = site.get(picture.attributes["src"])
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    for name in ("none.png", "..%2f..%2fkb.sqlite", "kb.sqlite", "%2e%2e"):
        assert site.get(f"{link}/pictures/{name}").status_code == 404
    assert site.get(f"{link}x/pictures/photo.png").status_code == 403


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@school.example\nBcc: b@c.example"])
def test_an_address_that_is_none_sends_nothing(site: Site, editor: Member, email: str) -> None:
    editor.post("/edit/begin/gate")
    answer = ask(site, editor, email)
    assert answer.status_code == 422
    assert outbox(site) == []


def test_only_an_editor_asks_a_school(site: Site, signed_in: SignedIn) -> None:
    author = signed_in(Role.CONTRIBUTOR)
    author.post("/edit/begin/gate")
    assert ask(site, author).status_code == 403
