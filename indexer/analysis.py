"""Text to words, one way for studies and queries: folded, stop words marked, stemmed."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from whoosh.analysis import STOP_WORDS
from whoosh.lang.porter import stem as porter_stem

_APOSTROPHES = str.maketrans("", "", "'’ʼ")
# Letters, their accents, and digits; an apostrophe or a point inside belongs to the word. Hyphens
# part words.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
_WORD = re.compile(rf"{_LETTER}+(?:['’ʼ.]{_LETTER}+)*")
_HYPHENS = {"-", "‐", "‑"}
_SHORT = 3
# What Porter's rules leave apart.
_PLURALS = {"children": "child", "women": "woman", "men": "man"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        raw: as it is written.
        plain: in lower case, without accents and apostrophes.
        stem: what is matched; empty for a stop word.
        start, end: the code points that it spans.
        is_capitals: whether it is written as a short form: TA, SENCOs, KS2.
        gap: what stands between it and the word before.
    """

    raw: str
    plain: str
    stem: str
    start: int
    end: int
    is_capitals: bool
    gap: str

    @property
    def singulars(self) -> tuple[str, ...]:
        """The plain word, and what it is the plural of if it is one."""
        return _singulars(self.plain, self.is_capitals)


def words(text: str) -> list[Word]:
    """The words of a text in order."""
    found = []
    before = 0
    spans = [match.span() for match in _WORD.finditer(text)]
    shouted = len(spans) > _SHORT and text.isupper()
    for start, end in spans:
        raw = text[start:end]
        plain, stem, is_capitals, may_be_short_form = _look_up(raw)
        if not stem and may_be_short_form and not shouted:
            # IT and US in capitals are no stop words, unless a whole sentence is in capitals.
            stem = _stem(plain)
        found.append(
            Word(raw, plain, stem, start, end, is_capitals and not shouted, text[before:start])
        )
        before = end
    return found


def stems(text: str) -> list[str]:
    """The stems of a text in order, stop words left out."""
    return [word.stem for word in words(text) if word.stem]


def stem_spans(text: str) -> list[tuple[str, int, int]]:
    """Each stem with the code points, start and end, that its word spans in the text."""
    return [(word.stem, word.start, word.end) for word in words(text) if word.stem]


@dataclass(frozen=True, slots=True)
class Joined:
    """Hyphenated words written as one: wellbeing for well-being; `first` and `end` count words."""

    plain: str
    stem: str
    first: int
    end: int


def joined_forms(text_words: Sequence[Word]) -> Iterator[Joined]:
    """Every hyphenated word of letters alone, as one word."""
    first = 0
    for place in range(1, len(text_words) + 1):
        if place < len(text_words) and text_words[place].gap in _HYPHENS:
            continue
        parts = [word.plain for word in text_words[first:place]]
        if len(parts) > 1 and all(part.isalpha() for part in parts):
            plain = "".join(parts)
            yield Joined(plain, _stem(plain), first, place)
        first = place


def fold(raw: str) -> str:
    """Lower case, one Unicode form, no accents, no apostrophes."""
    if raw.isascii():
        return raw.lower().translate(_APOSTROPHES)
    parted = unicodedata.normalize("NFKD", raw.translate(_APOSTROPHES))
    return "".join(c for c in parted if not unicodedata.combining(c)).casefold()


# Texts repeat their words; a large vocabulary is some 50,000.
@lru_cache(maxsize=100_000)
def _look_up(raw: str) -> tuple[str, str, bool, bool]:
    """The plain word, its stem unless it is a stop word, and what its capitals say."""
    plain = fold(raw)
    stem = "" if plain in STOP_WORDS else _stem(plain)
    return plain, stem, sum(c.isupper() for c in raw) > 1, raw.isupper() and len(raw) > 1


@lru_cache(maxsize=100_000)
def _singulars(plain: str, is_capitals: bool) -> tuple[str, ...]:
    if plain in _PLURALS:
        return plain, _PLURALS[plain]
    is_long = len(plain) > _SHORT + 1
    if not plain.endswith("s") or plain.endswith("ss") or not (is_long or is_capitals):
        return (plain,)
    forms = [plain, plain[:-1]]
    if is_long and plain.endswith("es"):
        forms.append(plain[:-2])
    if is_long and plain.endswith("ies"):
        forms.append(f"{plain[:-3]}y")
    return tuple(forms)


@lru_cache(maxsize=100_000)
def _stem(plain: str) -> str:
    if plain in _PLURALS:
        return _PLURALS[plain]
    if len(plain) <= _SHORT:
        # Short forms: ITT is not it.
        return plain
    stem: str = porter_stem(plain)
    return _PLURALS.get(stem, stem)
