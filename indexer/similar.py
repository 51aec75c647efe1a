"""Schools like mine: how near each study's school is to the asker's, and in what."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.documents import Document
from indexer.facets import BY_NAME
from indexer.request import SchoolContext
from indexer.snapshot import Snapshot
from kb.vocabulary import Vocabularies

# A school is half as near at this difference, in percentage points: about one standard deviation
# of each measure between English schools.
_HALF_AT = {"fsm6_percent": 15.0, "sen_support_percent": 6.0, "eal_percent": 20.0}
_SHOWN = {
    "fsm6_percent": "free school meals",
    "sen_support_percent": "SEN support",
    "eal_percent": "English as an additional language",
}
# What is called similar is at least so near.
_NEAR = 0.6


def nearness(mine: SchoolContext, snapshot: Snapshot) -> NDArray[np.float64]:
    """How near each study's school is, 0 to 1; shape (documents,).

    The mean over what the asker said; what a study does not say counts as far.
    """
    parts = list(_parts(mine, snapshot, np.arange(len(snapshot))))
    if not parts:
        return np.zeros(len(snapshot))
    mean: NDArray[np.float64] = np.mean([near for _, near in parts], axis=0)
    return mean


def reasons(
    mine: SchoolContext, snapshot: Snapshot, number: int, vocabularies: Vocabularies
) -> tuple[str, ...]:
    """What is similar about a study's school, in words."""
    document = snapshot.document(number)
    return tuple(
        _in_words(name, mine, document, vocabularies)
        for name, [near] in _parts(mine, snapshot, np.array([number]))
        if near >= _NEAR
    )


def _parts(
    mine: SchoolContext, snapshot: Snapshot, numbers: NDArray[np.integer]
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """How near the schools of some documents are in each thing that the asker said."""
    for facet in ("phase", "region"):
        if (key := getattr(mine, facet)) is not None:
            matching = snapshot.facets.matching(BY_NAME[facet], [key])
            yield facet, matching[numbers].astype(np.float64)
    if mine.pupils is not None:
        pupils = snapshot.columns.measure("pupils")[numbers]
        nearer = np.minimum(pupils, mine.pupils) / np.maximum(np.maximum(pupils, mine.pupils), 1)
        yield "pupils", np.nan_to_num(nearer)
    for name, half in _HALF_AT.items():
        if (wanted := getattr(mine, name)) is not None:
            apart = np.abs(snapshot.columns.measure(name)[numbers] - wanted)
            yield name, np.nan_to_num(1 / (1 + apart / half))


def _in_words(
    name: str, mine: SchoolContext, document: Document, vocabularies: Vocabularies
) -> str:
    if name in ("phase", "region"):
        return vocabularies[name].label(getattr(mine, name))
    found = getattr(document.meta.school, name)
    return f"{found:,} pupils" if name == "pupils" else f"{_SHOWN[name]} {found:g}%"
