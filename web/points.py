"""What a section says in few words, all of them its author's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from kb.markdown import Block

LONGEST = 240
# What a line of the sheet holds, at least: text of 10 points, 118 mm wide (2026-11-27).
LINE = 60
# "Training." by itself says nothing: such a lead is read with the sentence after it.
_MIN_WORDS = 5
_MOST_SENTENCES = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’)]?\s+(?=[A-Z“‘\"(])")
_PAIRS = (("“", "”"), ("(", ")"))


@dataclass(frozen=True, slots=True)
class Point:
    """How a paragraph begins, or a list's item; an item belongs to the paragraph before it."""

    text: str
    is_item: bool

    @property
    def lines(self) -> int:
        """How many lines of the sheet it takes, at most."""
        return ceil(len(self.text) / LINE)


@dataclass(frozen=True, slots=True)
class Points:
    """The first points of a section, and whether it has more."""

    shown: tuple[Point, ...]
    has_more: bool

    @property
    def lines(self) -> int:
        """How many lines of the sheet they take, at most."""
        return _lines(self.shown)


def points_of(blocks: Iterable[Block], lines: int) -> Points:
    """Every item of a list, and the first sentences of every paragraph: as many as lines allow.

    Where there are lines to spare, each paragraph is given two sentences, or three. Where one of
    each is too much, the last points are left out.
    """
    running = [block for block in blocks if block.is_running]
    found: list[Point] = []
    for sentences in range(_MOST_SENTENCES, 0, -1):
        found = list(_points(running, sentences))
        if _lines(found) <= lines:
            break
    ends = accumulate(point.lines for point in found)
    shown = tuple(point for point, end in zip(found, ends, strict=True) if end <= lines)
    return Points(shown, len(found) > len(shown))


def _lines(points: Iterable[Point]) -> int:
    return sum(point.lines for point in points)


def _points(blocks: Iterable[Block], sentences: int) -> Iterator[Point]:
    for block in blocks:
        text = _opening(block.text, sentences) if block.is_paragraph else block.text
        yield Point(_shortened(text), is_item=not block.is_paragraph)


def _opening(text: str, sentences: int) -> str:
    """As many whole sentences, as far as they are short together, but one in any case."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    first, *later = [*(end for end in ends if _is_whole(text[:end])), len(text)]
    fitting = [end for end in later[: sentences - 1] if end <= LONGEST]
    return text[: max([first, *fitting])].rstrip()


def _is_whole(text: str) -> bool:
    """Say whether what was opened in it, a quotation say, is closed, and it is not a mere lead."""
    return (
        len(text.split()) >= _MIN_WORDS
        and text.count('"') % 2 == 0
        and all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
    )


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(' ')[0] or text[:LONGEST]} …"
