"""How everyday a word is in English at large, which a small library cannot tell by itself.

Frequencies from wordfreq, on the Zipf scale: 3 is once in a million words, 6 once in a thousand.
"""

from collections.abc import Iterable

from wordfreq import zipf_frequency

# What a word counts for that the list, which ends at 3, does not have.
_RARE = 2.0


def frequency(plain: str) -> float:
    """The Zipf frequency of a word in lower case; of a rare or unknown one, `_RARE`."""
    return zipf_frequency(plain, "en", wordlist="small") or _RARE


def is_english(plain: str) -> bool:
    """Whether a word is common enough to be right as it is spelt."""
    return frequency(plain) > _RARE


def mean_frequency(plain_words: Iterable[str]) -> float:
    """The mean Zipf frequency of some words; that of a rare one where there is none."""
    frequencies = [frequency(plain) for plain in plain_words] or [_RARE]
    return sum(frequencies) / len(frequencies)
