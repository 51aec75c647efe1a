"""Review in the browser: each act by each role, about the text that was seen, and on record."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.desk.copies import Copies
from kb.desk.values import CopyState, WorkingCopy
from kb.domain import Role
from kb.people import audit
from tests.kb.people.persons import a_person
from tests.web.edit.desk import GATE, saved
from tests.web.html import Element, parse
from tests.web.members import Member, a_member
from tests.web.site import Site

SignedIn = Callable[[Role], Member]
HOSTILE = '</textarea></p><script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


@pytest.fixture
def editor(signed_in: SignedIn) -> Member:
    return signed_in(Role.EDITOR)


@pytest.fixture
def admin(signed_in: SignedIn) -> Member:
    return signed_in(Role.ADMIN)


@pytest.fixture
def copy(site: Site, author: Member) -> WorkingCopy:
    assert author.post("/edit/begin/gate").location == address()
    return saved(site)


def address(suffix: str = "") -> str:
    return f"/edit/{GATE}{suffix}"


def act(member: Member, what: str, version: int | None = None, **form: Any) -> TestResponse:
    """Send a form of the review page, about the version that the page shows."""
    if version is None:
        page = member.page(address("/review"))
        versions = {box.attributes["value"] for box in page.all("input", name="version")}
        assert len(versions) == 1
        version = int(versions.pop())
    return member.post(address(what), version=str(version), **form)


def change(site: Site, copy: WorkingCopy, source: str | None = None) -> WorkingCopy:
    """Saved by somebody else meanwhile."""
    other = a_person(site.services.database, "other@school.example", name="Other", role=Role.ADMIN)
    with site.services.database.begin() as session:
        return Copies(session, other).save(
            copy.id, copy.version, source or copy.source + "\nMore.\n", copy.saved_at
        )


def acts(site: Site) -> list[str]:
    """What was recorded of the study, oldest first."""
    with site.services.database.read() as session:
        found = audit.entries(session, audit.Filter(about=GATE), 50)
    return [entry.act for entry in reversed(found) if entry.act != "begin"]


def buttons(page: Element) -> set[str]:
    return {button.text for button in page.one("main").all("button")}


def test_a_text_goes_through_review_and_each_step_is_said_and_recorded(
    site: Site, copy: WorkingCopy, author: Member, editor: Member
) -> None:
    answer = act(author, "/review/submit", substantial="yes")
    assert (answer.status_code, answer.location) == (303, address("/review?done=submitted"))
    assert "Handed in" in author.page(answer.location).one("p", class_="note", role="status").text
    assert saved(site).is_substantial
    act(editor, "/review/ask-changes", note="Say how many")
    assert saved(site).state is CopyState.CHANGES_ASKED
    assert "Say how many" in author.page(address("/review")).text
    act(author, "/review/submit")
    assert not saved(site).is_substantial
    act(editor, "/review/approve", note="Good")
    assert saved(site).state is CopyState.APPROVED
    act(author, "/review/take-back")
    assert saved(site).state is CopyState.DRAFT
    assert acts(site) == ["submit", "ask-changes", "submit", "approve", "take-back"]


def test_only_buttons_that_work_are_shown(
    copy: WorkingCopy, author: Member, editor: Member, admin: Member
) -> None:
    draft = buttons(author.page(address("/review")))
    assert {"Hand in for review", "Yes, give it up"} <= draft
    assert not draft & {"Approve", "Publish now", "Ask for changes", "Take back to a draft"}
    act(author, "/review/submit")
    assert "Approve" not in buttons(author.page(address("/review")))
    seen = buttons(editor.page(address("/review")))
    assert {"Approve", "Ask for changes", "Take back to a draft"} <= seen
    assert "Publish with this reason" not in seen
    assert "Publish with this reason" in buttons(admin.page(address("/review")))
    act(editor, "/review/approve")
    assert {"Publish now", "Set the time"} <= buttons(editor.page(address("/review")))
    assert "Publish now" not in buttons(author.page(address("/review")))


def test_nobody_approves_what_they_wrote_and_the_page_says_why(
    copy: WorkingCopy, site: Site, author: Member, editor: Member
) -> None:
    with site.services.database.begin() as session:
        Copies(session, editor.person).save(
            GATE, copy.version, copy.source + "\nBy an editor.\n", copy.saved_at
        )
    act(author, "/review/submit")
    page = editor.page(address("/review"))
    assert "Approve" not in buttons(page)
    assert "You wrote some of this text" in page.text
    answer = act(editor, "/review/approve")
    assert answer.status_code == 403
    assert "somebody else has to agree" in parse(answer.text).one("p", role="alert").text
    assert saved(site).state is CopyState.IN_REVIEW


@pytest.mark.parametrize(
    "what",
    [
        "/review/submit",
        "/review/take-back",
        "/review/approve",
        "/review/ask-changes",
        "/discard",
        "/publish",
        "/ask-school",
        "/unschedule",
    ],
)
def test_an_act_on_a_text_that_changed_since_shows_it_as_it_is_now(
    site: Site, copy: WorkingCopy, author: Member, admin: Member, what: str
) -> None:
    if what.startswith("/review/a"):
        act(author, "/review/submit")
    now = change(site, copy)
    form = {"note": "My note", "reason": "Alone", "email": "a@school.example"}
    answer = act(admin, what, copy.version, **form)
    assert answer.status_code == 409
    page = parse(answer.text)
    assert "Not done." in page.one("p", role="alert").text
    assert "More." in page.one(class_="as-read").text
    assert {b.attributes["value"] for b in page.all("input", name="version")} == {str(now.version)}
    assert saved(site) == now if not what.startswith("/review/a") else True


def test_changes_are_not_asked_without_a_word(
    site: Site, copy: WorkingCopy, author: Member, editor: Member
) -> None:
    act(author, "/review/submit")
    answer = act(editor, "/review/ask-changes", note=" ")
    assert answer.status_code == 422
    assert "Say what should change" in parse(answer.text).one("p", role="alert").text
    assert acts(site) == ["submit"]


def test_a_text_with_a_fault_is_not_handed_in(
    site: Site, copy: WorkingCopy, author: Member
) -> None:
    change(site, copy, copy.source.replace("region:", "religion:"))
    page = author.page(address("/review"))
    assert page.one("section", **{"aria-labelledby": "checks"}).all("li")
    answer = act(author, "/review/submit")
    assert answer.status_code == 422
    assert "must be mended" in parse(answer.text).one("p", role="alert").text
    assert saved(site).state is CopyState.DRAFT


@pytest.mark.parametrize("source", ["", "---\ntitle: [\n---\n\nx", "[" * 5000, "---\n---\n## A\n"])
def test_a_text_full_of_faults_can_be_looked_at(
    site: Site, copy: WorkingCopy, author: Member, source: str
) -> None:
    change(site, copy, source or " ")
    page = author.page(address("/review"))
    assert page.one(id="changes")
    assert page.one("section", **{"aria-labelledby": "checks"}).all("li")


# Comments


def part(page: Element, heading: str) -> Element:
    """The text under a heading, with what is said of it."""
    (found,) = [e for e in page.all(class_="part") if [h.text for h in e.all("h2")] == [heading]]
    return found


def test_a_comment_stands_by_its_heading_until_it_is_resolved_and_may_be_opened_again(
    site: Site, copy: WorkingCopy, author: Member, editor: Member
) -> None:
    assert act(editor, "/review/comment", heading="Impact", comment="How many?").status_code == 303
    act(author, "/review/submit")
    page = editor.page(address("/review"))
    assert "How many?" in part(page, "Impact").text
    assert "How many?" not in part(page, "Context").text
    # The words that keep it from being approved lead to it.
    where = part(page, "Impact").one(class_="remark").attributes["id"]
    assert f"#{where}" in page.one("section", **{"aria-labelledby": "now"}).links()
    assert "Approve" not in buttons(page)
    where = part(page, "Impact").one(class_="remark").one("form").attributes["action"]
    assert where.endswith("/resolve")
    assert author.post(where).location == address("/review?done=resolved")
    page = editor.page(address("/review"))
    assert "resolved by Contributor Person" in part(page, "Impact").text
    assert "Approve" in buttons(page)
    where = part(page, "Impact").one(class_="remark").one("form").attributes["action"]
    assert editor.post(where).location == address("/review?done=reopened")
    assert acts(site) == ["comment", "submit", "resolve", "reopen"]


def test_comments_on_the_whole_and_on_a_heading_that_is_gone_are_kept_in_sight(
    site: Site, copy: WorkingCopy, author: Member
) -> None:
    act(author, "/review/comment", comment="All in all")
    act(author, "/review/comment", heading="Not there", comment="A stray one")
    page = author.page(address("/review"))
    whole = page.one("section", **{"aria-labelledby": "whole"})
    assert "All in all" in whole.text
    assert "A stray one" in page.one("section", **{"aria-labelledby": "strays"}).text


@pytest.mark.parametrize(("comment", "says"), [("", "empty"), ("x" * 4001, "at most 4,000")])
def test_a_comment_that_cannot_be_kept_is_given_back(
    copy: WorkingCopy, author: Member, comment: str, says: str
) -> None:
    answer = act(author, "/review/comment", heading="Impact", comment=comment)
    assert answer.status_code == 422
    page = parse(answer.text)
    assert says in page.one("p", role="alert").text
    assert part(page, "Impact").one("textarea").text == comment


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_a_comment_that_is_not_there_is_said_so(
    copy: WorkingCopy, author: Member, number: str
) -> None:
    answer = act(author, f"/review/comments/{number}/resolve")
    assert answer.status_code == 404


def test_nothing_that_was_typed_becomes_markup(
    site: Site, copy: WorkingCopy, author: Member, editor: Member
) -> None:
    title = HOSTILE.replace('"', "'")
    body = f"## Context {HOSTILE}\n\n{HOSTILE}\n"
    change(site, copy, f'---\nid: {GATE}\ntitle: "{title}"\n---\n\n{body}')
    act(author, "/review/comment", comment=HOSTILE)
    act(author, "/review/comment", heading=HOSTILE, comment=HOSTILE)
    answer = act(editor, "/review/ask-changes", note=HOSTILE)
    for text in (
        answer.text,
        author.get(address("/review")).text,
        author.get(address("/versions")).text,
        author.get(address("/versions/2")).text,
        author.get(address("/review"), done=HOSTILE).text,
    ):
        main = parse(text).one("main")
        assert not main.all("script")
        assert not [i for i in main.all("img") if "onerror" in i.attributes]
        assert "<script>alert" not in text


def test_only_our_own_words_are_said_to_be_done(copy: WorkingCopy, author: Member) -> None:
    page = author.page(address("/review"), done="your account is locked")
    assert not page.one("main").all("p", role="status")


def test_a_contributor_sees_no_colleagues_review(site: Site, copy: WorkingCopy) -> None:
    stranger = a_member(site, Role.CONTRIBUTOR, "stranger@school.example")
    for where in ("/review", "/versions", "/versions/1", "/recover"):
        assert stranger.get(address(where)).status_code == 403
    for what in ("/review/submit", "/review/take-back", "/review/comment", "/discard"):
        assert act(stranger, what, copy.version, comment="x").status_code == 403
    assert saved(site) == copy


# Given up, and what went live meanwhile


def test_a_draft_given_up_is_offered_again_and_comes_back(
    site: Site, copy: WorkingCopy, author: Member
) -> None:
    answer = act(author, "/discard")
    assert answer.location == address("/recover?done=given-up")
    page = author.page(answer.location)
    assert page.one("main").one("form").attributes["action"] == address("/recover")
    assert "Take the draft up again" in author.page(address("/review"), status=404).text
    assert author.post(address("/recover")).location == address("/review?done=recovered")
    assert saved(site).source == copy.source
    assert acts(site) == ["discard", "recover"]
    assert author.post(address("/recover")).status_code == 422


def test_what_went_live_meanwhile_is_shown_and_taken_account_of(
    site: Site, copy: WorkingCopy, author: Member
) -> None:
    assert not author.page(address("/review")).all(id="meanwhile")
    file = site.content / "case-studies" / "gate.md"
    file.write_text(file.read_text().replace("**loud**", "**quiet**"))
    site.update()
    page = author.page(address("/review"))
    told = page.one("section", **{"aria-labelledby": "meanwhile"})
    assert "quiet" in " ".join(each.text for each in told.all("ins"))
    live = told.one("input", name="live").attributes["value"]
    assert act(author, "/review/take-base", live="1").status_code == 409
    assert act(author, "/review/take-base", live=live).status_code == 303
    assert not author.page(address("/review")).all(id="meanwhile")
    assert acts(site) == ["take-base"]


def test_what_changed_against_the_published_version_is_shown(
    site: Site, copy: WorkingCopy, author: Member
) -> None:
    change(site, copy, copy.source.replace("Late marks fell", "Marks rose"))
    told = author.page(address("/review")).one("section", **{"aria-labelledby": "changes"})
    assert "Added: Marks rose" in [each.text for each in told.all("ins")]


def test_pictures_of_the_draft_come_from_the_draft(copy: WorkingCopy, author: Member) -> None:
    (picture,) = author.page(address("/review")).one("main").all("img")
    assert picture.attributes["src"] == address("/pictures/photo.png")
