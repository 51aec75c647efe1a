"""The map of practice as it is kept: where each study lies in a picture, and what is near what.

A file of its own, made at most once a day: a snapshot changes with every edit, and a picture that
moved with it could not be learnt.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from kb.domain import CaseStudyId

# A picture's units: as wide and high as this.
WIDTH, HEIGHT = 1000.0, 640.0
# Fewer studies have no neighbourhoods.
FEWEST = 5
# More cannot be told apart in one picture: the newest are shown.
MOST = 500
_NAME = "chart.json"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the picture; `group` is a number of `Chart.names`, None between the groups."""

    x: float
    y: float
    group: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Places by study, and what the groups are called.

    Attributes:
        content: the fingerprint of what it was drawn from, as a snapshot's manifest says it.
    """

    content: str
    made_at: datetime
    names: tuple[str, ...]
    spots: dict[CaseStudyId, Spot]


class ChartFile:
    """The folder of the one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: tuple[tuple[int, int], Chart | None] | None = None

    def read(self) -> Chart | None:
        """The chart; None if there is none yet, or none that can be read."""
        try:
            status = (self.folder / _NAME).stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            held = self._held
            if held is None or held[0] != stamp:
                held = self._held = (stamp, _decode((self.folder / _NAME).read_bytes()))
        except OSError:
            return None
        return held[1]

    def write(self, chart: Chart) -> None:
        """Put a chart in the place of the one before, in one step."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Of this process alone: a drawing that was given up may still be running.
        new = self.folder / f"{_NAME}.{os.getpid()}"
        try:
            with new.open("wb") as file:
                file.write(msgspec.json.encode(chart))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.folder / _NAME)
        finally:
            new.unlink(missing_ok=True)


def _decode(raw: bytes) -> Chart | None:
    try:
        chart = msgspec.json.decode(raw, type=Chart)
    except ValueError:
        return None
    groups = {spot.group for spot in chart.spots.values()} - {None}
    return chart if groups <= set(range(len(chart.names))) else None
