"""The one way out: `Searcher.search(SearchRequest) -> SearchPage`."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer import fusion, likeness
from indexer.atlas import Placed, place
from indexer.chart import Chart
from indexer.documents import Document
from indexer.embedding import Encoder, Vectors
from indexer.excerpts import excerpts, summaries
from indexer.facets import FACETS, Mask
from indexer.live import LiveSnapshot
from indexer.ranges import Numbers
from indexer.related import related
from indexer.request import SearchRequest, Sort, is_askable
from indexer.results import MEANING, WORDS, Contributions, FacetCount, Result, SearchPage
from indexer.similar import nearness, reasons
from indexer.snapshot import Snapshot
from indexer.snapshots import Manifest
from indexer.suggest import Suggestion, suggestions
from indexer.textindex import Matches
from indexer.understanding import Need
from kb.domain import CaseStudyId
from kb.errors import SnapshotMismatch
from kb.glossary import Glossary
from kb.hints.draft import Draft
from kb.hints.likeness import LikeStudy
from kb.prompts import Prompts
from kb.vocabulary import Vocabularies

# How many are offered where nothing was found.
CLOSEST = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """A need, its vector and what it matches."""

    need: Need
    query: Vectors
    matches: Matches
    reached: Mask
    by_words: Mask
    by_meaning: Mask


@dataclass(frozen=True, slots=True)
class _Found:
    """What a text finds, filters aside; `asked` is None where there is nothing to match, and
    `may_miss` says that so much is near that not all of it was looked at."""

    hits: Mask
    scores: NDArray[np.float64]
    pinned: tuple[int, ...] = ()
    need: Need | None = None
    asked: _Asked | None = None
    may_miss: bool = False


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
        self._placed: tuple[object, tuple[Placed, ...]] | None = None

    def search(self, request: SearchRequest) -> SearchPage:
        """Find what a request asks for.

        Hits are the visible studies that reach the floor by words or by meaning, and those pinned
        to the query; with no text, all. Filters narrow the hits and never change their order. If
        the query as typed finds nothing at all, its likely spelling is searched for.

        Raises:
            SnapshotMissing, SnapshotDamaged, SnapshotMismatch: there is nothing to search.
            ModelUnavailable: the model cannot be loaded.
        """
        started = time.perf_counter()
        snapshot = self._live.snapshot()
        shown = self._visible(snapshot)
        masks = {
            facet.name: snapshot.facets.matching(facet, request.chosen(facet))
            for facet in FACETS
            if request.chosen(facet)
        }
        within = shown
        for limit, most in request.limits.items():
            within = within & snapshot.facets.within(limit, most)
        if request.among is not None:
            within = within & _these(snapshot, request.among)
        allowed = _all(within, masks.values())
        found, corrected_to = self._find_or_correct(snapshot, request, shown, allowed)
        order = _order(snapshot, found, found.hits & allowed, request)
        pages = max(1, -(-len(order) // request.page_size))
        page = min(request.page, pages)
        on_page = order[(page - 1) * request.page_size : page * request.page_size]
        need = found.need
        return SearchPage(
            request=request,
            total=len(order),
            total_is_minimum=found.may_miss,
            page=page,
            pages=pages,
            results=_results(snapshot, found, on_page, request),
            facets=_facets(snapshot, found.hits & within, masks),
            corrected_to=corrected_to,
            did_you_mean=need.respelt if need else None,
            also_searched=need.also_searched if need else (),
            short_forms=need.short_forms if need else (),
            closest=() if len(order) else _closest(snapshot, found, allowed, request),
            took_ms=round(1000 * (time.perf_counter() - started), 1),
        )

    def follow(self) -> None:
        """Keep the snapshot current beside the requests of a serving process."""
        self._live.follow()

    def manifest(self) -> Manifest:
        """What the live snapshot says of itself; opens it if need be."""
        return self._live.snapshot().manifest

    def vocabularies(self) -> Vocabularies:
        """The vocabularies that the live snapshot was made with."""
        return self._live.snapshot().vocabularies

    def glossary(self) -> Glossary:
        """The explanations that the live snapshot was made with."""
        return self._live.snapshot().glossary

    def prompts(self) -> Prompts:
        """What the home page offers, as the live snapshot was made with it."""
        return self._live.snapshot().prompts

    def slugs(self) -> list[str]:
        """The slugs of all studies that may be shown, in alphabetical order."""
        snapshot = self._live.snapshot()
        shown = np.flatnonzero(self._visible(snapshot)).tolist()
        return sorted(snapshot.columns.slugs[number] for number in shown)

    def documents(self, slugs: Iterable[str]) -> dict[str, Document]:
        """Those of these studies that may be shown, by their slugs, in the order asked for."""
        snapshot = self._live.snapshot()
        wanted = dict.fromkeys(slugs)
        shown = np.flatnonzero(self._visible(snapshot)).tolist()
        numbers = {slug: n for n in shown if (slug := snapshot.columns.slugs[n]) in wanted}
        return {slug: snapshot.document(numbers[slug]) for slug in wanted if slug in numbers}

    def suggest(self, begun: str) -> list[Suggestion]:
        """What somebody may be typing: entries of vocabularies, titles, answered questions."""
        snapshot = self._live.snapshot()
        return suggestions(snapshot, begun, self._visible(snapshot))

    def related(self, case_id: CaseStudyId, *, limit: int = 3) -> list[Document]:
        """Other studies on the same thing, closest first, no school twice.

        A study that is not in the snapshot yet has no relations.
        """
        snapshot = self._live.snapshot()
        number = snapshot.numbers.get(case_id)
        if number is None:
            return []
        return list(related(snapshot, number, self._visible(snapshot), limit))

    def alike(self, draft: Draft, own: CaseStudyId | None = None) -> list[LikeStudy]:
        """Up to three studies that say nearly what a draft says, nearest first; never `own`."""
        snapshot = self._live.snapshot()
        self._check_model(snapshot)
        among = self._visible(snapshot).copy()
        if (number := snapshot.numbers.get(own) if own else None) is not None:
            among[number] = False
        return likeness.alike(snapshot, self._encoder, draft, among)

    def nearness(self, draft: Draft, texts: Sequence[str]) -> list[float]:
        """The cosine of each text with the nearest passage of a draft; -1 if it has none."""
        return likeness.nearness(self._encoder, draft, texts)

    def placed(self, chart: Chart | None) -> tuple[Placed, ...]:
        """The newest studies on a chart, newest first; worked out once for each snapshot."""
        snapshot = self._live.snapshot()
        of = (snapshot.folder, chart and chart.made_at)
        held = self._placed
        if held is None or held[0] != of:
            held = self._placed = (of, tuple(place(snapshot, chart, self._visible(snapshot))))
        return held[1]

    def _check_model(self, snapshot: Snapshot) -> None:
        """Raises SnapshotMismatch if the snapshot's vectors are not of this encoder."""
        encoder, manifest = self._encoder, snapshot.manifest
        if (manifest.model, manifest.dim) != (encoder.name, encoder.dim):
            raise SnapshotMismatch(
                f"The index was built with {manifest.model} ({manifest.dim} numbers), but "
                f"{encoder.name} ({encoder.dim}) is set. Build it again: kb index"
            )

    def _visible(self, snapshot: Snapshot) -> Mask:
        if self._show_illustrative:
            return snapshot.current
        shown: Mask = snapshot.current & ~snapshot.columns.illustrative
        return shown

    def _find_or_correct(
        self, snapshot: Snapshot, request: SearchRequest, shown: Mask, allowed: Mask
    ) -> tuple[_Found, str | None]:
        is_narrowed = (
            request.filters
            or request.limits
            or request.among is not None
            or not self._show_illustrative
        )
        within = allowed if is_narrowed else None
        found = self._find(snapshot, request.text, within)
        respelt = found.need.respelt if found.need else None
        if respelt is None or request.as_typed or (found.hits & shown).any():
            return found, None
        corrected = self._find(snapshot, respelt, within)
        if not (corrected.hits & shown).any():
            return found, None
        return corrected, respelt

    def _find(self, snapshot: Snapshot, text: str, within: Mask | None) -> _Found:
        nothing = np.zeros(len(snapshot))
        if not text:
            return _Found(snapshot.current, nothing)
        if not is_askable(text) or not snapshot.manifest.documents:
            return _Found(np.zeros(len(snapshot), dtype=np.bool_), nothing)
        self._check_model(snapshot)
        need = snapshot.text.understand(text)
        if not is_askable(need.for_model):
            # Only exclusions: everything else is an answer.
            return _Found(snapshot.text.allowed(need), nothing, need=need)
        query = self._encoder.encode([need.for_model])[0]
        matches = snapshot.text.match(need, query, within)
        floor = snapshot.manifest.floor
        if need.words.units:
            hits = floor.hits(matches)
        else:
            # Stop words alone say nothing, unless they were asked for as a phrase.
            hits = matches.allowed if need.phrases else np.zeros_like(matches.allowed)
        reached = hits.copy()
        pinned = snapshot.pins.get(need.key, ())
        hits[list(pinned)] = matches.allowed[list(pinned)]
        by_words, by_meaning = floor.by_words(matches), floor.by_meaning(matches)
        asked = _Asked(need, query, matches, reached, by_words, by_meaning)
        may_miss = bool(hits.any()) and floor.may_miss(matches)
        return _Found(hits, matches.scores, pinned, need, asked, may_miss)


