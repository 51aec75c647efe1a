"""The home page: ways in whose counts are true."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.html import Element
from tests.web.site import Site
from web.home import EXAMPLES, NEWEST

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


def test_the_newest_studies_are_the_ones_that_the_search_lists_first(shipped: Site) -> None:
    expected = [each["slug"] for each in shipped.json("/api/v1/search", sort="newest")["results"]]
    cards = shipped.page("/").all("article")
    assert [card.one("h3").links() for card in cards] == [
        [f"/practice/{slug}"] for slug in expected[:NEWEST]
    ]


def test_the_box_asks_the_search(small: Site) -> None:
    form = small.page("/").one("form", role="search")
    assert form.attributes["action"] == "/search"
    assert form.attributes.get("method", "get").lower() == "get"
    assert form.one("input", name="q").attributes["type"] == "search"


def test_every_example_finds_something(shipped: Site) -> None:
    links = shipped.page("/").links()
    asked = [parse_qs(urlsplit(link).query).get("q", [""])[0] for link in links]
    for example in EXAMPLES:
        assert example.label in asked
        assert shipped.json("/api/v1/search", q=example.label)["total"] > 0


def test_every_link_of_the_page_leads_somewhere(small: Site) -> None:
    for link in {link.split("#")[0] for link in small.page("/").links()} - {""}:
        assert small.get(link).status_code == 200, link


def test_the_total_is_that_of_the_search(shipped: Site) -> None:
    assert shipped.json("/api/v1/search")["total"] == 72
    assert "72" in shipped.page("/").one("main").text
