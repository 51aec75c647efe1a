"""The map of regions: every region in its place, with a count that its search keeps."""

import re
from pathlib import Path

from indexer.results import FacetCount
from kb.domain import TermKey
from kb.vocabulary import Vocabularies
from tests.factories import SHIPPED
from tests.web.html import Element
from tests.web.site import Site
from web.regions import SHADES, tiles_of

CSS = (Path(__file__).parents[2] / "web/static/site.css").read_text(encoding="utf-8")
VOCABULARY = Vocabularies.load(SHIPPED / "vocabulary")["region"]
NINE = [term for term in VOCABULARY if term.parent is None]


def tiles(page: Element) -> list[Element]:
    return page.one("ul", class_="regions").all("li")


def test_all_nine_regions_are_listed_in_the_vocabularys_order(small: Site) -> None:
    names = [tile.one(class_="name").text for tile in tiles(small.page("/regions"))]
    assert names == [term.label for term in NINE]
    assert len(names) == 9


def test_each_count_is_what_its_search_finds(shipped: Site) -> None:
    counted = 0
    for tile in tiles(shipped.page("/regions")):
        (link,) = tile.links()
        count = int(tile.one(class_="n").text.split()[0])
        assert count == shipped.json("/api/v1/search?" + link.split("?")[1])["total"] > 0
        assert shipped.get(link).status_code == 200
        counted += count
    assert counted == shipped.json("/api/v1/search")["total"]


def test_a_region_without_studies_says_so_and_leads_nowhere(small: Site) -> None:
    by_name = {tile.one(class_="name").text: tile for tile in tiles(small.page("/regions"))}
    assert by_name["Yorkshire and the Humber"].one(class_="n").text == "1 case study."
    empty = by_name["London"]
    assert empty.one(class_="n").text == "None yet"
    assert empty.links() == []


def test_the_stylesheet_has_a_place_for_each_region_and_a_colour_for_each_shade() -> None:
    areas = [
        match[1]
        for term in NINE
        if (match := re.search(rf"\.at-{term.key}\{{grid-area:(\w+)\}}", CSS))
    ]
    assert len(set(areas)) == 9
    for shade in range(1, SHADES + 1):
        assert f".shade-{shade}{{" in CSS


def test_shades_run_from_none_to_the_most() -> None:
    counts = [("london", 100), ("north-east", 50), ("south-west", 1), ("tyne-and-wear", 50)]
    found = tiles_of(VOCABULARY, [FacetCount(TermKey(key), key, count) for key, count in counts])
    shades = {tile.key: tile.shade for tile in found}
    assert "tyne-and-wear" not in shades
    assert (shades["london"], shades["north-east"], shades["south-west"]) == (SHADES, 2, 1)
    assert shades["south-east"] == 0
    assert {tile.shade for tile in tiles_of(VOCABULARY, [])} == {0}


def test_home_and_every_footer_lead_there(small: Site) -> None:
    assert "/regions" in small.page("/").one("main").links()
    assert "/regions" in small.page("/search").one("footer").links()
