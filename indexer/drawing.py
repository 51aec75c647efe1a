"""Drawing the map of practice, in a process of its own: no other loads scikit-learn.

Drawn are at most `chart.MOST` studies, which takes 0.1 s for 72 and 0.9 s for 500; 1,000 would
take 1.9 s and 10,000 49 s (2026-11-27, one thread), beside 1.7 s to begin.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.atlas import newest
from indexer.chart import FEWEST, HEIGHT, WIDTH, Chart, ChartFile, Spot
from indexer.embedding import Vectors
from indexer.naming import InShort, telling_names
from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore, read_manifest
from kb.errors import DrawingFailed, SnapshotDamaged, SnapshotMismatch, SnapshotMissing

_SEED = 20261127
# A group has so many studies at least, and so large a share of all, so that names find room.
_SMALLEST_GROUP = 4
_SMALLEST_SHARE = 1 / 18
# Other work of the machine goes first.
_NICE = 15
# The keeper waits so long at most: other jobs wait for it.
LONGEST_SECONDS = 60.0


def is_due(store: SnapshotStore, file: ChartFile, today: date) -> bool:
    """Whether there is something to draw that is not drawn, and nothing was drawn today."""
    try:
        live = read_manifest(store.current())
    except (SnapshotMissing, SnapshotDamaged, SnapshotMismatch):
        return False
    chart = file.read()
    if chart is None:
        return live.documents >= FEWEST
    return chart.content != live.content and chart.made_at.date() < today


def draw_beside(store: SnapshotStore, file: ChartFile) -> None:
    """Draw the live snapshot in another process, and wait for it.

    Raises:
        DrawingFailed: it could not be done, or took too long; the chart before it stays.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", __spec__.name, str(store.root), str(file.folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
            # From here, wherever the program was started.
            cwd=Path(__file__).resolve().parents[1],
            # One thread: the others are for those who search.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingFailed(
            f"The map of practice was not drawn in {LONGEST_SECONDS:.0f} seconds."
        ) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DrawingFailed(f"The map of practice could not be drawn: {reason}")


def draw(snapshot: Snapshot, now: datetime) -> Chart:
    """Lay out the newest studies so that those on the same thing lie together.

    At least `FEWEST` studies must be there. The same snapshot gives the same chart.
    """
    numbers = np.sort(newest(snapshot, snapshot.current))
    # The picture depends a little on their order, which must not depend on what came when.
    by_id = np.argsort([snapshot.columns.ids[number] for number in numbers])
    vectors, numbers = snapshot.text.wholes(numbers)[by_id], numbers[by_id]
    places = lay_out(vectors)
    groups = _groups(places)
    names = telling_names([_in_short(snapshot, number) for number in numbers.tolist()], groups)
    scaled = _fitted(places)
    spots = {
        snapshot.document(number).id: Spot(round(x, 1), round(y, 1), group)
        for number, (x, y), group in zip(numbers.tolist(), scaled.tolist(), groups, strict=True)
    }
    return Chart(snapshot.manifest.content, now, names, spots)


def lay_out(vectors: Vectors) -> NDArray[np.float64]:
    """Places in a plane for unit vectors, neighbours near each other; shape (vectors, 2).

    Source: van der Maaten and Hinton, "Visualizing Data using t-SNE", JMLR 2008.
    """
    from sklearn.manifold import TSNE

    # Of 7 to 18 for the shipped studies, 15 kept neighbours best (2026-11-27).
    perplexity = min(max(15.0, len(vectors) ** 0.5), (len(vectors) - 1) / 3)
    # Where all are the same, there is no direction to begin with.
    init = "pca" if np.ptp(vectors, axis=0).any() else "random"
    drawn = TSNE(
        init=init, metric="cosine", learning_rate="auto", perplexity=perplexity, random_state=_SEED
    )
    places: NDArray[np.float64] = drawn.fit_transform(vectors).astype(np.float64)
    return places


def _groups(places: NDArray[np.float64]) -> list[int | None]:
    """The group of each place, the largest first; None between the groups.

    Taken from the picture, because what is named there must lie together there: in all the
    dimensions of the vectors, HDBSCAN leaves 52 of the 72 shipped studies alone.
    """
    from sklearn.cluster import HDBSCAN

    smallest = max(_SMALLEST_GROUP, round(_SMALLEST_SHARE * len(places)))
    if len(places) < 2 * smallest:
        return [None] * len(places)
    labels = HDBSCAN(min_cluster_size=smallest, min_samples=2, copy=True).fit_predict(places)
    by_size = sorted(set(labels[labels >= 0].tolist()), key=lambda k: (-np.sum(labels == k), k))
    order = {label: place for place, label in enumerate(by_size)}
    return [order.get(label) for label in labels.tolist()]


def _fitted(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places in the picture's units: the long way lies across, and all of it is filled."""
    middle = places - places.mean(axis=0)
    turned = middle @ np.linalg.svd(middle, full_matrices=False)[2].T
    low, high = turned.min(axis=0), turned.max(axis=0)
    fitted: NDArray[np.float64] = (turned - low) / np.maximum(high - low, 1e-9) * (WIDTH, HEIGHT)
    return fitted


def _in_short(snapshot: Snapshot, number: int) -> InShort:
    meta = snapshot.document(number).meta
    themes = tuple(snapshot.vocabularies["theme"].label(key) for key in meta.themes)
    return InShort("\n".join((meta.title, meta.summary)), themes)


def main(arguments: Sequence[str]) -> None:
    """Draw the live snapshot of an index folder into a map folder."""
    os.nice(_NICE)
    index, folder = map(Path, arguments)
    snapshot = Snapshot(SnapshotStore(index).current())
    if snapshot.manifest.documents >= FEWEST:
        ChartFile(folder).write(draw(snapshot, datetime.now(UTC)))


if __name__ == "__main__":
    main(sys.argv[1:])
