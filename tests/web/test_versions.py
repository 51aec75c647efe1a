"""Earlier versions on the site, and archived studies, which stay where they were."""

from pathlib import Path

import pytest

from tests.factories import BODY, write_study
from tests.web.site import PLAIN, Site, a_site, slugs, small_content, today


@pytest.fixture
def edited(tmp_path: Path) -> Site:
    """A site on which one study was a draft, went live, and was changed twice."""
    content = small_content(tmp_path)
    site = a_site(content, tmp_path / "var")
    for given in (
        {"title": "Secret name", "status": "draft"},
        {"title": "First <b>title</b>"},
        {"title": "Second title", "body": BODY},
        {"title": "Second title", "body": BODY, "review_by": "2030-01-01"},
    ):
        write_study(content, "told", aliases=["told-before"], **{"body": PLAIN, **given})
        site.update()
    return site


def test_a_study_with_one_version_has_no_link_to_others(small: Site) -> None:
    assert "/practice/gate/versions" not in small.page("/practice/gate").links()
    assert len(small.page("/practice/gate/versions").one("ol", class_="versions").all("li")) == 1


def test_the_versions_are_listed_and_a_draft_is_not(edited: Site) -> None:
    assert "/practice/told/versions" in edited.page("/practice/told").links()
    rows = edited.page("/practice/told/versions").one("ol", class_="versions")
    assert [href.rpartition("/")[2] for href in rows.links()] == ["4", "3", "2"]
    assert edited.get("/practice/told/versions/1").status_code == 404
    assert "Secret name" not in edited.get("/practice/told/versions/2").text


def test_a_version_shows_what_it_changed(edited: Site) -> None:
    page = edited.page("/practice/told/versions/3")
    assert "Removed: First <b>title</b>" in [each.text for each in page.all("del")]
    assert "Added: Second title" in [each.text for each in page.all("ins")]
    assert "Impact" in [each.text for each in page.all("h2")]
    assert not page.one("main").all("b")
    # The whole of it can be read as well.
    assert BODY.split("\n\n")[1] in page.one("details", class_="whole").text


def test_what_readers_do_not_see_is_no_change_and_the_first_has_none(edited: Site) -> None:
    assert "Nothing that readers see" in edited.page("/practice/told/versions/4").text
    assert "first version" in edited.page("/practice/told/versions/2").text


@pytest.mark.parametrize("number", ["0", "99", "9" * 30, "-1", "x", "1.5", "%00"])
def test_a_version_that_is_not_there_is_a_404(edited: Site, number: str) -> None:
    page = edited.page(f"/practice/told/versions/{number}", status=404)
    assert page.one("h1").text


@pytest.mark.parametrize("rest", ["", "/3"])
def test_an_earlier_address_leads_to_the_present_one(edited: Site, rest: str) -> None:
    answer = edited.get(f"/practice/told-before/versions{rest}")
    assert (answer.status_code, answer.location) == (301, f"/practice/told/versions{rest}")


def test_of_a_study_that_is_not_published_nothing_is_shown(edited: Site) -> None:
    for rest in ("", "/1"):
        assert edited.get(f"/practice/half-done/versions{rest}").status_code == 404
    write_study(edited.content, "told", title="Taken back", status="draft")
    edited.update()
    for rest in ("", "/3"):
        assert edited.get(f"/practice/told/versions{rest}").status_code == 404


# Archived


def test_an_archived_study_can_be_read_and_says_what_it_is(small: Site) -> None:
    page = small.page("/practice/put-away")
    assert f"Archived {today()}." in page.one("main").text
    assert "/search?q=Put+away" in page.one("main").links()
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert small.get("/practice/put-away.md").status_code == 200


def test_an_archived_study_is_found_nowhere_else(small: Site) -> None:
    assert "put-away" not in slugs(small.page("/search", q="put away"))
    for path in ("/sitemap.xml", "/feed.atom", "/", "/suggest?q=put"):
        assert "put-away" not in small.get(path).text
    assert "Archived" in small.page("/compare?slug=put-away&slug=gate").one("thead").text
