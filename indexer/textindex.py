"""All that is searched by text: words, passages, sentences, and what is off topic.

Case studies and the collections of `kb eval` are written and matched by this one pair of classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import words
from indexer.dense import DenseIndex, write_dense
from indexer.embedding import Encoder, Vectors
from indexer.fusion import LIKE_BEST, best, fuse, like_best
from indexer.keyword import KeywordIndex, WordMatches, WordsOf, write_words
from indexer.lexicon import Lexicon
from indexer.passage_terms import PassageTerms, write_passage_terms
from indexer.passages import Passage
from indexer.records import Records, map_array, write_records
from indexer.sentences import SentenceVectors, write_sentences
from indexer.spelling import Speller
from indexer.understanding import Need, understand
from indexer.vectors import VectorCache
from kb.progress import Progress
from kb.steering import Steering

_PASSAGE_STARTS = "passage_starts.npy"
_SENTENCE_STARTS = "sentence_starts.npy"
_WHOLE = "whole_vectors.npy"
_ELSEWHERE = "elsewhere_vectors.npy"


@dataclass(frozen=True, slots=True)
class TextOf:
    """A document's text as it is indexed."""

    words: WordsOf
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is shown, the heading it stands under, and where its sentences lie."""

    heading: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Raw values of all documents for one query, and the order they make.

    Attributes:
        words: by words; scores and shares of shape (documents,).
        passages: the cosine of every passage; shape (passages,).
        passage: of each document's best passage; shape (documents,), like the rest.
        sentence: of each document's best sentence; exact for the best `fusion.DEPTH` by words and
            by passage, for the others no more than the least of those.
        whole: of the mean of each document's passages.
        like_best: of the document as a whole with the best ones.
        scores: fused; they order the documents of one query.
        allowed: whether the document has the phrases asked for and nothing excluded.
        elsewhere: the cosine of the nearest topic that the library does not answer.
    """

    words: WordMatches
    passages: NDArray[np.float32]
    passage: NDArray[np.float32]
    sentence: NDArray[np.float32]
    whole: NDArray[np.float32]
    like_best: NDArray[np.float64]
    scores: NDArray[np.float64]
    allowed: NDArray[np.bool_]
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
        self.passages = [passage for text in texts for passage in text.passages]
        spans = [passage.sentences for passage in self.passages]
        sentences = [
            passage.text[start:end]
            for passage, of_passage in zip(self.passages, spans, strict=True)
            for start, end in of_passage
        ]
        to_embed = [passage.embedded for passage in self.passages]
        vectors, self.embedded = cache.encode(
            encoder, [*to_embed, *sentences, *steering.elsewhere], progress
        )
        parts = np.split(vectors, np.cumsum([len(to_embed), len(sentences)]))
        self._passage_vectors, self._sentence_vectors, self._elsewhere = parts
        self._sentence_starts = _starts(spans)

    def write(self, folder: Path) -> None:
        """Write everything that `TextIndex` opens."""
        starts = _starts([text.passages for text in self._texts])
        np.save(folder / _PASSAGE_STARTS, starts)
        np.save(folder / _SENTENCE_STARTS, self._sentence_starts)
        np.save(folder / _WHOLE, _means(self._passage_vectors, starts))
        np.save(folder / _ELSEWHERE, self._elsewhere)
        write_records(folder, "passages", ((p.heading, p.text, p.sentences) for p in self.passages))
        write_dense(folder, self._passage_vectors)
        write_sentences(folder, self._sentence_vectors)
        self._steering.save(folder)
        lexicon = Lexicon(self._steering.synonyms)
        rows = write_words(folder, (text.words for text in self._texts), lexicon)
        mentions = (lexicon.terms_of(words(passage.text)) for passage in self.passages)
        write_passage_terms(folder, mentions, rows)


