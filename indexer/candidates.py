"""Which passages are compared with a query number by number, where there are too many for all."""

import numpy as np
from numpy.typing import NDArray

# Up to so many, all are: some .3 ms.
EXACT = 10_000
# Beyond, so many of the nearest by code; the build measures what that misses. nDCG@10 on Oak
# lessons (12,391 titles) stays .672 with 1,000 instead of 1,500 (2026-11-27).
NEAREST = 1_000
# And all of so many documents that are best by words.
BY_WORDS = 64


def nearest(
    distances: NDArray[np.int32], wanted: NDArray[np.bool_] | None = None, depth: int = NEAREST
) -> tuple[NDArray[np.bool_], int | None]:
    """The nearest of some passages, and how far they reach.

    Args:
        distances: of each passage; few different ones. Shape (passages,).
        wanted: which passages may be taken, if not all. If they are no more than `depth`, all of
            them are.
        depth: how many to take; a few more, where the last ones are equally near.

    Returns:
        Which were taken, shape (passages,), and the distance within which they are all that are
        wanted; None if they are so at any distance.
    """
    upto = np.cumsum(np.bincount(distances if wanted is None else distances[wanted]))
    if not len(upto) or upto[-1] <= depth:
        return np.ones(len(distances), dtype=np.bool_) if wanted is None else wanted.copy(), None
    farthest = int(np.searchsorted(upto, depth))
    near: NDArray[np.bool_] = distances <= farthest
    return near if wanted is None else near & wanted, farthest
