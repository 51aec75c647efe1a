"""One order from measures that do not compare: word scores, and cosines of several grains."""

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Vectors

# Documents looked at sentence by sentence: the best by words and the best by passages, two pages of
# results. nDCG@10 on SciFact, Oak lessons and tests/golden is that of 64 (.750, .672, .770); with
# 32 it is .748 on SciFact (2026-11-28).
DEPTH = 40
# All weights below: chosen on SciFact (300 queries), Oak lessons (30), tests/golden (215) and 145
# teachers' questions over 937 pages of guidance for schools, 2026-11-23. nDCG@10 with them is
# .750, .672, .729 (filters off) and .417. A choice of the best of 100 settings in five folds,
# twenty times over, gives .746, .667, .727 and .414 on the folds left out. Best passages alone,
# fused with words: .742, .675, .712, .381.
PASSAGE = 0.5
SENTENCE = 0.3
WHOLE = 0.2
# Words weigh less the more everyday they are, by their mean Zipf frequency: a need in a teacher's
# own words shares chance words with many studies, a technical term only with those about it.
WORDS_RARE = 1.0
WORDS_EVERYDAY = 0.3
RARE_BELOW = 4.3
EVERYDAY_ABOVE = 5.3
# How much it counts to be like the best studies, and how many those are.
LIKE_BEST = 0.3
BEST = 2


def words_weight(mean_frequency: float) -> float:
    """How much word scores count for a query.

    Args:
        mean_frequency: of its words, on the Zipf scale.
    """
    share = (mean_frequency - RARE_BELOW) / (EVERYDAY_ABOVE - RARE_BELOW)
    return WORDS_RARE - (WORDS_RARE - WORDS_EVERYDAY) * min(1.0, max(0.0, share))


def fuse(
    words: NDArray[np.float64],
    passage: NDArray[np.float32],
    sentence: NDArray[np.float32],
    whole: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Add up the measures of each document; all arrays of shape (documents,).

    Nothing is stretched to a query's best and worst. Words that no study matches well stay
    small beside meaning, where a stretch would blow up chance matches: a need in other words.

    Args:
        words: BM25 as a share of the most that the query allows, times `words_weight`.
        passage: the best passage's cosine.
        sentence: the best sentence's cosine.
        whole: the cosine of the mean of the passages.
    """
    meaning = PASSAGE * passage + SENTENCE * sentence + WHOLE * whole
    fused: NDArray[np.float64] = words + meaning
    return fused


def centre(scores: NDArray[np.float64], whole: Vectors) -> Vectors:
    """Where the best documents lie: what answers a need is near what else answers it.

    Args:
        scores: theirs, fused; shape (best,).
        whole: their vectors, shape (best, dim).

    Returns:
        The mean weighed by scores, shape (dim,). Its cosine with a document is how like the best
        that is.
    """
    weights = np.maximum(scores, 0.0)
    mean: Vectors = (weights @ whole / max(float(weights.sum()), 1e-9)).astype(np.float32)
    return mean


def best(values: NDArray[np.floating], depth: int = DEPTH) -> NDArray[np.int64]:
    """The numbers of the highest values, in no order."""
    if len(values) <= depth:
        return np.arange(len(values))
    return np.argpartition(values, len(values) - depth)[len(values) - depth :]
