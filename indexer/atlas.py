"""Studies on the map of practice as they are now: drawn ones, newer ones, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.chart import FEWEST, HEIGHT, MOST, WIDTH, Chart, Spot
from indexer.documents import Document
from indexer.facets import Mask
from indexer.snapshot import Snapshot

# A study that came after the drawing lies in the middle of so many of its nearest.
_NEIGHBOURS = 3
# So far apart, in the picture's units, that each can be pointed at on a desktop.
APART = 28.0
_NEARLY = 0.05
_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class Placed:
    """A study and its place; None where there is no picture."""

    document: Document
    spot: Spot | None


def newest(snapshot: Snapshot, among: Mask) -> NDArray[np.int64]:
    """The numbers of the newest of some documents that a picture has room for, newest first."""
    numbers = np.flatnonzero(among)
    ordered: NDArray[np.int64] = numbers[np.argsort(snapshot.newest_first[numbers])][:MOST]
    return ordered


def place(snapshot: Snapshot, chart: Chart | None, visible: Mask) -> Iterator[Placed]:
    """Where the newest studies lie, newest first.

    What was drawn stays about where it was; what came since lies among its nearest.

    Args:
        snapshot: where the studies are.
        chart: their picture as it was drawn, if there is one.
        visible: which studies may be shown; shape (documents,).
    """
    numbers = newest(snapshot, visible).tolist()
    documents = [snapshot.document(number) for number in numbers]
    drawn = chart.spots if chart else {}
    known = [number for number, doc in zip(numbers, documents, strict=True) if doc.id in drawn]
    if len(documents) < FEWEST or not known:
        yield from (Placed(document, None) for document in documents)
        return
    spots = {number: drawn[snapshot.document(number).id] for number in known}
    for number in numbers:
        if number not in spots:
            spots[number] = _among_nearest(snapshot, number, known, spots)
    places = apart(np.array([(spots[number].x, spots[number].y) for number in numbers]))
    for number, document, (x, y) in zip(numbers, documents, places.tolist(), strict=True):
        yield Placed(document, Spot(round(x, 1), round(y, 1), spots[number].group))


def _among_nearest(
    snapshot: Snapshot, number: int, known: list[int], spots: dict[int, Spot]
) -> Spot:
    """The middle of a study's nearest among those drawn, and the group of the very nearest."""
    likeness = snapshot.text.likeness(number)[known]
    best = [spots[known[n]] for n in np.argsort(-likeness, kind="stable")[:_NEIGHBOURS].tolist()]
    x, y = np.mean([(spot.x, spot.y) for spot in best], axis=0).tolist()
    return Spot(x, y, best[0].group)


def apart(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places pushed off each other until none is hidden, within the picture; shape (places, 2)."""
    moved = np.clip(places, 0.0, (WIDTH, HEIGHT)).astype(np.float64)
    # Two in one place have no direction to go; by the golden angle, all go different ways.
    turns = np.arange(len(moved)) * 2.399963
    ways = np.column_stack((np.cos(turns), np.sin(turns)))
    for _ in range(_ROUNDS):
        across, down = (np.subtract.outer(part, part) for part in moved.T)
        one, other = np.nonzero(np.triu(across**2 + down**2 < (APART - _NEARLY) ** 2, 1))
        if not len(one):
            break
        between = moved[one] - moved[other]
        distances = np.hypot(*between.T)[:, None]
        directions = np.where(distances > _NEARLY, between / (distances + 1e-9), ways[one])
        pushes = 0.5 * (APART - distances) * directions
        np.add.at(moved, one, pushes)
        np.subtract.at(moved, other, pushes)
        np.clip(moved, 0.0, (WIDTH, HEIGHT), out=moved)
    return moved
