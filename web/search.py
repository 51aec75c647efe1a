"""The results page: every choice is in its address, and a GET changes nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from indexer.facets import FACETS, Facet, terms
from indexer.request import (
    PAGE_SIZE,
    SCHOOL_NUMBERS,
    SCHOOL_TERMS,
    SearchRequest,
    Sort,
    is_askable,
    read_request,
)
from indexer.results import SearchPage
from kb.synonyms import ShortForm
from kb.vocabulary import Vocabularies
from web import caching
from web.addresses import SEARCH, feed_address, search_address, subscribe_address
from web.cards import Tag, result_card, tags
from web.context import searcher, wired
from web.fragments import NUMBER, fragment, numbered

bp = Blueprint("search", __name__)
bp.after_request(caching.private)

SORTS = (
    (Sort.BEST, "Best match"),
    (Sort.NEWEST, "Newest"),
    (Sort.EVIDENCE, "Strongest evidence"),
    (Sort.SIMILAR, "Schools like mine"),
)
_SCHOOL_LABELS = {
    "school_pupils": "Pupils",
    "school_fsm6": "Free school meals, %",
    "school_sen_support": "SEN support, %",
    "school_eal": "English as an additional language, %",
}
_LIMIT_LABELS = {"staff_max": "At most {} staff", "minutes_max": "At most {} minutes a week"}
# The element that asks for results while somebody types, in search/_live.html.
_STILL_TYPING = "typed"
# What htmx may do here: nothing that a strict policy forbids, and keep no page in the browser's
# storage, where the next person at a shared computer would find what was typed.
_HTMX = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "attributesToSettle": [],
        "disableInheritance": True,
        "historyCacheSize": 0,
        "includeIndicatorStyles": False,
        "refreshOnHistoryMiss": True,
        "selfRequestsOnly": True,
        "timeout": 10_000,
    }
)
_BOX = ("search/_facets.html", "box")
# Open without being asked: what most teachers narrow by.
_OPEN = {"value", "focus", "need", "disadvantage", "phase", "region"}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet of the form."""

    name: str
    label: str
    boxes: Markup
    every: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice, and the address without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a short form may mean, and the search for that."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class ShortFormView:
    """A short form of several meanings: the one that was taken, if any, and the others."""

    short: str
    taken: str | None
    others: tuple[Reading, ...]


@bp.get(SEARCH)
def show() -> str:
    """Results for `q` and the filters of the address."""
    vocabularies = searcher().vocabularies()
    asked = read_request(request.args.to_dict(flat=False), vocabularies)
    page = searcher().search(asked)
    if asked.page == 1 and request.headers.get("HX-Trigger") != _STILL_TYPING:
        # Turning a page is not asking again, and half a word was not asked for.
        wired().queries.record(asked.text, page.total)
    pairs = tuple(_pairs(asked))
    facets = _facets(page, vocabularies)
    chips = tuple(_chips(asked, pairs, vocabularies))
    return render_template(
        "search/show.html",
        page=page,
        query=asked.text,
        too_short=bool(asked.text) and not is_askable(asked.text),
        explanation=searcher().glossary().explain(asked.text),
        cards=[result_card(result, vocabularies) for result in page.results],
        closest=[result_card(result, vocabularies) for result in page.closest],
        closest_themes=_themes(page, vocabularies),
        as_typed_href=search_address((*pairs, ("as_typed", "1"))),
        meant_href=search_address(_with_text(pairs, page.did_you_mean or "")),
        short_forms=[_short_form(form, pairs) for form in page.short_forms],
        school_terms=[(name, vocabularies[kind]) for name, kind in SCHOOL_TERMS.items()],
        school_numbers=_SCHOOL_LABELS,
        school={n: v for n, v in pairs if n in (*SCHOOL_TERMS, *SCHOOL_NUMBERS)},
        facets=facets,
        htmx_config=_HTMX,
        chips=chips,
        this_feed_href=feed_address(pairs),
        follow_href=subscribe_address(pairs) if asked.text or chips else None,
        clear_href=search_address((("q", asked.text),)),
        limits=asked.limits,
        sorts=SORTS,
        previous_href=_page_address(pairs, page.page - 1) if page.page > 1 else None,
        next_href=_page_address(pairs, page.page + 1) if page.page < page.pages else None,
    )


