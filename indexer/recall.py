"""How much of the nearest a search by codes looks at, measured where it is built."""

import numpy as np
from numpy.typing import NDArray

from indexer import candidates
from indexer.candidates import CoarseIndex
from indexer.embedding import Vectors

NEAREST = 50
# Parts of all passages that filters leave.
SELECTIVITY = (1.0, 0.1, 0.01)
_QUERIES = 64
_SEED = 20261124


def measure_recall(passages: Vectors, asked: Vectors) -> dict[str, float]:
    """The mean share of the nearest passages that are looked at, by the share that filters leave.

    Args:
        passages: vectors of all passages, shape (passages, dim).
        asked: vectors to draw queries from: of sentences, which are as long as queries are. Shape
            (texts, dim), at least one.
    """
    chance = np.random.default_rng(_SEED)
    queries = asked[chance.integers(len(asked), size=_QUERIES)]
    codes = CoarseIndex.of(passages)
    found = {}
    for share in SELECTIVITY:
        wanted = chance.random(len(passages)) < share
        shares = [_recall(passages, codes, query, wanted) for query in queries]
        found[f"{share:g}"] = float(np.mean(shares))
    return found


def _recall(
    passages: Vectors, codes: CoarseIndex, query: Vectors, wanted: NDArray[np.bool_]
) -> float:
    """Of one query, among the wanted passages."""
    cosines = np.where(wanted, passages @ query, -np.inf)
    best = np.argsort(-cosines)[: min(NEAREST, int(wanted.sum()))]
    taken, _ = codes.nearest(query, candidates.NEAREST, wanted)
    return float(np.isin(best, taken).mean()) if len(best) else 1.0
