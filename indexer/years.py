"""Year groups and key stages, however they are written: Y6, Yr 6, Years 5 and 6, KS2."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.analysis import Word

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_JOINED = re.compile(r"(y|yr|year|ks)(\d{1,2})s?")
_YEAR = {"y", "yr", "yrs", "year", "years"}
_STAGE = {"stage", "stages"}
_MOST = {"y": 13, "ks": 5}
_MAX_DIGITS = 2
# What stands between the numbers of a list, and of a range.
_LISTING = {"/", "&", ",", "+"}
_RANGING = {"-", "–"}
_LAST_YEAR_OF_STAGE = (2, 6, 9, 11, 13)


@dataclass(frozen=True, slots=True)
class Stage:
    """A year group ("y", 1 to 13) or a key stage ("ks", 1 to 5), and the words that name it.

    `first` and `end` count words of the text.
    """

    kind: str
    number: int
    first: int
    end: int

    @property
    def label(self) -> str:
        """As people read it."""
        return f"{'Year' if self.kind == 'y' else 'key stage'} {self.number}"

    @property
    def key_stage(self) -> int:
        """The key stage that it is, or lies in."""
        if self.kind == "ks":
            return self.number
        return next(
            stage for stage, last in enumerate(_LAST_YEAR_OF_STAGE, 1) if self.number <= last
        )


def find_stages(words: Sequence[Word]) -> Iterator[Stage]:
    """Every year group and key stage of a text; of "Years 3 to 5", each."""
    at = 0
    while at < len(words):
        kind, number, end = _begin(words, at)
        if number is None:
            at += 1
            continue
        numbers = [number]
        while (more := _continue(words, end, kind, numbers[-1])) is not None:
            added, end = more
            numbers += added
        yield from (Stage(kind, each, at, end) for each in numbers)
        at = end


def _begin(words: Sequence[Word], at: int) -> tuple[str, int | None, int]:
    if at >= len(words):
        return "", None, at
    plain = words[at].plain
    if not plain.startswith(("y", "k")):
        return "", None, at
    if joined := _JOINED.fullmatch(plain):
        kind = "ks" if joined[1] == "ks" else "y"
        return kind, _in_range(kind, int(joined[2])), at + 1
    if plain in _YEAR or plain == "ks":
        kind = "ks" if plain == "ks" else "y"
        return kind, _number(words, at + 1, kind), at + 2
    if plain == "key" and at + 1 < len(words) and words[at + 1].plain in _STAGE:
        return "ks", _number(words, at + 2, "ks"), at + 3
    return "", None, at


def _continue(words: Sequence[Word], at: int, kind: str, last: int) -> tuple[list[int], int] | None:
    """The numbers that go on from one: 5 and 6, 5/6, 3 to 5, 3-5, 3 to Year 5."""
    if at >= len(words):
        return None
    joint, gap = words[at].plain, words[at].gap.strip()
    joined_by_word = joint in {"and", "or", "to"}
    if not joined_by_word and gap not in _LISTING | _RANGING:
        return None
    after = at + 1 if joined_by_word else at
    number, end = _number(words, after, kind), after + 1
    if number is None and joint == "to":
        same, number, end = _begin(words, after)
        number = number if same == kind else None
    if number is None or number <= last:
        return None
    through = joint == "to" or (not joined_by_word and gap in _RANGING)
    return (list(range(last + 1, number + 1)) if through else [number]), end


def _number(words: Sequence[Word], at: int, kind: str) -> int | None:
    if at >= len(words):
        return None
    plain = words[at].plain
    digits = plain.removesuffix("s")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS
    return _in_range(kind, int(digits) if is_number else _NUMBERS.get(plain, 0))


def _in_range(kind: str, number: int) -> int | None:
    return number if 1 <= number <= _MOST[kind] else None
