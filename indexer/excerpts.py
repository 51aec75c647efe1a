"""The passage that carried a result, and what of it is highlighted."""

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors
from indexer.ranges import Numbers
from indexer.results import Excerpt
from indexer.textindex import TextIndex
from indexer.understanding import Need

Spans = tuple[tuple[int, int], ...]


def summaries(text: TextIndex, numbers: Numbers) -> list[Excerpt]:
    """Each document's first passage, where nothing was asked."""
    passages, firsts = text.passages_of(numbers)
    found = (text.passage(passage) for passage in passages[firsts].tolist())
    return [Excerpt(first.heading, first.text, ()) for first in found]


def excerpts(
    text: TextIndex, numbers: Numbers, need: Need, query: Vectors, by_words: NDArray[np.bool_]
) -> list[Excerpt]:
    """The passage that carried each of some documents, and what of it is highlighted.

    Found by words, it is the passage nearest in meaning, each of the words that it holds counting
    too, and they are highlighted. Found by meaning alone, it is the nearest, and so is the sentence
    that is highlighted: chance words would mislead.

    Args:
        text: where the documents are.
        numbers: theirs.
        need, query: what was asked, and its vector.
        by_words: whether each was found by words; shape (documents,).
    """
    if not len(numbers):
        return []
    passages, firsts = text.passages_of(numbers)
    fit = text.passage_cosines(query, passages).astype(np.float64)
    share = text.terms_held(need, passages) / max(1, len(need.words.units))
    ends = np.append(firsts[1:], len(passages))
    fit += np.where(np.repeat(by_words, ends - firsts), share, 0.0)
    best = [first + int(fit[first:end].argmax()) for first, end in zip(firsts, ends, strict=True)]
    numbered = passages[best]
    lit = text.highlights(need, numbered)
    return [
        _excerpt(text, passage, query, _merged(spans) if words else ())
        for passage, spans, words in zip(numbered.tolist(), lit, by_words.tolist(), strict=True)
    ]


def _excerpt(text: TextIndex, number: int, query: Vectors, highlights: Spans) -> Excerpt:
    passage = text.passage(number)
    if not highlights:
        nearest = int(np.argmax(text.sentence_cosines(query, number)))
        highlights = (passage.sentences[nearest],)
    return Excerpt(passage.heading, passage.text, highlights)


def _merged(spans: list[tuple[int, int]]) -> Spans:
    """Spans in order, those that overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