def _these(snapshot: Snapshot, ids: Collection[CaseStudyId]) -> Mask:
    """The studies of some ids; those that are not in the snapshot are left out."""
    mask = np.zeros(len(snapshot), dtype=np.bool_)
    mask[[snapshot.numbers[case_id] for case_id in ids if case_id in snapshot.numbers]] = True
    return mask


def _all(mask: Mask, others: Iterable[Mask]) -> Mask:
    """What is in a mask and in all others; the mask itself if there is no other."""
    for other in others:
        mask = mask & other
    return mask


def _facets(
    snapshot: Snapshot, hits: Mask, masks: Mapping[str, Mask]
) -> dict[str, tuple[FacetCount, ...]]:
    of_all = snapshot.facets.counts(_all(hits, masks.values())).tolist()
    counted = {}
    for facet in FACETS:
        counts = of_all
        if facet.name in masks:
            others = (mask for name, mask in masks.items() if name != facet.name)
            counts = snapshot.facets.counts(_all(hits, others)).tolist()
        counted[facet.name] = tuple(
            [
                FacetCount(key, label, count)
                for key, label, row in snapshot.terms[facet.name]
                if (count := counts[row])
            ]
        )
    return counted


def _order(
    snapshot: Snapshot, found: _Found, hits: Mask, request: SearchRequest
) -> NDArray[np.int64]:
    """Numbers of the hits: pins first, then by score, newest first, id; or as `sort` says."""
    numbers = np.flatnonzero(hits)
    newest = snapshot.newest_first[numbers]
    by_score = -found.scores[numbers]
    if request.sort is Sort.NEWEST:
        keys: Sequence[NDArray[np.generic]] = (newest,)
    elif request.sort is Sort.EVIDENCE:
        keys = (snapshot.strongest_first[numbers],)
    elif request.sort is Sort.SIMILAR and request.school.is_known:
        keys = (newest, by_score, -nearness(request.school, snapshot)[numbers])
    else:
        keys = (newest, by_score)
        if found.pinned:
            pinned = np.full(len(snapshot), len(found.pinned))
            pinned[list(found.pinned)] = np.arange(len(found.pinned))
            keys = (*keys, pinned[numbers])
    ordered: NDArray[np.int64] = numbers[np.lexsort(keys)]
    return ordered


