"""How well the live pipeline ranks a collection of judged queries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray
from scipy import stats

from indexer.collection import CorpusDocument, JudgedQuery, OffTopic
from indexer.embedding import Encoder
from indexer.facets import BY_NAME, FacetTable, Mask, open_facets, write_facets
from indexer.floor import Floor
from indexer.keyword import WordsOf
from indexer.passages import cut_plain
from indexer.textindex import Matches, TextIndex, TextWriter
from indexer.textpart import TextOf
from indexer.vectors import VectorCache
from kb.domain import Published
from kb.errors import CollectionInvalid
from kb.progress import Progress
from kb.steering import Steering
from kb.vocabulary import Vocabularies

# The names as they are printed, and the library's measures behind them.
MEASURES = {"ndcg@10": nDCG @ 10, "recall@10": R @ 10, "mrr@10": RR @ 10, "success@3": Success @ 3}
DEPTH = 100
# Of the paired test: enough for a p-value to two digits.
_RESAMPLES = 10_000
_SEED = 20261123


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found.

    Attributes:
        ranking: ids and scores, best first, at most `DEPTH`; without the floor.
        values: each measure.
        above_floor: how many documents the floor lets through.
        keeps_best: whether the floor lets a document of the highest grade through.
    """

    query: JudgedQuery
    ranking: tuple[tuple[str, float], ...]
    values: Mapping[str, float]
    above_floor: int
    keeps_best: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answers to all queries; `rejected` has the share of each split of off-topic queries
    that nothing was found for."""

    answers: tuple[Answer, ...]
    rejected: Mapping[str, float]

    def means(self, answers: Iterable[Answer] | None = None) -> dict[str, float]:
        """The mean of each measure over some answers, or over all."""
        chosen = list(self.answers if answers is None else answers)
        return {
            name: float(np.mean([answer.values[name] for answer in chosen])) for name in MEASURES
        }

    def by_kind(self) -> dict[str, dict[str, float]]:
        """The means of each kind of query, where the collection has kinds."""
        kinds = dict.fromkeys(answer.query.kind for answer in self.answers if answer.query.kind)
        return {kind: self.means(a for a in self.answers if a.query.kind == kind) for kind in kinds}


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs over the same queries.

    Attributes:
        gain: the mean of this run less that of the earlier one.
        better, worse: how many queries went each way.
        p_value: of a paired permutation test, two-sided.
    """

    measure: str
    gain: float
    better: int
    worse: int
    p_value: float


class Pipeline:
    """A text index with its encoder, as a search uses them; documents by id."""

    def __init__(
        self,
        text: TextIndex,
        ids: Sequence[str],
        encoder: Encoder,
        cache: VectorCache,
        facets: FacetTable | None = None,
    ) -> None:
        """Take the parts; with `facets`, the filters of queries are applied."""
        self.ids = ids
        self._text = text
        self._encoder = encoder
        self._cache = cache
        self._facets = facets

    def evaluate(
        self,
        queries: Sequence[JudgedQuery],
        floor: Floor,
        off_topic: Sequence[OffTopic] = (),
    ) -> Evaluation:
        """Rank every query, and see what the floor would do.

        Args:
            queries: the queries and their judgements.
            floor: of the live search.
            off_topic: queries that nothing should be found for.
        """
        numbers = {document: number for number, document in enumerate(self.ids)}
        rankings, hits = {}, {}
        filters = [self._within(query) for query in queries]
        matched = self._match([query.text for query in queries], filters)
        for query, matches, chosen in zip(queries, matched, filters, strict=True):
            within = matches.allowed if chosen is None else matches.allowed & chosen
            rankings[query.id] = self._ranking(matches, within)
            hits[query.id] = floor.hits(matches) & within
        values = measure(queries, rankings)
        answers = []
        for query in queries:
            top = max(query.grades.values())
            best = [numbers[d] for d, grade in query.grades.items() if grade == top]
            found = hits[query.id]
            answers.append(
                Answer(
                    query,
                    rankings[query.id],
                    values[query.id],
                    int(np.count_nonzero(found)),
                    bool(found[best].any()),
                )
            )
        return Evaluation(tuple(answers), self._rejected(off_topic, floor))

    def _match(self, queries: Sequence[str], within: Iterable[Mask | None]) -> Iterator[Matches]:
        needs = [self._text.understand(query) for query in queries]
        vectors, _ = self._cache.encode(self._encoder, [need.for_model for need in needs])
        asked = zip(needs, vectors, within, strict=True)
        return (self._text.match(need, vector, chosen) for need, vector, chosen in asked)

    def _within(self, query: JudgedQuery) -> Mask | None:
        """What the query's filters leave; None if it has none that apply here."""
        if self._facets is None or not query.filters:
            return None
        masks = (self._facets.matching(BY_NAME[n], keys) for n, keys in query.filters.items())
        left: Mask = np.logical_and.reduce([*masks])
        return left

    def _ranking(self, matches: Matches, within: Mask) -> tuple[tuple[str, float], ...]:
        """The best documents and their scores; equals in the order of the corpus."""
        numbers = np.flatnonzero(within)
        order = numbers[np.argsort(-matches.scores[numbers], kind="stable")][:DEPTH]
        return tuple((self.ids[n], float(matches.scores[n])) for n in order)

    def _rejected(self, off_topic: Sequence[OffTopic], floor: Floor) -> dict[str, float]:
        rejected: dict[str, list[bool]] = {}
        matched = self._match([query.text for query in off_topic], repeat(None, len(off_topic)))
        for query, matches in zip(off_topic, matched, strict=True):
            rejected.setdefault(query.split, []).append(not floor.hits(matches).any())
        return {split: float(np.mean(each)) for split, each in rejected.items()}


