"""Spelling, against the index's own words."""

from collections.abc import Container, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.analysis import Word, stems, words
from indexer.everyday import is_english

# Below, another word is as near as the right one: no guess under five letters.
MIN_LETTERS = 5
# From so many letters on, two mistakes are forgiven.
_LONG = 8
_KEPT = 256


class Speller:
    """Nearest words of an index. A swap of neighbours counts as one mistake."""

    def __init__(self, frequencies: Mapping[str, int], terms: Container[str]) -> None:
        """Take words and how many documents hold each, and the stems of those that there are now:
        nothing else is corrected, and nothing is corrected to anything else."""
        self._frequencies = {
            word: count
            for word, count in frequencies.items()
            if len(word) >= MIN_LETTERS - 1 and word.isalpha()
        }
        self._words = list(self._frequencies)
        # A query's words are asked about twice: for what they add to it, and for what was meant.
        self._nearest = lru_cache(maxsize=_KEPT)(self._find_nearest)
        self._terms = terms

    def correction(self, word: Word) -> str | None:
        """The word that was meant, if this one is a misspelling; short forms and English words that
        the index merely lacks never are."""
        plain = word.plain
        is_plain_word = plain.isalpha() and len(plain) >= MIN_LETTERS and not word.is_capitals
        if not word.stem or not is_plain_word or word.stem in self._terms or is_english(plain):
            return None
        return self._nearest(plain)

    def corrected(self, text: str) -> str | None:
        """The text with its misspellings mended; None if there is nothing to mend."""
        mended = text
        for word in reversed(words(text)):
            if (correction := self.correction(word)) is not None:
                mended = mended[: word.start] + correction + mended[word.end :]
        return mended if mended != text else None

    def _find_nearest(self, plain: str) -> str | None:
        near = process.extract(
            plain,
            self._words,
            scorer=OSA.distance,
            score_cutoff=2 if len(plain) >= _LONG else 1,
            limit=None,
        )
        # Nearest first, then the commonest. People seldom mistake a first letter, and two
        # mistakes with it are another word: revision, provision.
        ranked = sorted(
            (distance, found[0] != plain[0], -self._frequencies[found], found)
            for found, distance, _ in near
            if distance == 1 or found[0] == plain[0]
        )
        words_found = (found for *_, found in ranked)
        return next(
            (word for word in words_found if any(stem in self._terms for stem in stems(word))), None
        )
