"""How everyday a word is in English at large, which a small library cannot tell by itself.

Frequencies are those of wordfreq's small list, on the Zipf scale: 3 is once in a million words, 6
once in a thousand. The list is read here; wordfreq's own code splits texts of all languages into
words, and takes 0.2 s and 10 MB to load for it (2026-11-24).
"""

import gzip
import importlib.util
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgpack

# What a word counts for that the list, which ends at 3, does not have.
_RARE = 2.0
_DIGIT = re.compile(r"\d")


def frequency(plain: str) -> float:
    """The Zipf frequency of a word in lower case; of a rare or unknown one, `_RARE`."""
    return _frequencies().get(plain) or max(_of_number(plain), _RARE)


def is_english(plain: str) -> bool:
    """Whether a word is common enough to be right as it is spelt."""
    return frequency(plain) > _RARE


def mean_frequency(plain_words: Iterable[str]) -> float:
    """The mean Zipf frequency of some words; that of a rare one where there is none."""
    frequencies = [frequency(plain) for plain in plain_words] or [_RARE]
    return sum(frequencies) / len(frequencies)


def _of_number(plain: str) -> float:
    """A number's frequency; 0 for anything else.

    The list has one entry for all numbers of a form, 00 for 10 to 99: each gets an even share.
    """
    form, digits = _DIGIT.subn("0", plain)
    return _frequencies().get(form, 0.0) - digits if digits > 1 else 0.0


@cache
def _frequencies() -> dict[str, float]:
    """Zipf frequencies by word."""
    package = importlib.util.find_spec("wordfreq")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("wordfreq is not installed.", name="wordfreq")
    path = Path(package.origin).parent / "data" / "small_en.msgpack.gz"
    # A header, then lists of words: list n holds the words of frequency 10 ** (-n / 100).
    _, *lists = msgpack.unpackb(gzip.decompress(path.read_bytes()))
    return {word: round(9 - n / 100, 2) for n, words in enumerate(lists) for word in words}