def corpus_texts(documents: Sequence[CorpusDocument]) -> list[TextOf]:
    """The documents of a corpus as they are indexed: a title and a text, cut like a study's."""
    return [
        TextOf(WordsOf(d.title, "", "", "", "", d.text), cut_plain(d.title, d.text))
        for d in documents
    ]


def open_texts(
    texts: Sequence[TextOf],
    steering: Steering,
    encoder: Encoder,
    cache: VectorCache,
    scratch: Path,
    progress: Progress,
) -> TextIndex:
    """An index of some texts, in a folder below `scratch` that is removed once it is open."""
    writer = TextWriter(texts, steering, encoder, cache, progress)
    with TemporaryDirectory(dir=scratch) as folder:
        progress("Writing the index", 0, 1)
        writer.write(Path(folder))
        progress("Writing the index", 1, 1)
        # What is mapped or open stays readable after its folder is gone.
        return TextIndex(Path(folder))


def open_filters(
    studies: Sequence[Published], vocabularies: Vocabularies, scratch: Path
) -> FacetTable:
    """The filters of some studies, likewise."""
    with TemporaryDirectory(dir=scratch) as folder:
        write_facets(Path(folder), [published.study.meta for published in studies], vocabularies)
        return open_facets(Path(folder))


def measure(
    queries: Sequence[JudgedQuery], rankings: Mapping[str, Sequence[tuple[str, float]]]
) -> dict[str, dict[str, float]]:
    """Every measure of every query, by the query's id."""
    judged = {query.id: dict(query.grades) for query in queries}
    # By place, so that the library keeps our order of equal scores.
    run = {
        query: {document: -float(place) for place, (document, _) in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    values = {query.id: dict.fromkeys(MEASURES, 0.0) for query in queries}
    names = {str(wanted): name for name, wanted in MEASURES.items()}
    for found in ir_measures.iter_calc(list(MEASURES.values()), judged, run):
        values[found.query_id][names[str(found.measure)]] = float(found.value)
    return values


def compare(
    mine: Mapping[str, Mapping[str, float]], earlier: Mapping[str, Mapping[str, float]]
) -> list[Difference]:
    """Each measure of this run beside an earlier one's, over the queries that both have.

    Raises:
        CollectionInvalid: they have none in common.
    """
    both = sorted(mine.keys() & earlier.keys())
    if not both:
        raise CollectionInvalid("The earlier run has no query in common with this one.")
    found = []
    for name in MEASURES:
        now = np.array([mine[query][name] for query in both])
        before = np.array([earlier[query][name] for query in both])
        gains: NDArray[np.float64] = now - before
        found.append(
            Difference(
                name,
                float(gains.mean()),
                int(np.count_nonzero(gains > 0)),
                int(np.count_nonzero(gains < 0)),
                _p_value(gains),
            )
        )
    return found


def _p_value(gains: NDArray[np.float64]) -> float:
    """How likely so large a mean is if either run could have had either value of a pair."""
    if len(gains) < 2 or not gains.any():
        return 1.0
    test = stats.permutation_test(
        (gains,),
        np.mean,
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        rng=np.random.default_rng(_SEED),
    )
    return float(test.pvalue)
