"""What a search answers: plain values for pages, API, command line and digest."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from indexer.documents import Document
from indexer.request import SearchRequest
from kb.domain import TermKey
from kb.synonyms import ShortForm

WORDS = "words"
MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The passage that carried a result; highlights are [start, end) in code points."""

    heading: str
    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Contributions:
    """What made up a result's score, each part as it was added; and the raw values behind.

    Attributes:
        words, passage, sentence, whole, like_best: add up to the score.
        share: of the query's term weight that the study holds, 0 to 1.
        cosine: of its best passage.
        elsewhere: the cosine of the query with the nearest topic off the library's subject.
        terms: each term looked up that the study holds, and its part of `words`.
    """

    words: float
    passage: float
    sentence: float
    whole: float
    like_best: float
    share: float
    cosine: float
    elsewhere: float
    terms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One hit. `score` orders the results of one search and means nothing outside it.

    Attributes:
        matched: how it reached the floor: by words, by meaning or both; empty if neither.
        similar: what its school shares with the asker's, where that orders the results.
    """

    document: Document
    score: float
    matched: tuple[str, ...]
    passage: Excerpt
    pinned: bool = False
    similar: tuple[str, ...] = ()
    contributions: Contributions | None = None


class FacetCount(msgspec.Struct, frozen=True, gc=False):
    """How many hits a term would leave, the facet's own choice left out.

    A page has 150: a frozen dataclass takes nine times as long to make.
    """

    key: TermKey
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results and all that is said beside it.

    Attributes:
        corrected_to: what was searched for, where the query as typed found nothing.
        did_you_mean: a likely spelling, not applied.
        also_searched: synonyms that were looked up besides the words typed.
        short_forms: short forms of several meanings; the default, if any, was searched for.
        closest: where nothing was found, the nearest studies there are.
    """

    request: SearchRequest
    total: int
    total_is_minimum: bool
    took_ms: float
    page: int
    pages: int
    results: tuple[Result, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    corrected_to: str | None = None
    did_you_mean: str | None = None
    also_searched: tuple[str, ...] = ()
    short_forms: tuple[ShortForm, ...] = ()
    closest: tuple[Result, ...] = ()
