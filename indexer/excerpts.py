"""The passage that carried a result, and what of it is highlighted."""

import numpy as np

from indexer.embedding import Vectors
from indexer.results import Excerpt
from indexer.textindex import TextIndex
from indexer.understanding import Need

Spans = tuple[tuple[int, int], ...]


def summary_excerpt(text: TextIndex, number: int) -> Excerpt:
    """A document's first passage, where nothing was asked."""
    first = text.passage(number, 0)
    return Excerpt(first.heading, first.text, ())


def excerpt(text: TextIndex, number: int, need: Need, query: Vectors, *, by_words: bool) -> Excerpt:
    """The passage that carried a document, and what of it is highlighted.

    Found by words, it is the passage nearest in meaning, each of the words that it holds counting
    too, and they are highlighted. Found by meaning alone, it is the nearest, and so is the sentence
    that is highlighted: chance words would mislead.
    """
    fit = text.passage_cosines(number, query).astype(np.float64)
    if by_words:
        fit += text.terms_held(need, number) / max(1, len(need.words.units))
    best = int(np.argmax(fit))
    passage = text.passage(number, best)
    highlights = _merged(text.highlights(need, number, best)) if by_words else ()
    if not highlights:
        nearest = int(np.argmax(text.sentence_cosines(number, best, query)))
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
