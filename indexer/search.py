"""The one way out: `Searcher.search(SearchRequest) -> SearchPage`."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.documents import Document
from indexer.embedding import Encoder
from indexer.facets import FACETS, Mask, terms
from indexer.fusion import fuse
from indexer.keyword import stem_spans, stems
from indexer.live import LiveSnapshot
from indexer.request import SearchRequest, Sort, is_askable
from indexer.snapshot import PassageText, Snapshot
from indexer.snapshots import Manifest
from kb.domain import CaseStudyId, TermKey
from kb.errors import SnapshotMismatch
from kb.glossary import Glossary
from kb.vocabulary import Vocabularies

WORDS = "words"
MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The passage that carried a result; highlights are [start, end) in code points."""

    heading: str
    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One hit. `score` orders the results of one search and means nothing outside it."""

    document: Document
    score: float
    matched: tuple[str, ...]
    passage: Excerpt
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits a term would leave, the facet's own choice left out."""

    key: TermKey
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results and all that is said beside it."""

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
    closest: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class _Matches:
    """Raw values of all documents for one text; None where there is no text to match."""

    scores: NDArray[np.float64]
    by_words: Mask
    by_meaning: Mask
    passage_cosines: NDArray[np.float32] | None
    stems: frozenset[str]

    @property
    def hits(self) -> Mask:
        return self.by_words | self.by_meaning


class Searcher:
    """Searches the live snapshot; safe to share between threads."""

    def __init__(
        self,
        live: LiveSnapshot,
        encoder: Encoder,
        *,
        show_illustrative: bool = True,
    ) -> None:
        self._live = live
        self._encoder = encoder
        self._show_illustrative = show_illustrative

    def search(self, request: SearchRequest) -> SearchPage:
        """Find what a request asks for.

        Hits are the visible studies that reach the floor by words or by meaning; with no text,
        all. Filters narrow the hits and never change their order.

        Raises:
            SnapshotMissing, SnapshotDamaged, SnapshotMismatch: there is nothing to search.
            ModelUnavailable: the model cannot be loaded.
        """
        started = time.perf_counter()
        snapshot = self._live.snapshot()
        matches = self._match(snapshot, request.text)
        visible = self._visible(snapshot) & matches.hits
        masks = {
            facet.name: snapshot.facets.matching(facet, request.chosen(facet)) for facet in FACETS
        }
        within = np.ones(len(snapshot), dtype=np.bool_)
        for limit, most in request.limits.items():
            within &= snapshot.facets.within(limit, most)
        hits = visible & within & np.logical_and.reduce([*masks.values()])
        order = _order(snapshot, matches.scores, hits, request.sort)
        pages = max(1, -(-len(order) // request.page_size))
        page = min(request.page, pages)
        shown = order[(page - 1) * request.page_size : page * request.page_size]
        return SearchPage(
            request=request,
            total=len(order),
            # Every passage is looked at, so every hit is counted.
            total_is_minimum=False,
            page=page,
            pages=pages,
            results=tuple(_result(snapshot, matches, int(n)) for n in shown),
            facets=_facets(snapshot, visible & within, masks),
            took_ms=round(1000 * (time.perf_counter() - started), 1),
        )

    def manifest(self) -> Manifest:
        """What the live snapshot says of itself; opens it if need be."""
        return self._live.snapshot().manifest

    def vocabularies(self) -> Vocabularies:
        """The vocabularies that the live snapshot was made with."""
        return self._live.snapshot().vocabularies

    def glossary(self) -> Glossary:
        """The explanations that the live snapshot was made with."""
        return self._live.snapshot().glossary

    def related(self, case_id: CaseStudyId, *, limit: int = 3) -> list[Document]:
        """Other studies on the same thing, closest first, no school twice.

        A study that is not in the snapshot yet has no relations.
        """
        snapshot = self._live.snapshot()
        number = snapshot.numbers.get(case_id)
        if number is None:
            return []
        likeness = np.where(self._visible(snapshot), snapshot.likeness(number), -np.inf)
        schools = {snapshot.document(number).school_name}
        found: list[Document] = []
        for other in np.argsort(-likeness, kind="stable"):
            if len(found) == limit or not np.isfinite(likeness[other]):
                break
            document = snapshot.document(int(other))
            if other != number and (
                document.school_name is None or document.school_name not in schools
            ):
                found.append(document)
                schools.add(document.school_name)
        return found

    def _visible(self, snapshot: Snapshot) -> Mask:
        if self._show_illustrative:
            return np.ones(len(snapshot), dtype=np.bool_)
        hidden: Mask = ~snapshot.illustrative
        return hidden

    def _match(self, snapshot: Snapshot, text: str) -> _Matches:
        everything = np.ones(len(snapshot), dtype=np.bool_)
        if not text:
            return _Matches(np.zeros(len(snapshot)), everything, ~everything, None, frozenset())
        if not is_askable(text) or not len(snapshot):
            return _Matches(np.zeros(len(snapshot)), ~everything, ~everything, None, frozenset())
        encoder = self._encoder
        manifest = snapshot.manifest
        if (manifest.model, manifest.dim) != (encoder.name, encoder.dim):
            raise SnapshotMismatch(
                f"The index was built with {manifest.model} ({manifest.dim} numbers), but "
                f"{encoder.name} ({encoder.dim}) is set. Build it again: kb index"
            )
        query_stems = stems(text)
        words = snapshot.words.search(query_stems)
        passage_cosines = snapshot.meaning.cosines(encoder.encode([text])[0])
        cosines = snapshot.best_of_each(passage_cosines)
        return _Matches(
            scores=fuse(words.scores, cosines),
            by_words=words.shares >= manifest.floor.share,
            by_meaning=cosines >= manifest.floor.cosine,
            passage_cosines=passage_cosines,
            stems=frozenset(query_stems),
        )


def _facets(
    snapshot: Snapshot, hits: Mask, masks: Mapping[str, Mask]
) -> dict[str, tuple[FacetCount, ...]]:
    counted = {}
    for facet in FACETS:
        others = [mask for name, mask in masks.items() if name != facet.name]
        counts = snapshot.facets.counts(facet, hits & np.logical_and.reduce(others))
        counted[facet.name] = tuple(
            FacetCount(key, label, counts[key])
            for key, label in terms(facet, snapshot.vocabularies)
            if key in counts
        )
    return counted


def _order(
    snapshot: Snapshot, scores: NDArray[np.float64], hits: Mask, sort: Sort
) -> NDArray[np.int64]:
    """Numbers of the hits: by score, then newest first, then id; or as `sort` says."""
    numbers = np.flatnonzero(hits)
    newest = snapshot.newest_first[numbers]
    if sort is Sort.NEWEST:
        keys: Sequence[NDArray[np.generic]] = (newest,)
    elif sort is Sort.EVIDENCE:
        keys = (snapshot.strongest_first[numbers],)
    else:
        keys = (newest, -scores[numbers])
    ordered: NDArray[np.int64] = numbers[np.lexsort(keys)]
    return ordered


def _result(snapshot: Snapshot, matches: _Matches, number: int) -> Result:
    matched = [
        name
        for name, mask in ((WORDS, matches.by_words), (MEANING, matches.by_meaning))
        if mask[number] and matches.passage_cosines is not None
    ]
    return Result(
        document=snapshot.document(number),
        score=round(float(matches.scores[number]), 6),
        matched=tuple(matched),
        passage=_excerpt(snapshot, matches, number),
    )


def _excerpt(snapshot: Snapshot, matches: _Matches, number: int) -> Excerpt:
    """The passage nearest in meaning, each of the query's words that it holds counting too."""
    passages = snapshot.passages(number)
    marked = [_highlights(passage, matches.stems) for passage in passages]
    best = 0
    if matches.passage_cosines is not None:
        cosines = matches.passage_cosines[snapshot.passage_range(number)]
        held = [len({stem for stem, *_ in spans}) for spans in marked]
        best = int(np.argmax(cosines + np.array(held) / max(1, len(matches.stems))))
    return Excerpt(
        passages[best].heading,
        passages[best].text,
        tuple((start, end) for _, start, end in marked[best]),
    )


def _highlights(passage: PassageText, wanted: frozenset[str]) -> list[tuple[str, int, int]]:
    if not wanted:
        return []
    return [span for span in stem_spans(passage.text) if span[0] in wanted]
