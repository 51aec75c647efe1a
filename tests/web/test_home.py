"""The home page: ways in whose counts are true."""

from urllib.parse import urlsplit

import pytest

from kb.errors import VocabularyInvalid
from tests.web.html import Element
from tests.web.site import Site
from web.addresses import search_address
from web.home import CARDS, EXAMPLES
from web.view import month_name, today

GROUPS = {"needs": "need", "disadvantages": "disadvantage", "values": "value"}


def tiles(page: Element, group: str) -> list[tuple[str, int]]:
    """Where each tile of a group leads, and the count that it shows."""
    (section,) = [s for s in page.all("section") if s.attributes.get("aria-labelledby") == group]
    return [
        (tile.attributes["href"], int(tile.one(class_="n").text.split()[0]))
        for tile in section.all("a", class_="tile")
    ]


def studies(page: Element, group: str) -> list[str]:
    """The studies that a group shows, in its order."""
    (section,) = [s for s in page.all("section") if s.attributes.get("aria-labelledby") == group]
    cards = section.all("article")
    return [card.one("h3").links()[0].removeprefix("/practice/") for card in cards]


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
    assert studies(shipped.page("/"), "newest") == expected[:CARDS]


def test_the_strongest_are_the_ones_that_the_search_lists_first(shipped: Site) -> None:
    expected = [each["slug"] for each in shipped.json("/api/v1/search", sort="evidence")["results"]]
    page = shipped.page("/")
    assert studies(page, "strongest") == expected[:CARDS]
    assert "/search?sort=evidence" in page.links()


def test_the_box_asks_the_search(small: Site) -> None:
    form = small.page("/").one("form", role="search")
    assert form.attributes["action"] == "/search"
    assert form.attributes.get("method", "get").lower() == "get"
    assert form.one("input", name="q").attributes["type"] == "search"


def tried(page: Element) -> dict[str, dict[str, str]]:
    """The searches to begin with: what each is called and where it leads, by their heading."""
    return {
        group.one("h2").text: {a.text: a.attributes["href"] for a in group.all("a")}
        for group in page.all(class_="try")
    }


def test_the_days_needs_and_the_months_concerns_are_offered(shipped: Site) -> None:
    prompts, day = shipped.services.searcher.prompts(), today()
    assert tried(shipped.page("/")) == {
        "For example": {
            need: search_address([("q", need)]) for need in prompts.needs_on(day, EXAMPLES)
        },
        f"On many minds in {month_name(day)}": {
            concern.label: search_address([("q", concern.search)])
            for concern in prompts.concerns_on(day)
        },
    }


def test_what_is_offered_follows_the_file(site: Site) -> None:
    assert tried(site.page("/")) == {}
    (site.content / "home.toml").write_text('needs = ["Toast <b>now</b>"]')
    site.update()
    found = tried(site.page("/"))
    assert found == {"For example": {"Toast <b>now</b>": "/search?q=Toast+%3Cb%3Enow%3C/b%3E"}}


def test_a_faulty_file_leaves_what_was_offered(site: Site) -> None:
    (site.content / "home.toml").write_text('needs = ["toast"]')
    site.update()
    (site.content / "home.toml").write_text('needs = ["toast"')
    with pytest.raises(VocabularyInvalid, match=r"home\.toml"):
        site.update()
    assert tried(site.page("/"))["For example"] == {"toast": "/search?q=toast"}


def test_the_page_is_the_same_all_day(site: Site) -> None:
    assert site.get("/").headers["ETag"] == site.get("/").headers["ETag"]


def test_the_page_goes_from_needs_to_studies(shipped: Site) -> None:
    page = shipped.page("/")
    assert [each.attributes["aria-labelledby"] for each in page.all("section")] == [
        *GROUPS,
        "newest",
        "strongest",
    ]


def test_every_link_of_the_page_leads_somewhere(small: Site) -> None:
    for link in {link.split("#")[0] for link in small.page("/").links()} - {""}:
        assert small.get(link).status_code == 200, link


def test_the_total_is_that_of_the_search(shipped: Site) -> None:
    assert shipped.json("/api/v1/search")["total"] == 72
    assert "72" in shipped.page("/").one("main").text
