"""Texts to terms, line by line: a study's fields and passages hold the same lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis import joined_forms, words
from indexer.lexicon import Lexicon

# Some lines more than the longest study has.
_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a study's text.

    Attributes:
        terms: each stem and concept, with the code points, start and end, that it spans.
        joined: hyphenated words as one.
        plain: its words in order, unstemmed.
    """

    terms: tuple[tuple[str, int, int], ...]
    joined: tuple[str, ...]
    plain: tuple[str, ...]


class LineReader:
    """Reads each line once, and keeps the last ones; no concept and no phrase spans two."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._line = lru_cache(maxsize=_KEPT)(self._read)

    def lines(self, text: str) -> Iterator[tuple[int, Line]]:
        """Each line of a text, and where it begins."""
        start = 0
        for line in text.splitlines(keepends=True):
            yield start, self._line(line)
            start += len(line)

    def terms(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Each stem and concept of a text, with the code points that it spans."""
        for start, line in self.lines(text):
            for term, first, end in line.terms:
                yield term, start + first, start + end

    def _read(self, line: str) -> Line:
        found = words(line)
        return Line(
            tuple(self._lexicon.terms_of(found)),
            tuple(form.stem for form in joined_forms(found)),
            tuple(word.plain for word in found),
        )
