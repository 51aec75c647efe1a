"""Ranges of numbers, such as the passages of some documents, taken together."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def joined(firsts: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers of several ranges, one range after another, and where each of them begins.

    Args:
        firsts, ends: of each range; shape (ranges,).
    """
    lengths = ends - firsts
    starts: Numbers = np.cumsum(lengths) - lengths
    numbers: Numbers = np.arange(int(lengths.sum())) + np.repeat(firsts - starts, lengths)
    return numbers, starts
