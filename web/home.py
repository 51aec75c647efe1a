"""The home page: one box to type a need in, and ways in for those who would rather look."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from indexer.request import SearchRequest, Sort
from indexer.results import FacetCount, SearchPage
from kb.vocabulary import Vocabularies
from web.addresses import HOME, search_address
from web.cards import Tag, result_card
from web.context import searcher

bp = Blueprint("home", __name__)

NEWEST = 4
EXAMPLES = tuple(
    Tag(text, search_address([("q", text)]))
    for text in (
        "child won't speak in class",
        "PP attendance after Christmas",
        "boys who hate writing",
        "worried about moving up to big school",
    )
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A vocabulary entry as a way in: what it means and how many studies it has."""

    label: str
    description: str
    count: int
    href: str


@bp.get(HOME)
def show() -> str:
    """Needs and kinds of disadvantage first, then the six values, then the newest studies."""
    page = searcher().search(SearchRequest(sort=Sort.NEWEST, page_size=NEWEST))
    vocabularies = searcher().vocabularies()
    return render_template(
        "home/show.html",
        total=page.total,
        examples=EXAMPLES,
        needs=_tiles("need", page, vocabularies),
        disadvantages=_tiles("disadvantage", page, vocabularies),
        values=_tiles("value", page, vocabularies),
        newest=[result_card(result, vocabularies) for result in page.results],
    )


def _tiles(name: str, page: SearchPage, vocabularies: Vocabularies) -> list[Tile]:
    """A facet's entries that have studies, in the vocabulary's order."""
    return [_tile(name, count, vocabularies) for count in page.facets[name]]


def _tile(name: str, count: FacetCount, vocabularies: Vocabularies) -> Tile:
    description = vocabularies[name][count.key].description
    return Tile(count.label, description, count.count, search_address([(name, count.key)]))
