"""How hard a text is to read, and which sentences make it so."""

import re
from collections.abc import Iterator, Sequence

from kb.hints.hint import Hint, HintKind
from kb.hints.written import Piece, Written

# What is read with ease after a day in school: the shipped studies lie between 7.8 and 11.5, and
# their longest sentence as a rule below 46 words (72 studies, 2026-11-28).
MOST_YEARS = 13
MOST_WORDS = 45
# Below, a reading age says nothing.
_FEWEST_WORDS = 100
_NAMED = 3
_WORD = re.compile(r"[\w’'-]+")


def reading_age(sentences: Sequence[str]) -> float:
    """The age in years at which a text is read with ease; 0 of a text without words.

    Source: the Automated Readability Index, Smith and Senter 1967, a school grade, plus five. It
    needs letters, words and sentences alone, so that no dictionary of syllables must be loaded.
    """
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    letters = sum(map(len, words)) / len(words)
    return 4.71 * letters + 0.5 * len(words) / len(sentences) - 21.43 + 5


def hints(written: Written) -> Iterator[Hint]:
    """The longest sentences, and the reading age where it is above what was agreed."""
    running = [
        (piece, sentence)
        for piece in written.pieces
        if piece.is_running and piece.field == "body_md"
        for sentence in piece.sentences()
    ]
    sentences = [sentence for _, sentence in running]
    age = reading_age(sentences)
    count = sum(len(sentence.split()) for sentence in sentences)
    longest = sorted(running, key=lambda each: -len(each[1].split()))[:_NAMED]
    if age > MOST_YEARS and count >= _FEWEST_WORDS:
        piece, sentence = longest[0]
        message = (
            f"The text has a reading age of about {age:.0f}; up to {MOST_YEARS} is quick to read. "
            f"Cut the longest sentences in two: {_begun(longest)}."
        )
        yield written.hint(HintKind.READING_AGE, message, piece, sentence)
    for piece, sentence in longest:
        words = len(sentence.split())
        if words > MOST_WORDS:
            message = f"This sentence has {words} words. Make two of it, or a list."
            yield written.hint(HintKind.LONG_SENTENCE, message, piece, sentence)


def _begun(longest: Sequence[tuple[Piece, str]]) -> str:
    """How some sentences begin, and how long they are."""
    return "; ".join(
        f"“{' '.join(sentence.split()[:6])} …” ({len(sentence.split())} words)"
        for _, sentence in longest
    )
