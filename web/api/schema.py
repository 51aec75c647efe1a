"""What a search looks like as JSON, for the API and `kb search --json` alike."""

from datetime import date

from pydantic import BaseModel, Field

from indexer.results import Result, SearchPage


class PassageOut(BaseModel):
    """The passage that carried a result."""

    heading: str
    text: str
    highlights: list[tuple[int, int]] = Field(
        description="[start, end) offsets into text, in Unicode code points"
    )


class ResultOut(BaseModel):
    """One case study that was found."""

    id: str
    slug: str
    title: str
    summary: str
    url: str
    score: float = Field(description="orders the results of one search; means nothing outside it")
    matched: list[str] = Field(description="words, meaning or both")
    illustrative: bool
    pinned: bool = Field(description="put first by the editors for this query")
    similar: list[str] = Field(description="what its school shares with the asker's")
    passage: PassageOut
    values: list[str]
    focus: list[str]
    needs: list[str]
    phases: list[str]
    region: str | None
    first_published: date


class ShortFormOut(BaseModel):
    """A short form of several meanings that stands in the query."""

    short: str
    readings: list[str]
    taken: str | None = Field(description="the reading searched for; null where none was assumed")


class FacetOut(BaseModel):
    """How many hits have a term, the facet's own choice left out."""

    key: str
    label: str
    count: int


class SearchOut(BaseModel):
    """One page of a search."""

    query: str
    total: int
    took_ms: float
    total_is_minimum: bool = Field(description="true where more match than are counted")
    page: int
    corrected_to: str | None = Field(
        description="searched for instead, where the query as typed found nothing"
    )
    did_you_mean: str | None = Field(description="a likely spelling, not searched for")
    also_searched: list[str] = Field(description="synonyms of what was typed")
    short_forms: list[ShortFormOut]
    ignored: list[str] = Field(description="what of the request was not understood")
    closest: list[ResultOut] = Field(description="the nearest studies where nothing was found")
    results: list[ResultOut]
    facets: dict[str, list[FacetOut]]


class ErrorOut(BaseModel):
    """Why there is no answer."""

    error: str


def search_out(page: SearchPage, base_url: str) -> SearchOut:
    """A search page as JSON values; `base_url` begins the addresses of studies."""
    return SearchOut(
        query=page.request.text,
        total=page.total,
        took_ms=page.took_ms,
        total_is_minimum=page.total_is_minimum,
        page=page.page,
        corrected_to=page.corrected_to,
        did_you_mean=page.did_you_mean,
        also_searched=list(page.also_searched),
        short_forms=[
            ShortFormOut(short=form.short, readings=list(form.readings), taken=form.default)
            for form in page.short_forms
        ],
        ignored=list(page.request.ignored),
        closest=[_result_out(result, base_url) for result in page.closest],
        results=[_result_out(result, base_url) for result in page.results],
        facets={
            name: [FacetOut(key=c.key, label=c.label, count=c.count) for c in counts]
            for name, counts in page.facets.items()
        },
    )


def _result_out(result: Result, base_url: str) -> ResultOut:
    document, meta = result.document, result.document.meta
    return ResultOut(
        id=document.id,
        slug=document.slug,
        title=meta.title,
        summary=meta.summary,
        url=f"{base_url}/practice/{document.slug}",
        score=result.score,
        matched=list(result.matched),
        illustrative=meta.illustrative,
        pinned=result.pinned,
        similar=list(result.similar),
        passage=PassageOut(
            heading=result.passage.heading,
            text=result.passage.text,
            highlights=list(result.passage.highlights),
        ),
        values=list(meta.values),
        focus=list(meta.focus),
        needs=list(meta.needs),
        phases=list(meta.phases),
        region=meta.region,
        first_published=document.since,
    )
