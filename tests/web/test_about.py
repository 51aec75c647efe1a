"""What the library says of itself: all of it, nothing that is not so, linked from every page."""

from urllib.parse import urlsplit

import pytest

from kb.domain import EvidenceStrength
from kb.querylog import KEPT_DAYS
from tests.web.site import Site
from web.about import LIMITS

PAGES = ("/about", "/accessibility")


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_there_and_may_be_kept(small: Site, path: str) -> None:
    assert small.page(path).one("h1").text
    answer = small.get(path)
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert small.app.test_client().get(path, headers=tag).status_code == 304


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_the_page_leads_somewhere_here(small: Site, path: str) -> None:
    page = small.page(path)
    places = {element.attributes.get("id") for element in page.walk()}
    for link in page.links():
        assert not urlsplit(link).netloc
        if link.startswith("#"):
            assert link[1:] in places
        else:
            assert small.get(link).status_code == 200, link


@pytest.mark.parametrize("path", ["/", "/search", "/practice/gate", "/nowhere", *PAGES])
def test_the_footer_of_every_page_leads_there(small: Site, path: str) -> None:
    footer = small.page(path, status=404 if path == "/nowhere" else 200).one("footer")
    assert set(PAGES) <= set(footer.links())


def test_every_value_and_every_strength_is_explained_with_its_limits(small: Site) -> None:
    text = small.page("/about").one("main").text
    values = list(small.services.searcher.vocabularies()["value"])
    assert len(values) == 6
    for value in values:
        assert f"{value.label}: {value.description}" in text
    for strength in EvidenceStrength:
        assert f"{strength.label}. {strength.description} {LIMITS[strength]}" in text


def test_values_follow_the_vocabulary(site: Site) -> None:
    file = site.content / "vocabulary" / "value.toml"
    file.write_text(file.read_text().replace('label = "Equity"', 'label = "Fairness"'))
    site.update()
    assert "Fairness" in site.page("/about").one("main").text


def test_what_is_said_of_privacy_is_so(site: Site) -> None:
    text = site.page("/about").one("main").text
    assert f"After {KEPT_DAYS} days it is deleted" in text
    for path in ("/", *PAGES, "/search?q=toast"):
        assert "Set-Cookie" not in site.get(path).headers
    assert site.queries().keys() == {"toast"}


def test_search_is_explained_in_four_sentences(small: Site) -> None:
    page = small.page("/about").one(class_="leaf")
    at = next(n for n, e in enumerate(page.all()) if e.attributes.get("id") == "search")
    paragraph = next(e for e in page.all()[at:] if e.tag == "p")
    assert paragraph.text.count(". ") == 3
