"""The home page: ways in whose counts are true."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.html import Element
from tests.web.site import Site
from web.home import EXAMPLES, NEWEST, STRONGEST

GROUPS = {"needs": "need", "disadvantages": "disadvantage", "values": "value"}


def tiles(page: Element, group: str) -> list[tuple[str, int]]:
    """Where each tile of a group leads, and the count that it shows."""
    (section,) = [s for s in page.all("section") if s.attributes.get("aria-labelledby") == group]
    return [
        (tile.attributes["href"], int(tile.one(class_="n").text.split()[0]))
        for tile in section.all("a", class_="tile")
    ]


def total(site: Site, address: str) -> int:
    """How many studies the search at an address finds."""
    found = site.json("/api/v1/search?" + urlsplit(address).query)["total"]
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_each_tile_leads_to_a_search_that_finds_as_many_as_it_says(
    shipped: Site, group: str
) -> None:
    found = tiles(shipped.page("/"), group)
    assert found
    for address, count in found:
        assert count == total(shipped, address) > 0


@pytest.mark.parametrize(("group", "facet"), GROUPS.items())
def test_the_tiles_are_all_terms_that_a_study_has_in_the_vocabularys_order(
    shipped: Site, group: str, facet: str
) -> None:
    counted = shipped.json("/api/v1/search")["facets"][facet]
    addresses = [f"/search?{facet}={each['key']}" for each in counted]
    assert [address for address, _ in tiles(shipped.page("/"), group)] == addresses


def test_all_six_values_are_ways_in(shipped: Site) -> None:
    assert len(tiles(shipped.page("/"), "values")) == 6


def test_labels_are_shown_and_never_bare_census_codes(shipped: Site) -> None:
    page = shipped.page("/")
    codes = {each["key"] for each in shipped.json("/api/v1/search")["facets"]["need"]}
    names = {name.text for name in page.all(class_="name")}
    assert len(codes) > 5
    assert not codes & names
    assert "Autism" in names


def cards(page: Element, group: str) -> list[str]:
    """The studies of a section, in order."""
    (section,) = [s for s in page.all("section") if s.attributes.get("aria-labelledby") == group]
    titles = [card.one("h3") for card in section.all("article")]
    return [title.links()[0].rpartition("/")[2] for title in titles]


def test_the_newest_studies_are_the_ones_that_the_search_lists_first(shipped: Site) -> None:
    expected = [each["slug"] for each in shipped.json("/api/v1/search", sort="newest")["results"]]
    assert cards(shipped.page("/"), "newest") == expected[:NEWEST]


def test_the_strongest_evidence_comes_first_and_no_study_twice(shipped: Site) -> None:
    ranked = [each["slug"] for each in shipped.json("/api/v1/search", sort="evidence")["results"]]
    page = shipped.page("/")
    newest, strongest = cards(page, "newest"), cards(page, "strongest")
    assert strongest == [slug for slug in ranked[:STRONGEST] if slug not in newest]


def test_the_box_asks_the_search(small: Site) -> None:
    form = small.page("/").one("form", role="search")
    assert form.attributes["action"] == "/search"
    assert form.attributes.get("method", "get").lower() == "get"
    assert form.one("input", name="q").attributes["type"] == "search"


def test_examples_and_concerns_are_searches_for_what_they_say(shipped: Site) -> None:
    page = shipped.page("/")
    prompts = shipped.services.searcher.prompts()
    examples = {a.text: a.attributes["href"] for a in page.one(class_="try").all("a")}
    assert len(examples) == EXAMPLES
    assert set(examples) <= set(prompts.examples)
    concerns = {a.text: a.attributes["href"] for a in page.one(class_="concerns").all("a")}
    searches = {concern.label: concern.search for concern in prompts.concerns}
    for text, address in [*examples.items(), *concerns.items()]:
        assert parse_qs(urlsplit(address).query)["q"] == [searches.get(text, text)]


def test_without_its_file_the_page_offers_nothing_and_stands(site: Site) -> None:
    assert not (site.content / "home.toml").exists()
    page = site.page("/")
    assert not page.all(class_="try")
    assert not page.all(class_="concerns")


def test_what_it_offers_changes_with_the_file(site: Site) -> None:
    (site.content / "home.toml").write_text('examples = ["late at <the> gate"]')
    site.update()
    assert site.page("/").one(class_="try").one("a").text == "late at <the> gate"


def test_every_link_of_the_page_leads_somewhere(small: Site) -> None:
    for link in {link.split("#")[0] for link in small.page("/").links()} - {""}:
        assert small.get(link).status_code == 200, link


def test_the_total_is_that_of_the_search(shipped: Site) -> None:
    assert shipped.json("/api/v1/search")["total"] == 72
    assert "72" in shipped.page("/").one("main").text
