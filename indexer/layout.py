"""Vectors laid out in a plane, and the groups that lie together there; loads scikit-learn."""

import numpy as np
from numpy.typing import NDArray

from indexer.chart import HEIGHT, WIDTH
from indexer.embedding import Vectors

_SEED = 20261127
# Neighbourhoods to try, in studies. Which one keeps neighbours best depends on the library, and on
# the last digits: of 8 to 23, each was once the best and once the worst (2026-11-27, 72 studies).
_PERPLEXITIES = (8.0, 15.0, 23.0)
_NEIGHBOURS = 5
# A group has so many studies at least, and so large a share of all, so that names find room; one
# with more than a third of all would say little.
_SMALLEST_GROUP = 4
_SMALLEST_SHARE = 1 / 18
_LARGEST_SHARE = 1 / 3


def lay_out(vectors: Vectors) -> NDArray[np.float64]:
    """Places in a plane for unit vectors, neighbours near each other; shape (vectors, 2).

    Of several layouts, the one that keeps the nearest neighbours best. On one thread, because
    threads add in any order, and t-SNE makes another picture of another last digit.

    Source: van der Maaten and Hinton, "Visualizing Data using t-SNE", JMLR 2008.
    """
    from sklearn.manifold import trustworthiness
    from threadpoolctl import threadpool_limits

    neighbours = min(_NEIGHBOURS, (len(vectors) - 1) // 2)
    with threadpool_limits(1):
        tried = [
            _tsne(vectors, perplexity)
            for perplexity in sorted({min(p, (len(vectors) - 1) / 3) for p in _PERPLEXITIES})
        ]
        return max(
            tried,
            key=lambda places: float(
                trustworthiness(vectors, places, n_neighbors=neighbours, metric="cosine")
            ),
        )


def _tsne(vectors: Vectors, perplexity: float) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    # Where all are the same, there is no direction to begin with.
    init = "pca" if np.ptp(vectors, axis=0).any() else "random"
    drawn = TSNE(init=init, metric="cosine", perplexity=perplexity, random_state=_SEED)
    places: NDArray[np.float64] = drawn.fit_transform(vectors).astype(np.float64)
    return places


def groups_of(places: NDArray[np.float64]) -> list[int | None]:
    """The group of each place, the largest first; None between the groups.

    Taken from the picture, because what is named there must lie together there: in all the
    dimensions of the vectors, HDBSCAN leaves 52 of the 72 shipped studies alone.
    """
    from sklearn.cluster import HDBSCAN

    count = len(places)
    smallest = max(_SMALLEST_GROUP, round(_SMALLEST_SHARE * count))
    if count < 2 * smallest:
        return [None] * count
    largest = max(smallest, round(_LARGEST_SHARE * count))
    labels = HDBSCAN(
        min_cluster_size=smallest, max_cluster_size=largest, min_samples=2, copy=True
    ).fit_predict(places)
    by_size = sorted(set(labels[labels >= 0].tolist()), key=lambda k: (-np.sum(labels == k), k))
    order = {label: place for place, label in enumerate(by_size)}
    return [order.get(label) for label in labels.tolist()]


def fit(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places in the picture's units: the long way lies across, and all of it is filled."""
    middle = places - places.mean(axis=0)
    turned = middle @ np.linalg.svd(middle, full_matrices=False)[2].T
    low, high = turned.min(axis=0), turned.max(axis=0)
    fitted: NDArray[np.float64] = (turned - low) / np.maximum(high - low, 1e-9) * (WIDTH, HEIGHT)
    return fitted
