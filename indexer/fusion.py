"""One order from two measures that do not compare: BM25 scores and cosines."""

import numpy as np
from numpy.typing import NDArray

# SciFact nDCG@10 with the best 200 of each: min-max .736, reciprocal rank .716 (2026-11).
DEPTH = 200
WORDS_WEIGHT = 0.5


def fuse(words: NDArray[np.float64], cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Weigh word scores against cosines, each stretched to 0…1 over its best `DEPTH`.

    Args:
        words: BM25 of each document, 0 where no word matches; shape (documents,).
        cosines: of each document's best passage; shape (documents,).

    Returns:
        Scores of shape (documents,). They order the documents of one query and mean nothing
        outside it: the floor reads the raw values.
    """
    return WORDS_WEIGHT * _stretch(words, 0.0) + (1 - WORDS_WEIGHT) * _stretch(cosines, None)


def _stretch(values: NDArray[np.floating], low: float | None) -> NDArray[np.float64]:
    if not len(values):
        return np.zeros(0)
    depth = min(DEPTH, len(values))
    high = float(values.max())
    if low is None:
        low = float(np.partition(values, len(values) - depth)[len(values) - depth])
    if high <= low:
        return np.zeros(len(values))
    return np.clip((values.astype(np.float64) - low) / (high - low), 0.0, 1.0)
