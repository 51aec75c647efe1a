"""The home page: one box to type a need in, and ways in for those who would rather look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from indexer.request import SearchRequest, Sort
from indexer.results import FacetCount, Result, SearchPage
from kb.desk.clock import LONDON
from kb.vocabulary import Vocabularies
from web.addresses import HOME, search_address
from web.cards import Tag, result_card
from web.context import searcher

bp = Blueprint("home", __name__)

NEWEST = 4
STRONGEST = 4
EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A vocabulary entry as a way in: what it means and how many studies it has."""

    label: str
    description: str
    count: int
    href: str


@bp.get(HOME)
def show() -> str:
    """What is asked these weeks, needs and kinds of disadvantage, the six values, and studies."""
    newest = searcher().search(SearchRequest(sort=Sort.NEWEST, page_size=NEWEST))
    strongest = searcher().search(SearchRequest(sort=Sort.EVIDENCE, page_size=STRONGEST))
    vocabularies = searcher().vocabularies()
    today = datetime.now(LONDON).date()
    prompts = searcher().prompts()
    return render_template(
        "home/show.html",
        today=today,
        total=newest.total,
        examples=[_asks(text, text) for text in prompts.examples_on(today, EXAMPLES)],
        concerns=[_asks(each.label, each.search) for each in prompts.concerns_of(today.month)],
        needs=_tiles("need", newest, vocabularies),
        disadvantages=_tiles("disadvantage", newest, vocabularies),
        values=_tiles("value", newest, vocabularies),
        newest=[result_card(result, vocabularies) for result in newest.results],
        strongest=[
            result_card(result, vocabularies)
            for result in _others(strongest.results, newest.results)
        ],
    )


def _asks(label: str, text: str) -> Tag:
    return Tag(label, search_address([("q", text)]))


def _others(results: Iterable[Result], shown: Iterable[Result]) -> list[Result]:
    """The results that are not shown already."""
    known = {result.document.id for result in shown}
    return [result for result in results if result.document.id not in known]


def _tiles(name: str, page: SearchPage, vocabularies: Vocabularies) -> list[Tile]:
    """A facet's entries that have studies, in the vocabulary's order."""
    return [_tile(name, count, vocabularies) for count in page.facets[name]]


def _tile(name: str, count: FacetCount, vocabularies: Vocabularies) -> Tile:
    description = vocabularies[name][count.key].description
    return Tile(count.label, description, count.count, search_address([(name, count.key)]))
