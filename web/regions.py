"""Where the case studies come from: the regions of England as a map of tiles."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from indexer.request import SearchRequest
from indexer.results import FacetCount
from kb.vocabulary import Vocabulary
from web.addresses import REGIONS, search_address
from web.context import searcher

bp = Blueprint("regions", __name__)

# Shades of a tile with studies, the palest 1; 0 is a tile without any.
SHADES = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A region: `key` places it on the map, `shade` follows its share of the largest count."""

    key: str
    label: str
    description: str
    count: int
    shade: int
    href: str


@bp.get(REGIONS)
def show() -> str:
    """Each region with its studies, from the north to the south as the vocabulary has them."""
    page = searcher().search(SearchRequest(page_size=1))
    tiles = tiles_of(searcher().vocabularies()["region"], page.facets["region"])
    return render_template("regions/show.html", tiles=list(tiles), total=page.total)


def tiles_of(regions: Vocabulary, counts: Sequence[FacetCount]) -> Iterator[Tile]:
    """A tile for every region, those without studies too; parts are counted in their region."""
    found = {each.key: each.count for each in counts if each.key not in regions.parts}
    most = max(found.values(), default=1)
    for term in regions:
        if term.key in regions.parts:
            continue
        count = found.get(term.key, 0)
        yield Tile(
            term.key,
            term.label,
            term.description,
            count,
            math.ceil(SHADES * count / most),
            search_address([("region", term.key)]),
        )
