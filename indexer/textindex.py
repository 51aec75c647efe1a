"""All that is searched by text: words, passages, sentences, and what is off topic.

Case studies and the collections of `kb eval` are written and matched by this one pair of classes.
"""

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.candidates import BY_WORDS
from indexer.dense import FlatIndex, write_flat
from indexer.embedding import Encoder, Vectors
from indexer.fusion import BEST, LIKE_BEST, best, centre, fuse
from indexer.impacts import ImpactTable
from indexer.keyword import KeywordIndex, WordMatches, read_means
from indexer.lexicon import lexicon_of
from indexer.lines import LineReader
from indexer.ranges import Numbers, joined
from indexer.spelling import Speller
from indexer.textpart import PassageText, TextOf, TextPart, to_embed, write_part
from indexer.understanding import Need, understand
from indexer.vectors import VectorCache
from kb.progress import Progress
from kb.steering import Steering

# The folder of the documents that were written together, and of those added or changed since.
BASE = "base"
RECENT = "recent"
_ELSEWHERE = "elsewhere"

Mask = NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Matches:
    """Raw values of all documents for one query, and the order they make; shape (documents,).

    Of a document that was not looked at, no value by meaning is more than the least of those that
    were.

    Attributes:
        words: by words; scores and shares.
        passage: the cosine of the best passage.
        sentence: of the best sentence; exact for the best `fusion.DEPTH` by words and passage.
        whole: of the mean of the passages.
        like_best: of the document as a whole with the best ones.
        scores: fused; they order the documents of one query.
        looked_at: whether a document's vectors were: all were, unless there are very many.
        reach: every document wanted with a passage of this cosine was looked at, about.
        allowed: whether it is current, has the phrases asked for and nothing excluded.
        elsewhere: the cosine of the nearest topic that the library does not answer.
    """

    words: WordMatches
    passage: NDArray[np.float32]
    sentence: NDArray[np.float32]
    whole: NDArray[np.float32]
    like_best: NDArray[np.float32]
    scores: NDArray[np.float64]
    looked_at: Mask
    reach: float
    allowed: Mask
    elsewhere: float


class TextWriter:
    """Embeds documents, then writes their index; the two apart, because the first takes long."""

    def __init__(
        self,
        texts: Sequence[TextOf],
        steering: Steering,
        encoder: Encoder,
        cache: VectorCache,
        progress: Progress,
    ) -> None:
        self._texts = texts
        self._steering = steering
        passages, sentences = to_embed(texts)
        vectors, self.embedded = cache.encode(
            encoder, [*passages, *sentences, *steering.elsewhere], progress
        )
        parts = np.split(vectors, np.cumsum([len(passages), len(sentences)]))
        self.passage_vectors, self.sentence_vectors, self._elsewhere = parts

    def write(self, folder: Path, part: str = BASE) -> None:
        """Write what `TextIndex` opens; as `RECENT`, beside a base that is there already, and only
        if there are documents at all."""
        write_flat(folder, _ELSEWHERE, self._elsewhere)
        self._steering.save(folder)
        if part == RECENT and not self._texts:
            return
        (folder / part).mkdir()
        write_part(
            folder / part,
            self._texts,
            self.passage_vectors,
            self.sentence_vectors,
            LineReader(lexicon_of(self._steering.synonyms)),
            read_means(folder / BASE) if part == RECENT else None,
        )


