"""Versions: who and when, what changed, and back to any of them with nothing lost."""

from collections.abc import Callable

import pytest

from kb.desk.copies import Copies
from kb.desk.values import WorkingCopy
from kb.domain import Role
from tests.factories import write_study
from tests.web.edit.desk import GATE, saved
from tests.web.html import parse
from tests.web.members import Member
from tests.web.site import Site

SignedIn = Callable[[Role], Member]
HERE = f"/edit/{GATE}"


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


@pytest.fixture
def written(site: Site, author: Member) -> WorkingCopy:
    """A draft whose second version has another title."""
    author.post("/edit/begin/gate")
    copy = saved(site)
    with site.services.database.begin() as session:
        return Copies(session, author.person).save(
            GATE,
            copy.version,
            copy.source.replace("Meeting children", "Greeting children"),
            copy.saved_at,
        )


def test_both_lists_say_who_and_when(author: Member, written: WorkingCopy) -> None:
    page = author.page(f"{HERE}/versions")
    assert "by Contributor Person" in page.text
    assert "by file" in page.text
    assert f"{HERE}/versions/2" in page.links()
    assert f"{HERE}/revisions/1" in page.links()


def test_a_version_shows_what_it_changed_and_its_whole(
    author: Member, written: WorkingCopy
) -> None:
    page = author.page(f"{HERE}/versions/2")
    assert "Added: Greeting" in [each.text for each in page.all("ins")]
    assert "title:" in page.one("pre").text
    assert "first version" in author.page(f"{HERE}/versions/1").text
    assert "first version" in author.page(f"{HERE}/revisions/1").text


def test_a_version_is_restored_as_a_new_one(
    site: Site, author: Member, written: WorkingCopy
) -> None:
    page = author.page(f"{HERE}/versions/1")
    form = page.one("main").one("form")
    stale = form.one("input", name="version").attributes["value"]
    answer = author.post(form.attributes["action"], version=stale)
    assert answer.location == f"{HERE}/review?done=restored"
    assert saved(site).title == "Meeting children at the gate"
    assert saved(site).version == written.version + 1
    assert f"{HERE}/versions/{written.version}" in author.page(f"{HERE}/versions").links()
    # The same form once more is about a text that is no longer there.
    answer = author.post(form.attributes["action"], version=stale)
    assert answer.status_code == 409
    assert parse(answer.text).one("p", role="alert")


def test_without_a_draft_one_is_begun(site: Site, author: Member, written: WorkingCopy) -> None:
    author.post(f"{HERE}/discard", version=str(written.version))
    page = author.page(f"{HERE}/versions/2")
    form = page.one("main").one("form")
    assert not form.all("input", name="version")
    assert author.post(form.attributes["action"]).status_code == 303
    assert saved(site).title == "Greeting children at the gate"
    # By now somebody is at work on it, which the form did not know.
    assert author.post(form.attributes["action"]).status_code == 409


def test_a_new_study_that_was_given_up_comes_back_by_a_version(site: Site, author: Member) -> None:
    where = author.post("/edit/new", title="A calm start").location
    assert author.post(f"{where}/discard", version="1").status_code == 303
    answer = author.post(f"{where}/versions/1/restore")
    assert answer.status_code == 303
    assert author.page(answer.location).one("h1").text == "Review: A calm start"


def test_what_is_agreed_to_is_not_written_over(
    site: Site, author: Member, signed_in: SignedIn
) -> None:
    author.post("/edit/begin/gate")
    author.post(f"{HERE}/review/submit", version="1")
    signed_in(Role.EDITOR).post(f"{HERE}/review/approve", version="1")
    answer = author.post(f"{HERE}/versions/1/restore", version="1")
    assert answer.status_code == 403
    assert "Take it back" in parse(answer.text).one("p", role="alert").text


def test_drafts_in_files_are_for_editors(site: Site, author: Member, signed_in: SignedIn) -> None:
    for given in ({"status": "draft", "title": "Secret name"}, {"title": "Open name"}):
        write_study(site.content, "gate", **given)
        site.update()
    assert author.get(f"{HERE}/revisions/2").status_code == 404
    assert "Secret name" not in author.get(f"{HERE}/revisions/3").text
    assert "Secret name" in signed_in(Role.EDITOR).get(f"{HERE}/revisions/2").text


@pytest.mark.parametrize("what", ["versions", "revisions"])
@pytest.mark.parametrize("number", ["0", "99", "9" * 30, "-1", "x"])
def test_a_version_that_is_not_there_is_a_404(
    author: Member, written: WorkingCopy, what: str, number: str
) -> None:
    assert author.get(f"{HERE}/{what}/{number}").status_code == 404
    assert author.post(f"{HERE}/{what}/{number}/restore", version="2").status_code == 404
