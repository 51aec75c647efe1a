"""Drawing the map of practice, in a process of its own: no other loads scikit-learn.

To begin takes 1.3 s of processor time, to draw 72 studies 0.3 s and 500, which are most, 2.5 s; to
draw 1,000 would take 5.5 s, and 10,000 some minutes (2026-11-27).
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from indexer.atlas import newest
from indexer.chart import FEWEST, Chart, ChartFile, Spot
from indexer.layout import fit, groups_of, lay_out
from indexer.naming import InShort, telling_names
from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore, read_manifest
from kb.errors import DrawingFailed, SnapshotDamaged, SnapshotMismatch, SnapshotMissing

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
    groups = groups_of(places)
    names = telling_names([_in_short(snapshot, number) for number in numbers.tolist()], groups)
    scaled = fit(places)
    spots = {
        snapshot.document(number).id: Spot(round(x, 1), round(y, 1), group)
        for number, (x, y), group in zip(numbers.tolist(), scaled.tolist(), groups, strict=True)
    }
    return Chart(snapshot.manifest.content, now, names, spots)


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