class TextIndex:
    """An opened index, mapped; documents are numbered from 0, as they were written."""

    def __init__(self, folder: Path) -> None:
        self._passages = Records(folder, "passages")
        self._starts: NDArray[np.int64] = np.load(folder / _PASSAGE_STARTS)
        self._sentence_starts: NDArray[np.int64] = np.load(folder / _SENTENCE_STARTS)
        self._whole: Vectors = map_array(folder / _WHOLE)
        self._elsewhere: Vectors = np.load(folder / _ELSEWHERE)
        self._meaning = DenseIndex(folder)
        self._sentences = SentenceVectors(folder)
        self.steering = Steering.load(folder)
        self._lexicon = Lexicon(self.steering.synonyms)
        self.words = KeywordIndex(folder)
        self._passage_terms = PassageTerms(folder)
        counts = {
            int(self._starts[-1]),
            len(self._sentence_starts) - 1,
            len(self._passages),
            len(self._meaning),
            len(self._passage_terms),
        }
        if len(counts) > 1 or len(self.words) != len(self):
            raise ValueError("its parts do not have the same passages")

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._meaning.dim

    @property
    def passage_count(self) -> int:
        """How many passages all documents have."""
        return len(self._passages)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.words.spellings())

    def understand(self, text: str) -> Need:
        """What a query means to this index."""
        return understand(text, self._lexicon, self.words.table, self._speller)

    def match(self, need: Need, query: Vectors) -> Matches:
        """Match every document.

        Args:
            need: the query, understood by this index.
            query: the vector of `need.for_model`, shape (dim,).
        """
        by_words = self.words.search(need.words)
        passages = self._meaning.cosines(query)
        passage = self._best_of_each(passages)
        whole: NDArray[np.float32] = self._whole @ query
        sentence = self._best_sentences(query, by_words.scores, passage)
        weighed = need.words_weight * by_words.scores
        fused = fuse(weighed, passage, sentence, whole)
        alike = like_best(fused, self._whole)
        return Matches(
            words=by_words,
            passages=passages,
            passage=passage,
            sentence=sentence,
            whole=whole,
            like_best=alike,
            scores=fused + LIKE_BEST * alike,
            allowed=self.allowed(need),
            elsewhere=float((self._elsewhere @ query).max(initial=-1.0)),
        )

    def allowed(self, need: Need) -> NDArray[np.bool_]:
        """Documents that have the phrases asked for and nothing excluded; shape (documents,)."""
        allowed = np.ones(len(self), dtype=np.bool_)
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
        among_all = self.passage_range(number)
        return [self.passage(n) for n in range(among_all.start, among_all.stop)]

    def passage(self, number: int) -> PassageText:
        """A passage, counted among all."""
        heading, text, spans = self._passages[number]
        return PassageText(heading, text, tuple((start, end) for start, end in spans))

    def terms_held(self, need: Need, number: int) -> NDArray[np.int64]:
        """How many of the terms to highlight each passage of a document holds."""
        return self._passage_terms.held(self.passage_range(number), self._highlights(need))

    def highlights(self, need: Need, passage: int) -> list[tuple[int, int]]:
        """The code points, start and end, of the terms to highlight in a passage, counted among
        all; they may overlap."""
        return self._passage_terms.spans(passage, self._highlights(need))

    def passage_range(self, number: int) -> slice:
        """Where a document's passages lie among all."""
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def sentence_cosines(self, passage: int, query: Vectors) -> NDArray[np.float32]:
        """The cosine of each sentence of a passage, counted among all passages."""
        return self._sentences.cosines(query, self._sentence_range(passage, passage + 1))

    def _highlights(self, need: Need) -> NDArray[np.int32]:
        rows = self.words.table.rows
        return np.array([rows[term] for term in need.highlights if term in rows], dtype=np.int32)

    def likeness(self, number: int) -> NDArray[np.float32]:
        """The cosine of a document, as a whole, with every document; shape (documents,)."""
        cosines: NDArray[np.float32] = self._whole @ self._whole[number]
        return cosines

    def _best_of_each(self, by_passage: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest value among each document's passages; shape (documents,)."""
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        found: NDArray[np.float32] = np.maximum.reduceat(by_passage, self._starts[:-1])
        return found

    def _best_sentences(
        self, query: Vectors, by_words: NDArray[np.float64], passage: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        looked_at = np.union1d(best(by_words), best(passage))
        firsts = self._sentence_starts[self._starts[looked_at]]
        ends = self._sentence_starts[self._starts[looked_at + 1]]
        cosines = self._sentences.best(query, firsts, ends)
        found: NDArray[np.float32] = np.minimum(passage, cosines.min(initial=1.0))
        found[looked_at] = cosines
        return found

    def _sentence_range(self, first_passage: int, end_passage: int) -> slice:
        return slice(
            int(self._sentence_starts[first_passage]), int(self._sentence_starts[end_passage])
        )


def _starts(groups: Sequence[Sequence[object]]) -> NDArray[np.int64]:
    """Where each group begins when all lie in a row, and where the last ends."""
    return np.cumsum([0, *map(len, groups)], dtype=np.int64)


def _means(vectors: Vectors, starts: NDArray[np.int64]) -> Vectors:
    """The mean of each document's passages, of unit length: what it is about as a whole."""
    if len(starts) == 1:
        return vectors
    means = np.add.reduceat(vectors, starts[:-1], axis=0)
    unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit
