"""Commands in fresh processes, against what any Flask program costs to start."""

import subprocess
import sys
import time
from collections.abc import Sequence

from kb.errors import MeasurementFailed
from kb.progress import Progress
from web.bench.figures import ColdStart, middle
from web.bench.installation import Installation
from web.bench.plan import Plan
from web.bench.queries import SHORT, Queries

_KB = ("-m", "web.cli")


def measure_cold_start(
    installation: Installation, queries: Queries, plan: Plan, progress: Progress
) -> ColdStart:
    """Medians over the runs; the commands take turns."""
    flask: list[float] = []
    helped: list[float] = []
    searched: list[float] = []
    # The first turn, which reads everything from the disk, is not counted.
    for turn, query in enumerate(queries.of_kind(SHORT, plan.runs + 1)):
        flask.append(_seconds(installation, ("-c", "import flask")))
        helped.append(_seconds(installation, (*_KB, "--help")))
        searched.append(_seconds(installation, (*_KB, "search", query.text)))
        progress("Starting cold", turn + 1, plan.runs + 1)
    base = middle(flask[1:], 6)
    return ColdStart(
        flask_ms=round(1000 * base, 2),
        help_ms=round(1000 * middle(helped[1:], 6), 2),
        search_ms=round(1000 * middle(searched[1:], 6), 2),
        help_x=round(middle(helped[1:], 6) / base, 3),
        search_x=round(middle(searched[1:], 6) / base, 3),
    )


def _seconds(installation: Installation, arguments: Sequence[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        env=installation.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise MeasurementFailed(f"{' '.join(arguments)} failed: {told}")
    return seconds
