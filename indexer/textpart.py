"""One folder of a text index: passages and sentences of documents written together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.bytevectors import ByteRanges, ByteVectors, is_written, write_bytes
from indexer.candidates import EXACT, NEAREST, CoarseIndex
from indexer.dense import FlatIndex, write_flat
from indexer.embedding import Vectors
from indexer.keyword import WordsOf, write_words
from indexer.lines import LineReader
from indexer.passage_terms import PassageTerms, write_passage_terms
from indexer.passages import Passage
from indexer.ranges import Numbers
from indexer.records import Records, write_records

_PASSAGES = "passages"
_WHOLE = "whole"
_SENTENCES = "sentences"
_CODES = "passages_codes.faiss"
_PASSAGE_STARTS = "passage_starts.npy"
_SENTENCE_STARTS = "sentence_starts.npy"


@dataclass(frozen=True, slots=True)
class TextOf:
    """A document's text as it is indexed."""

    words: WordsOf
    passages: Sequence[Passage]


class PassageText(NamedTuple):
    """A passage as it is shown, the heading it stands under, and where its sentences lie."""

    heading: str
    text: str
    sentences: tuple[tuple[int, int], ...]


def to_embed(texts: Sequence[TextOf]) -> tuple[list[str], list[str]]:
    """What the model reads of some documents: each passage, then each sentence, in order."""
    passages = [passage for text in texts for passage in text.passages]
    sentences = [p.text[start:end] for p in passages for start, end in p.sentences]
    return [passage.embedded for passage in passages], sentences


def write_part(
    folder: Path,
    texts: Sequence[TextOf],
    passage_vectors: Vectors,
    sentence_vectors: Vectors,
    reader: LineReader,
    means: Mapping[str, float] | None = None,
) -> None:
    """Write everything that `TextPart` and the word index open.

    Args:
        folder: where to.
        texts: of the documents, in their order.
        passage_vectors, sentence_vectors: of what `to_embed` names.
        reader: takes texts apart.
        means: the mean length of each field, if these documents are to be ranked beside others.
    """
    passages = [passage for text in texts for passage in text.passages]
    starts = _starts([text.passages for text in texts])
    np.save(folder / _PASSAGE_STARTS, starts)
    np.save(folder / _SENTENCE_STARTS, _starts([passage.sentences for passage in passages]))
    write_records(folder, _PASSAGES, ((p.heading, p.text, p.sentences) for p in passages))
    are_many = len(passages) > EXACT
    # Where not all are compared, a search reads rows here and there, and the smaller the better.
    write_vectors = write_bytes if are_many else write_flat
    write_vectors(folder, _PASSAGES, passage_vectors)
    if are_many:
        CoarseIndex.of(passage_vectors).write(folder / _CODES)
    write_vectors(folder, _WHOLE, _means(passage_vectors, starts))
    write_bytes(folder, _SENTENCES, sentence_vectors)
    rows = write_words(folder, (text.words for text in texts), reader, means)
    write_passage_terms(folder, (reader.terms(passage.text) for passage in passages), rows)


def passages_of(folder: Path, without: Sequence[int]) -> NDArray[np.int64]:
    """How many passages each document of a folder has, some documents left out."""
    counts = np.diff(np.load(folder / _PASSAGE_STARTS))
    return np.delete(counts, list(without))


class TextPart:
    """The mapped files of `write_part`, but for the words; documents are numbered from 0."""

    def __init__(self, folder: Path) -> None:
        self.starts: NDArray[np.int64] = np.load(folder / _PASSAGE_STARTS)
        self._sentence_starts: NDArray[np.int64] = np.load(folder / _SENTENCE_STARTS)
        self._passages = Records(folder, _PASSAGES, PassageText)
        are_many = is_written(folder, _PASSAGES)
        open_vectors = ByteVectors if are_many else FlatIndex
        self.meaning = open_vectors(folder, _PASSAGES)
        self._codes = CoarseIndex.open(folder / _CODES) if are_many else None
        self.whole = open_vectors(folder, _WHOLE)
        self._sentences = ByteRanges(folder, _SENTENCES)
        self._terms = PassageTerms(folder)
        counts = {
            int(self.starts[-1]),
            len(self._sentence_starts) - 1,
            len(self._passages),
            len(self.meaning),
            len(self.meaning if self._codes is None else self._codes),
            len(self._terms),
        }
        of_documents = {len(self.starts) - 1, len(self.whole)}
        of_sentences = {int(self._sentence_starts[-1]), len(self._sentences)}
        if max(map(len, (counts, of_documents, of_sentences))) > 1:
            raise ValueError("its files do not have the same passages")

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def passage_count(self) -> int:
        """How many passages all documents have."""
        return len(self._passages)

    def passage_range(self, number: int) -> range:
        """The passages of a document."""
        return range(int(self.starts[number]), int(self.starts[number + 1]))

    def passage(self, passage: int) -> PassageText:
        """A passage by its number."""
        return self._passages[passage]

    def nearest(self, query: Vectors, wanted: NDArray[np.bool_] | None) -> tuple[Numbers, float]:
        """The passages to compare with a query, shape (dim,), and the cosine down to which they are
        all that are wanted, about.

        Args:
            query: what is near.
            wanted: which passages may be taken, if not all; shape (passages,).
        """
        if self._codes is not None:
            return self._codes.nearest(query, NEAREST, wanted)
        everything = np.arange(self.passage_count) if wanted is None else np.flatnonzero(wanted)
        return everything, -1.0

    def terms_held(self, passages: Numbers, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """How many of some terms, by their rows in the word index, some passages hold."""
        return self._terms.held(passages, rows)

    def term_spans(self, passages: Numbers, rows: NDArray[np.int32]) -> list[list[tuple[int, int]]]:
        """The code points that some terms span in each of some passages; they may overlap."""
        return self._terms.spans(passages, rows)

    def sentence_cosines(self, query: Vectors, passage: int) -> NDArray[np.float32]:
        """The cosine of a query, shape (dim,), with each sentence of a passage."""
        first, end = self._sentence_starts[passage : passage + 2]
        return self._sentences.cosines(query, int(first), int(end))

    def best_sentences(self, query: Vectors, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of a query, shape (dim,), with the best sentence of some documents."""
        firsts = self._sentence_starts[self.starts[numbers]]
        ends = self._sentence_starts[self.starts[numbers + 1]]
        return self._sentences.best(query, firsts, ends)


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
