"""Hints are decided on once; similar studies and unanswered questions are shown with passages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kb import querylog
from kb.domain import Role
from kb.frontmatter import parse
from tests.factories import an_id
from tests.web.edit.desk import GATE, begin, filled, save, saved
from tests.web.html import Element
from tests.web.html import parse as parse_page
from tests.web.members import Member, a_member
from tests.web.site import PLAIN, Site

SignedIn = Callable[[Role], Member]
ADDRESS = f"/edit/{GATE}"
NAMED = PLAIN.replace("usual things happened", "office number is 0161 496 0123 and it happened", 1)


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


def hints(page: Element) -> list[str]:
    """The keys of the hints that are still to be decided on."""
    return [b.attributes["value"] for b in page.all("button", name="no_problem")]


def test_a_hint_that_is_no_problem_is_not_told_again_and_can_be_asked_again(
    site: Site, author: Member
) -> None:
    begin(site, author.person)
    page = author.page(ADDRESS)
    save(author, page, body=NAMED)
    page = author.page(ADDRESS)
    assert page.all("li", class_="grave")
    (key, *_) = hints(page)
    save(author, page, no_problem=key)
    page = author.page(ADDRESS)
    assert key not in hints(page)
    (again,) = [b for b in page.all("button", name="ask_again") if b.attributes["value"] == key]
    save(author, page, ask_again=again.attributes["value"])
    assert key in hints(author.page(ADDRESS))


def test_deciding_keeps_what_was_typed_too(site: Site, author: Member) -> None:
    begin(site, author.person)
    save(author, author.page(ADDRESS), body=NAMED)
    page = author.page(ADDRESS)
    form = filled(page) | {"title": "Typed meanwhile", "no_problem": hints(page)[0]}
    assert author.client.post(f"{ADDRESS}/autosave", data=form).status_code == 200
    assert saved(site).title == "Typed meanwhile"
    assert hints(page)[0] not in hints(author.page(ADDRESS))


def test_a_decision_is_one_studys(site: Site, author: Member) -> None:
    for case_id in (GATE, an_id("symbols")):
        begin(site, author.person, case_id)
        save(author, author.page(f"/edit/{case_id}"), body=NAMED)
    page = author.page(ADDRESS)
    (key,) = [key for key in hints(page) if key.startswith("pupil-")]
    save(author, page, no_problem=key)
    assert key not in hints(author.page(ADDRESS))
    assert key in hints(author.page(f"/edit/{an_id('symbols')}"))


def test_a_draft_that_says_what_another_says_is_shown_beside_it(site: Site, author: Member) -> None:
    begin(site, author.person, an_id("symbols"))
    gate = (site.content / "case-studies" / "gate.md").read_text()
    page = author.page(f"/edit/{an_id('symbols')}")
    save(
        author,
        page,
        body=parse(gate).body_md,
        title="Meeting children at the gate",
        summary="A hello at the gate made Mondays calmer.",
    )
    page = author.page(f"/edit/{an_id('symbols')}/alike")
    assert page.one("h3").links() == ["/practice/gate"]
    assert page.all("table")


def test_the_study_itself_is_not_similar_to_its_draft(site: Site, author: Member) -> None:
    begin(site, author.person)
    assert "/practice/gate" not in author.page(f"{ADDRESS}/alike").one("main").links()


QUESTION = "hello at the gate made mondays calmer"


@pytest.fixture
def asked(site: Site) -> str:
    """A question asked on five days that found nothing."""
    today = datetime.now(UTC).date()
    with site.services.database.begin() as session:
        for day in range(5):
            querylog.record(session, [(QUESTION, 0)], today - timedelta(days=day))
    return QUESTION


def test_editors_see_questions_that_found_little_and_add_one(
    site: Site, signed_in: SignedIn, asked: str
) -> None:
    editor = signed_in(Role.EDITOR)
    copy = begin(site, editor.person)
    page = editor.page(f"{ADDRESS}/alike")
    assert asked in page.text
    answer = editor.post(f"{ADDRESS}/alike", version=copy.version, question=asked)
    assert answer.status_code == 303
    assert parse(saved(site).source).data["answers"][-1] == asked
    assert asked not in editor.page(f"{ADDRESS}/alike").text


def test_contributors_do_not_see_what_was_asked(site: Site, author: Member, asked: str) -> None:
    begin(site, author.person)
    assert asked not in author.page(f"{ADDRESS}/alike").text


def test_a_question_that_was_not_suggested_is_not_taken(site: Site, signed_in: SignedIn) -> None:
    editor = signed_in(Role.EDITOR)
    copy = begin(site, editor.person)
    answer = editor.post(f"{ADDRESS}/alike", version=copy.version, question="<b>mine</b>")
    assert answer.status_code == 422
    assert "mine" not in saved(site).source


def test_a_stranger_sees_neither(site: Site, author: Member) -> None:
    begin(site, author.person)
    stranger = a_member(site, Role.CONTRIBUTOR, "stranger@example.org")
    assert stranger.get(f"{ADDRESS}/alike").status_code == 403
    assert parse_page(stranger.get(f"{ADDRESS}/alike").text).all("table") == []
