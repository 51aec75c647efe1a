"""What a search looks like as JSON, for the API and `kb search --json` alike.

Plain dictionaries, typed: what is ours needs no validation, and pydantic reads the same types for
the API's description.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from pydantic import Field
from typing_extensions import TypedDict

from indexer.results import Result, SearchPage
from web.addresses import practice_address


class PassageOut(TypedDict):
    """The passage that carried a result."""

    heading: str
    text: str
    highlights: Annotated[
        Sequence[tuple[int, int]],
        Field(description="[start, end) offsets into text, in Unicode code points"),
    ]


class ResultOut(TypedDict):
    """One case study that was found."""

    id: str
    slug: str
    title: str
    summary: str
    url: str
    score: Annotated[
        float, Field(description="orders the results of one search; means nothing outside it")
    ]
    matched: Annotated[Sequence[str], Field(description="words, meaning or both")]
    illustrative: bool
    pinned: Annotated[bool, Field(description="put first by the editors for this query")]
    similar: Annotated[Sequence[str], Field(description="what its school shares with the asker's")]
    passage: PassageOut
    values: Sequence[str]
    focus: Sequence[str]
    needs: Sequence[str]
    phases: Sequence[str]
    region: str | None
    first_published: date


class ShortFormOut(TypedDict):
    """A short form of several meanings that stands in the query."""

    short: str
    readings: Sequence[str]
    taken: Annotated[
        str | None, Field(description="the reading searched for; null where none was assumed")
    ]


class FacetOut(TypedDict):
    """How many hits have a term, the facet's own choice left out."""

    key: str
    label: str
    count: int


class SearchOut(TypedDict):
    """One page of a search."""

    query: str
    total: int
    took_ms: float
    total_is_minimum: Annotated[bool, Field(description="true where more match than are counted")]
    page: int
    corrected_to: Annotated[
        str | None,
        Field(description="searched for instead, where the query as typed found nothing"),
    ]
    did_you_mean: Annotated[str | None, Field(description="a likely spelling, not searched for")]
    also_searched: Annotated[Sequence[str], Field(description="synonyms of what was typed")]
    short_forms: list[ShortFormOut]
    ignored: Annotated[Sequence[str], Field(description="what of the request was not understood")]
    closest: Annotated[
        list[ResultOut], Field(description="the nearest studies where nothing was found")
    ]
    results: list[ResultOut]
    facets: dict[str, list[FacetOut]]


class ErrorOut(TypedDict):
    """Why there is no answer."""

    error: str


def search_out(page: SearchPage, base_url: str) -> SearchOut:
    """A search page as values for JSON; `base_url` begins the addresses of studies."""
    return {
        "query": page.request.text,
        "total": page.total,
        "took_ms": page.took_ms,
        "total_is_minimum": page.total_is_minimum,
        "page": page.page,
        "corrected_to": page.corrected_to,
        "did_you_mean": page.did_you_mean,
        "also_searched": page.also_searched,
        "short_forms": [
            {"short": form.short, "readings": form.readings, "taken": form.default}
            for form in page.short_forms
        ],
        "ignored": page.request.ignored,
        "closest": [_result_out(result, base_url) for result in page.closest],
        "results": [_result_out(result, base_url) for result in page.results],
        # Counts as they are: msgspec writes their fields, which are those of `FacetOut`.
        "facets": page.facets,  # type: ignore[typeddict-item]
    }


def search_json(found: SearchOut) -> bytes:
    """The JSON of a search in UTF-8, in one line."""
    # Half of pydantic's time.
    return msgspec.json.encode(found)


def finds_alone(body: bytes, found: SearchOut) -> bytes:
    """Of the JSON of a search, what is the same for the same finds, however long they took."""
    # Inside a text every quotation mark has a backslash before it, so this is the member itself.
    return body.replace(b'"took_ms":' + msgspec.json.encode(found["took_ms"]), b"", 1)


def _result_out(result: Result, base_url: str) -> ResultOut:
    document, meta = result.document, result.document.meta
    return {
        "id": document.id,
        "slug": document.slug,
        "title": meta.title,
        "summary": meta.summary,
        "url": f"{base_url}{practice_address(document.slug)}",
        "score": result.score,
        "matched": result.matched,
        "illustrative": meta.illustrative,
        "pinned": result.pinned,
        "similar": result.similar,
        "passage": {
            "heading": result.passage.heading,
            "text": result.passage.text,
            "highlights": result.passage.highlights,
        },
        "values": meta.values,
        "focus": meta.focus,
        "needs": meta.needs,
        "phases": meta.phases,
        "region": meta.region,
        "first_published": document.since,
    }
