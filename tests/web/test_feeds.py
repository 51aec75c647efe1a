"""What other programs read: valid XML, ids that last, nothing that may not be shown."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from tests.factories import write_study
from tests.web.site import PUBLISHED, Site, a_site, small_content
from tests.web.test_search import ODD

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def parsed(answer: TestResponse, mimetype: str) -> ElementTree.Element:
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    return ElementTree.fromstring(answer.data)


def feed(site: Site, address: str = "/feed.atom", **params: object) -> ElementTree.Element:
    return parsed(site.get(address, **params), "application/atom+xml")


def ids(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iterfind("a:entry/a:id", ATOM)]


def titles(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iterfind("a:entry/a:title", ATOM)]


def test_a_feed_holds_what_its_search_finds_the_newest_first(site: Site) -> None:
    everything = feed(site)
    assert len(ids(everything)) == len(PUBLISHED) == len(set(ids(everything)))
    days = [each.text or "" for each in everything.iterfind("a:entry/a:published", ATOM)]
    assert days == sorted(days, reverse=True)
    found = site.json("/api/v1/search", phase="secondary")
    assert 0 < len(ids(feed(site, phase="secondary"))) == found["total"] < len(PUBLISHED)
    assert set(ids(feed(site, phase="secondary"))) < set(ids(everything))


def test_an_entry_has_all_that_atom_asks_for(site: Site) -> None:
    root = feed(site)
    for tag in ("id", "title", "updated", "author/a:name"):
        assert root.findtext(f"a:{tag}", None, ATOM)
    for entry in root.iterfind("a:entry", ATOM):
        for tag in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"a:{tag}", None, ATOM)
        link = entry.find("a:link", ATOM)
        assert link is not None
        path = link.attrib["href"].removeprefix("http://127.0.0.1:8000")
        assert site.get(path).status_code == 200


def test_an_id_outlasts_title_and_slug(site: Site) -> None:
    before = dict(zip(ids(feed(site)), titles(feed(site)), strict=True))
    path = next((site.content / "case-studies").glob(f"{sorted(PUBLISHED)[0]}.md"))
    text = path.read_text(encoding="utf-8").replace("title: ", "title: Renamed ", 1)
    path.unlink()
    (path.parent / "another-name.md").write_text(text, encoding="utf-8")
    site.update()
    after = dict(zip(ids(feed(site)), titles(feed(site)), strict=True))
    assert before.keys() == after.keys()
    assert before != after


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_whatever_is_typed_the_feed_is_xml(site: Site, text: str) -> None:
    feed(site, q=text)


def test_a_title_is_text_and_made_up_studies_are_said_to_be(tmp_path: Path) -> None:
    content = small_content(tmp_path)
    write_study(content, "odd", title="Tea & <b>toast</b> ]]> “late”", illustrative=True)
    write_study(content, "real", title="Quiet mornings", illustrative=False)
    found = titles(feed(a_site(content, tmp_path / "home")))
    assert "Illustrative: Tea & <b>toast</b> ]]> “late”" in found
    assert "Quiet mornings" in found
    hidden = a_site(content, tmp_path / "hidden", KB_SHOW_ILLUSTRATIVE="no")
    assert set(titles(feed(hidden))) == {title for title in found if ":" not in title}
    assert b"/practice/odd" not in hidden.get("/sitemap.xml").data


def test_a_feed_is_no_search_and_no_shared_cache_keeps_it(site: Site) -> None:
    answer = site.get("/feed.atom", q="attendance")
    assert answer.cache_control.private
    assert site.queries() == {}
    tag = answer.headers["ETag"]
    again = site.app.test_client().get("/feed.atom?q=attendance", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_a_search_that_finds_nothing_has_an_empty_feed(site: Site) -> None:
    root = feed(site, q="zebra crossing", theme="attendance")
    assert ids(root) == []
    assert root.findtext("a:updated", None, ATOM)


def test_each_search_names_its_own_feed(site: Site) -> None:
    page = site.page("/search", q="attendance", phase="primary", sort="evidence")
    link = page.one("link", type="application/atom+xml")
    assert link.attributes["href"] == "/feed.atom?q=attendance&phase=primary"
    home = site.page("/").one("link", type="application/atom+xml")
    assert home.attributes["href"] == "/feed.atom"


def test_the_site_map_lists_what_is_published_and_nothing_else(site: Site) -> None:
    root = parsed(site.get("/sitemap.xml"), "application/xml")
    found = [each.text for each in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    expected = [f"http://127.0.0.1:8000/practice/{slug}" for slug in sorted(PUBLISHED)]
    standing = [
        f"http://127.0.0.1:8000/{path}" for path in ("", "about", "accessibility", "map", "regions")
    ]
    assert found == [*standing, *expected]


def test_a_browser_learns_how_to_search_here(site: Site) -> None:
    root = parsed(site.get("/opensearch.xml"), "application/opensearchdescription+xml")
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    templates = [each.attrib["template"] for each in root.iter(f"{space}Url")]
    assert templates[0] == "http://127.0.0.1:8000/search?q={searchTerms}"
    assert len(root.findtext(f"{space}ShortName") or "") <= 16
    assert site.page("/").one("link", rel="search").attributes["href"] == "/opensearch.xml"


def test_robots_keep_out_of_what_was_typed(site: Site) -> None:
    text = site.get("/robots.txt").text
    assert "Disallow: /search" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
