"""Studies related to a study: by meaning, and by the needs they share."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.documents import Document
from indexer.facets import BY_NAME, Mask
from indexer.snapshot import Snapshot

# How much sharing every need adds to a cosine between two studies, which lie about .3 apart.
_SHARED_NEEDS = 0.15
_NEEDS = ("need", "condition", "disadvantage", "group")


def related(snapshot: Snapshot, number: int, visible: Mask, limit: int) -> Iterator[Document]:
    """The nearest others, nearest first; never two from one school, never itself.

    Args:
        snapshot: where all studies are.
        number: the study to find relations of.
        visible: which studies may be shown; shape (documents,).
        limit: how many at most.
    """
    nearness = snapshot.text.likeness(number) + _SHARED_NEEDS * _shared_needs(snapshot, number)
    schools = {snapshot.document(number).school_name}
    found = 0
    for other in np.argsort(-np.where(visible, nearness, -np.inf), kind="stable"):
        if found == limit or not visible[other]:
            return
        document = snapshot.document(int(other))
        name = document.school_name
        if other != number and (name is None or name not in schools):
            yield document
            schools.add(name)
            found += 1


def _shared_needs(snapshot: Snapshot, number: int) -> NDArray[np.float64]:
    """The share of the needs of either that both have, 0 to 1; shape (documents,)."""
    meta = snapshot.document(number).meta
    both = np.zeros(len(snapshot))
    either = np.zeros(len(snapshot))
    for facet in map(BY_NAME.__getitem__, _NEEDS):
        mine = list(facet.keys(meta))
        both += sum(snapshot.facets.matching(facet, [key]) for key in mine)
        either += snapshot.facets.how_many(facet) + len(mine)
    return both / np.maximum(either - both, 1)