def _facets(page: SearchPage, vocabularies: Vocabularies) -> list[FacetView]:
    views = []
    for facet in FACETS:
        if boxes := tuple(_boxes(page, facet, vocabularies)):
            is_open = facet.name in _OPEN or bool(page.request.chosen(facet))
            views.append(FacetView(facet.name, facet.label, numbered(boxes), facet.every, is_open))
    return views


def _boxes(
    page: SearchPage, facet: Facet, vocabularies: Vocabularies
) -> Iterator[tuple[Markup, int]]:
    """The box, and the number found, of what would leave something, and of what is chosen even if
    it leaves nothing."""
    counts = page.facets[facet.name]
    chosen = page.request.chosen(facet)
    parts = vocabularies[facet.kind].parts if facet.kind else frozenset()

    def box(key: str, label: str) -> Markup:
        return fragment(*_BOX, facet.name, key, label, key in chosen, key in parts, NUMBER)

    if not chosen:
        return ((box(c.key, c.label), c.count) for c in counts)
    held = {count.key: count.count for count in counts}
    return (
        (box(key, label), held.get(key, 0))
        for key, label in terms(facet, vocabularies)
        if key in held or key in chosen
    )


def _pairs(asked: SearchRequest) -> Iterator[tuple[str, str]]:
    """The request as the parameters of its address, the page left out."""
    if asked.text:
        yield "q", asked.text
    for name, keys in asked.filters.items():
        yield from ((name, key) for key in keys)
    yield from ((name, str(most)) for name, most in asked.limits.items())
    if asked.sort is not Sort.BEST:
        yield "sort", asked.sort.value
    for name, field in (SCHOOL_TERMS | SCHOOL_NUMBERS).items():
        if (said := getattr(asked.school, field)) is not None:
            yield name, f"{said:g}" if isinstance(said, float) else str(said)
    if asked.as_typed:
        yield "as_typed", "1"
    if asked.page_size != PAGE_SIZE:
        yield "limit", str(asked.page_size)


def _chips(asked: SearchRequest, pairs: Pairs, vocabularies: Vocabularies) -> Iterator[Chip]:
    labels: dict[tuple[str, str], str] = {
        (facet.name, key): label
        for facet in FACETS
        if asked.chosen(facet)
        for key, label in terms(facet, vocabularies)
        if key in asked.chosen(facet)
    }
    labels |= {(name, str(n)): _LIMIT_LABELS[name].format(n) for name, n in asked.limits.items()}
    for pair in pairs:
        if pair in labels:
            yield Chip(labels[pair], search_address(p for p in pairs if p != pair))


def _themes(page: SearchPage, vocabularies: Vocabularies) -> list[Tag]:
    """The themes of the closest studies, as ways on where nothing was found."""
    keys = dict.fromkeys(key for result in page.closest for key in result.document.meta.themes)
    return tags("theme", "theme", keys, vocabularies)


def _short_form(form: ShortForm, pairs: Pairs) -> ShortFormView:
    text = dict(pairs)["q"]
    spelt = re.compile(rf"(?<!\w){re.escape(form.short)}s?(?!\w)", re.IGNORECASE)
    return ShortFormView(
        form.short,
        form.default,
        tuple(
            Reading(
                reading, search_address(_with_text(pairs, spelt.sub(_literally(reading), text)))
            )
            for reading in form.readings
            if reading != form.default
        ),
    )


def _literally(text: str) -> str:
    """A text for `re.sub`, in which a backslash means nothing."""
    return text.replace("\\", r"\\")


def _with_text(pairs: Pairs, text: str) -> Pairs:
    return tuple((name, text if name == "q" else value) for name, value in pairs)


def _page_address(pairs: Pairs, page: int) -> str:
    return search_address((*pairs, ("page", str(page))))
