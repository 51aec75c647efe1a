"""The home page: one box to type a need in, and ways in for those who would rather look."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template

from indexer.request import SearchRequest, Sort
from indexer.results import FacetCount, SearchPage
from kb.prompts import Prompts
from kb.vocabulary import Vocabularies
from web.addresses import HOME, search_address
from web.cards import Tag, result_card
from web.context import searcher
from web.view import today

bp = Blueprint("home", __name__)

EXAMPLES = 4
CARDS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A vocabulary entry as a way in: what it means and how many studies it has."""

    label: str
    description: str
    count: int
    href: str


@bp.get(HOME)
def show() -> str:
    """What people come with first (a need, the time of year, a group of pupils), studies last."""
    newest = _studies(Sort.NEWEST)
    vocabularies = searcher().vocabularies()
    day = today()
    return render_template(
        "home/show.html",
        day=day,
        total=newest.total,
        examples=_examples(searcher().prompts(), day),
        concerns=_concerns(searcher().prompts(), day),
        needs=_tiles("need", newest, vocabularies),
        disadvantages=_tiles("disadvantage", newest, vocabularies),
        values=_tiles("value", newest, vocabularies),
        newest=[result_card(result, vocabularies) for result in newest.results],
        strongest=[result_card(result, vocabularies) for result in _studies(Sort.EVIDENCE).results],
        strongest_href=search_address([("sort", Sort.EVIDENCE)]),
    )


def _studies(order: Sort) -> SearchPage:
    return searcher().search(SearchRequest(sort=order, page_size=CARDS))


def _examples(prompts: Prompts, day: date) -> list[Tag]:
    return [Tag(need, search_address([("q", need)])) for need in prompts.needs_on(day, EXAMPLES)]


def _concerns(prompts: Prompts, day: date) -> list[Tag]:
    concerns = prompts.concerns_on(day)
    return [Tag(each.label, search_address([("q", each.search)])) for each in concerns]


def _tiles(name: str, page: SearchPage, vocabularies: Vocabularies) -> list[Tile]:
    """A facet's entries that have studies, in the vocabulary's order."""
    return [_tile(name, count, vocabularies) for count in page.facets[name]]


def _tile(name: str, count: FacetCount, vocabularies: Vocabularies) -> Tile:
    description = vocabularies[name][count.key].description
    return Tile(count.label, description, count.count, search_address([(name, count.key)]))
