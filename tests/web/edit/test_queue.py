"""The first page of editing."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.desk.copies import Copies
from kb.domain import Role
from kb.frontmatter import parse
from tests.factories import an_id, write_study
from tests.web.edit.desk import begin
from tests.web.members import a_member
from tests.web.site import PLAIN, Site
from web.edit.queue import ago

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_empty_lists_say_so_and_a_contributor_sees_none_of_the_editors(site: Site) -> None:
    page = a_member(site, Role.CONTRIBUTOR).page("/edit")
    assert "Nothing waits for you." in page.text
    assert "Overdue" not in page.text
    assert {"/edit/new", "/edit/word"} <= set(page.links())


def test_a_draft_is_listed_for_its_author_and_for_editors_with_harmless_words(site: Site) -> None:
    author, other = (a_member(site, Role.CONTRIBUTOR, f"{n}@school.example") for n in "ab")
    with site.services.database.begin() as session:
        title = "<script>alert(1)</script> & co"
        copy = Copies(session, author.person).begin_new(title, datetime.now(UTC))
    for member in (author, a_member(site, Role.EDITOR)):
        assert f"/edit/{copy.id}" in member.page("/edit").links()
        assert "<script>alert" not in member.get("/edit").text
    assert f"/edit/{copy.id}" not in other.page("/edit").links()


def test_an_editor_says_that_an_overdue_study_still_holds(site: Site) -> None:
    editor, today = a_member(site, Role.EDITOR), datetime.now(UTC).date()
    until = today + timedelta(days=700)
    address = f"/edit/renew/{an_id('breakfast')}"
    assert editor.page("/edit").one("form", action=address)
    assert editor.post(address, until="soon").status_code == 422
    assert editor.post(address, until=f"{today}").status_code == 422
    assert editor.post(address, until=f"{until}").status_code == 303
    text = (site.content / "case-studies" / "breakfast.md").read_text()
    assert parse(text).data["review_by"] == f"{until}"


def test_a_study_with_a_changed_policy_is_listed_with_its_day(site: Site) -> None:
    key = "send-code-of-practice-2015"
    write_study(site.content, "carries", body=PLAIN, policies=[key], first_published="2025-01-01")
    path = site.content / "vocabulary" / "policy.toml"
    path.write_text(path.read_text().replace(f"[{key}]\n", f"[{key}]\nchanged = 2026-10-01\n"))
    site.update()
    assert "changed on 1 October 2026" in a_member(site).page("/edit").text


def test_a_title_in_the_list_is_the_one_of_the_copy(site: Site) -> None:
    member = a_member(site)
    begin(site, member.person)
    assert "Meeting children at the gate" in member.page("/edit").text


@pytest.mark.parametrize(
    ("before", "words"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago")],
)
def test_time_passed_is_told_in_one_unit(before: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=before), NOW) == words