def _closest(
    snapshot: Snapshot, found: _Found, among: Mask, request: SearchRequest
) -> tuple[Result, ...]:
    """The nearest studies, floor or not, where a text found nothing."""
    if found.asked is None:
        return ()
    among = among & found.asked.matches.allowed
    order = np.argsort(-np.where(among, found.scores, -np.inf), kind="stable")[:CLOSEST]
    return _results(snapshot, found, order[among[order]], request)


def _results(
    snapshot: Snapshot, found: _Found, numbers: Numbers, request: SearchRequest
) -> tuple[Result, ...]:
    """The results of some documents, in their order."""
    asked = found.asked
    if asked is None:
        ways: list[tuple[str, ...]] = [()] * len(numbers)
        passages = summaries(snapshot.text, numbers)
    else:
        ways = [_matched(asked, n) if asked.reached[n] else () for n in numbers]
        by_words = np.array([WORDS in way for way in ways], dtype=np.bool_)
        passages = excerpts(snapshot.text, numbers, asked.need, asked.query, by_words)
    return tuple(
        Result(
            document=snapshot.document(number),
            score=round(float(found.scores[number]), 6),
            matched=way,
            passage=passage,
            pinned=number in found.pinned,
            similar=_similar(snapshot, number, request),
            contributions=_contributions(snapshot, asked, number)
            if asked and request.explain
            else None,
        )
        for number, way, passage in zip(numbers.tolist(), ways, passages, strict=True)
    )


def _similar(snapshot: Snapshot, number: int, request: SearchRequest) -> tuple[str, ...]:
    if request.sort is not Sort.SIMILAR:
        return ()
    return tuple(reasons(request.school, snapshot, number, snapshot.vocabularies))


def _matched(asked: _Asked, number: int) -> tuple[str, ...]:
    """How a hit was found; where neither would do alone, by both together."""
    ways = ((WORDS, asked.by_words), (MEANING, asked.by_meaning))
    found = tuple(name for name, enough in ways if enough[number])
    if found:
        return found
    return (WORDS, MEANING) if asked.matches.words.scores[number] else (MEANING,)


def _contributions(snapshot: Snapshot, asked: _Asked, number: int) -> Contributions:
    matches = asked.matches
    return Contributions(
        words=asked.need.words_weight * float(matches.words.scores[number]),
        passage=fusion.PASSAGE * float(matches.passage[number]),
        sentence=fusion.SENTENCE * float(matches.sentence[number]),
        whole=fusion.WHOLE * float(matches.whole[number]),
        like_best=fusion.LIKE_BEST * float(matches.like_best[number]),
        share=float(matches.words.shares[number]),
        cosine=float(matches.passage[number]),
        elsewhere=matches.elsewhere,
        terms=tuple(
            (term, asked.need.words_weight * score)
            for term, score in snapshot.text.term_scores(asked.need, number)
        ),
    )