class TextIndex:
    """An opened index, mapped; documents are numbered from 0, recent ones after the base."""

    def __init__(self, folder: Path, superseded: Collection[int] = ()) -> None:
        """Open what `TextWriter` wrote.

        Args:
            folder: where to.
            superseded: documents of the base that are not current any more.

        Raises:
            OSError, ValueError, RuntimeError: its files are missing or do not fit together.
        """
        folders = part_folders(folder)
        self._parts = [TextPart(path) for path in folders]
        self._firsts = _firsts([len(part) for part in self._parts])
        self._first_passages = _firsts([part.passage_count for part in self._parts])
        self._elsewhere = FlatIndex(folder, _ELSEWHERE)
        self.steering = Steering.load(folder)
        self._lexicon = lexicon_of(self.steering.synonyms)
        self.words = KeywordIndex(*folders)
        if len(self.words) != len(self):
            raise ValueError("its words are not of the same documents")
        self.current: Mask = np.ones(len(self), dtype=np.bool_)
        self.current[list(superseded)] = False
        self._terms = (
            _CurrentTerms(self.words.table, self.current) if superseded else self.words.table
        )
        self._speller = Speller(self.words.spellings(), self._terms)
        self._document_of = np.repeat(
            np.arange(len(self), dtype=np.int32),
            np.concatenate([np.diff(part.starts) for part in self._parts]),
        )
        parts = zip(self._parts, self._first_passages, strict=False)
        self._passage_starts = np.concatenate(
            [*(part.starts[:-1] + first for part, first in parts), self._first_passages[-1:]]
        )
        self._are_all_current = not superseded

    def __len__(self) -> int:
        return int(self._firsts[-1])

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._parts[0].meaning.dim

    @property
    def passage_count(self) -> int:
        """How many passages the current documents have."""
        return int(np.count_nonzero(self.current[self._document_of]))

    def understand(self, text: str) -> Need:
        """What a query means to this index."""
        return understand(text, self._lexicon, self._terms, self._speller)

    def match(self, need: Need, query: Vectors, within: Mask | None = None) -> Matches:
        """Match every document.

        Args:
            need: the query, understood by this index.
            query: the vector of `need.for_model`, shape (dim,).
            within: which documents are wanted, if not all: the nearest of them are looked at
                besides the nearest of all. Shape (documents,).
        """
        by_words = self.words.search(need.words)
        by_words.scores[~self.current] = 0.0
        by_words.shares[~self.current] = 0.0
        passages, of_all, reach = self._candidates(query, by_words.scores, within)
        numbers, cosines = self._best_of_each(query, passages)
        wholes = self._whole_cosines(query, numbers)
        weighed = need.words_weight * by_words.scores
        # What all are measured by must not depend on the filters: it goes by the best of all.
        is_of_all = of_all[numbers]
        first = fuse(weighed[numbers], cosines, cosines, wholes)
        near = np.flatnonzero(is_of_all)[best(first[is_of_all])]
        by_sentence = self._best_sentences(query, numbers[near])
        sentences = np.minimum(cosines, by_sentence.min(initial=1.0))
        sentences[near] = by_sentence
        fused = fuse(weighed[numbers], cosines, sentences, wholes)
        leaders = np.sort(np.flatnonzero(is_of_all)[best(fused[is_of_all], BEST)])
        like = centre(fused[leaders], self.wholes(numbers[leaders]))
        alike = self._whole_cosines(like, numbers)
        passage, sentence, whole, like_best = (
            _spread(values, numbers, len(self)) for values in (cosines, sentences, wholes, alike)
        )
        looked_at = np.zeros(len(self), dtype=np.bool_)
        looked_at[numbers] = True
        return Matches(
            words=by_words,
            passage=passage,
            sentence=sentence,
            whole=whole,
            like_best=like_best,
            scores=fuse(weighed, passage, sentence, whole) + LIKE_BEST * like_best,
            looked_at=looked_at,
            reach=reach,
            allowed=self.allowed(need),
            elsewhere=self._nearest_elsewhere(query),
        )

    def allowed(self, need: Need) -> Mask:
        """Current documents that have the phrases asked for and nothing excluded."""
        allowed = self.current.copy()
        for phrase in need.phrases:
            allowed &= self.words.holding(phrase)
        for unwanted in need.excluded:
            allowed &= ~self.words.mentioning(unwanted)
        return allowed

    def term_scores(self, need: Need, number: int) -> tuple[tuple[str, float], ...]:
        """Each term looked up that a document holds, as people write it, and its part of the
        document's word score, the greatest first."""
        parts = self.words.parts(need.words, number)
        named = ((need.names[term], score) for term, score in parts.items())
        return tuple(sorted(named, key=lambda part: -part[1]))

    def passages(self, number: int) -> list[PassageText]:
        """A document's passages, summary first."""
        part, local = self._place(number)
        return [part.passage(passage) for passage in part.passage_range(local)]

    def passages_of(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """The passages of some documents, each document's summary first, and where each one's
        begin among them; passages are numbered from 0 through the whole index."""
        return joined(self._passage_starts[numbers], self._passage_starts[numbers + 1])

    def passage(self, passage: int) -> PassageText:
        """A passage by its number."""
        part, local = self._passage_place(passage)
        return self._parts[part].passage(local)

    def passage_cosines(self, query: Vectors, passages: Numbers) -> NDArray[np.float32]:
        """The cosine of a query, shape (dim,), with some passages."""
        return self._of_passages(
            passages, lambda n, local: self._parts[n].meaning.cosines(query, local)
        )

    def sentence_cosines(self, query: Vectors, passage: int) -> NDArray[np.float32]:
        """The cosine of a query, shape (dim,), with each sentence of a passage."""
        part, local = self._passage_place(passage)
        return self._parts[part].sentence_cosines(query, local)

    def terms_held(self, need: Need, passages: Numbers) -> NDArray[np.int64]:
        """How many of the terms to highlight each of some passages holds."""
        return self._of_passages(
            passages, lambda n, local: self._parts[n].terms_held(local, self._highlights(need, n))
        )

    def highlights(self, need: Need, passages: Numbers) -> list[list[tuple[int, int]]]:
        """The code points, start and end, of the terms to highlight in each of some passages; they
        may overlap."""
        found: list[list[tuple[int, int]]] = [[]] * len(passages)
        for part, (first, end) in enumerate(pairwise(self._first_passages)):
            inside = np.flatnonzero((passages >= first) & (passages < end))
            wanted = self._highlights(need, part)
            spans = self._parts[part].term_spans(passages[inside] - first, wanted)
            for place, of_one in zip(inside.tolist(), spans, strict=True):
                found[place] = of_one
        return found

    def likeness(self, number: int) -> NDArray[np.float32]:
        """The cosine of a document, as a whole, with every document; shape (documents,)."""
        part, local = self._place(number)
        mine = part.whole.vectors(np.array([local]))[0]
        return np.concatenate(
            [each.whole.cosines(mine, np.arange(len(each))) for each in self._parts]
        )

    def _place(self, number: int) -> tuple[TextPart, int]:
        """The part that a document is in, and its number there."""
        part = int(len(self._parts) > 1 and number >= self._firsts[1])
        return self._parts[part], number - int(self._firsts[part])

    def _passage_place(self, passage: int) -> tuple[int, int]:
        """The number of the part that a passage is in, and the passage's number there."""
        part = int(len(self._parts) > 1 and passage >= self._first_passages[1])
        return part, passage - int(self._first_passages[part])

    def _of_passages(
        self, passages: Numbers, ask: Callable[[int, Numbers], NDArray[Value]]
    ) -> NDArray[Value]:
        """What each passage's part answers, in the order of the passages."""
        if len(self._parts) == 1:
            return ask(0, passages)
        is_recent = passages >= self._first_passages[1]
        of_base = ask(0, passages[~is_recent])
        found = np.empty(len(passages), dtype=of_base.dtype)
        found[~is_recent] = of_base
        found[is_recent] = ask(1, passages[is_recent] - self._first_passages[1])
        return found

    def _highlights(self, need: Need, part: int) -> NDArray[np.int32]:
        rows = self.words.table.rows(part)
        return np.array([rows[term] for term in need.highlights if term in rows], dtype=np.int32)

    def _candidates(
        self, query: Vectors, word_scores: NDArray[np.float64], within: Mask | None
    ) -> tuple[Numbers, Mask, float]:
        """The passages to compare with a query, in order; the documents that are looked at
        whatever is wanted; and the cosine down to which the passages are all that are wanted."""
        taken = np.zeros(len(self._document_of), dtype=np.bool_)
        reach = self._take_nearest(taken, query, word_scores, self.current)
        of_all = np.zeros(len(self), dtype=np.bool_)
        of_all[self._document_of[taken]] = True
        if within is not None:
            reach = self._take_nearest(taken, query, word_scores, self.current & within)
        return np.flatnonzero(taken), of_all, reach

    def _take_nearest(
        self, taken: Mask, query: Vectors, word_scores: NDArray[np.float64], wanted: Mask
    ) -> float:
        """Take the nearest passages of the wanted documents, and all of those of them that are best
        by words; returns how far the former reach."""
        is_all = wanted is self.current and self._are_all_current
        passages = None if is_all else wanted[self._document_of]
        reaches = []
        for part, (first, end) in zip(self._parts, pairwise(self._first_passages), strict=True):
            of_part = None if passages is None else passages[first:end]
            numbers, reach = part.nearest(query, of_part)
            taken[first + numbers] = True
            reaches.append(reach)
        # Of the others there are many, all equal, which makes the choice of the best slow.
        holders = np.flatnonzero(word_scores if is_all else np.where(wanted, word_scores, 0.0))
        by_words = holders[best(word_scores[holders], BY_WORDS)]
        taken[self.passages_of(by_words)[0]] = True
        return max(reaches)

    def _best_of_each(
        self, query: Vectors, passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The documents of some passages, in order, and the cosine of the best passage of each."""
        if not len(passages):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        parts = zip(self._parts, _split(passages, self._first_passages), strict=True)
        cosines = np.concatenate([part.meaning.cosines(query, local) for part, local in parts])
        documents = self._document_of[passages]
        firsts = np.append(0, np.flatnonzero(documents[1:] != documents[:-1]) + 1)
        return documents[firsts].astype(np.int64), np.maximum.reduceat(cosines, firsts)

    def _best_sentences(self, query: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of the best sentence of some documents, which may be in any order."""
        order = np.argsort(numbers)
        found = np.empty(len(numbers), dtype=np.float32)
        found[order] = np.concatenate(
            [
                part.best_sentences(query, local)
                for part, local in zip(
                    self._parts, _split(numbers[order], self._firsts), strict=True
                )
            ]
        )
        return found

    def wholes(self, numbers: Numbers) -> Vectors:
        """The vectors of some documents as a whole; `numbers` in order."""
        parts = zip(self._parts, _split(numbers, self._firsts), strict=True)
        return np.concatenate([part.whole.vectors(local) for part, local in parts])

    def _whole_cosines(self, query: Vectors, numbers: Numbers) -> NDArray[np.float32]:
        """The cosine of a vector with some documents as a whole; `numbers` in order."""
        parts = zip(self._parts, _split(numbers, self._firsts), strict=True)
        return np.concatenate([part.whole.cosines(query, local) for part, local in parts])

    def _nearest_elsewhere(self, query: Vectors) -> float:
        topics = np.arange(len(self._elsewhere))
        return float(self._elsewhere.cosines(query, topics).max(initial=-1.0))


class _CurrentTerms(Container[str]):
    """The terms that current documents hold: what is withdrawn is not even suggested."""

    def __init__(self, table: ImpactTable, current: Mask) -> None:
        self._table = table
        self._current = current

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and bool(self._current[self._table.row(term)[0]].any())


def part_folders(folder: Path) -> list[Path]:
    """The folders of an index, in the order of their documents' numbers."""
    recent = folder / RECENT
    return [folder / BASE, recent] if recent.is_dir() else [folder / BASE]


def _firsts(counts: Sequence[int]) -> NDArray[np.int64]:
    """Where each part begins when they are numbered on, and where the last ends."""
    return np.cumsum([0, *counts], dtype=np.int64)


def _split(numbers: NDArray[np.int64], firsts: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Numbers in order, by the part that they are in, counted from its beginning."""
    ends = np.searchsorted(numbers, firsts[1:-1])
    return [part - first for part, first in zip(np.split(numbers, ends), firsts, strict=False)]


def _spread(
    values: NDArray[np.float32], numbers: NDArray[np.int64], total: int
) -> NDArray[np.float32]:
    """Values at their numbers; everywhere else the least of them."""
    spread = np.full(total, values.min(initial=1.0) if len(values) else 0.0, dtype=np.float32)
    spread[numbers] = values
    return spread
