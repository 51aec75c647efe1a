"""Searches without HTTP: how long they take, and how long without the encoder."""

from collections.abc import Sequence

from kb.progress import Progress
from web.bench.child import a_child
from web.bench.figures import Latency, Spread, times_over
from web.bench.installation import Installation
from web.bench.plan import Plan
from web.bench.queries import KINDS, Queries

_WARM = 25


def measure_latency(
    installation: Installation, model: str, queries: Queries, plan: Plan, progress: Progress
) -> dict[str, Latency]:
    """The latency of each kind of query; kinds take turns, so that all see the same machine.

    Args:
        installation: its index is searched, by a process like a worker.
        model: the name of the export that this process and the bare encoder run.
        queries: where distinct queries come from.
        plan: how often, and how many of each kind.
        progress: told of runs.
    """
    search: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    rest: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    encoding: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    with (
        a_child(installation, model, searches=True) as searching,
        a_child(installation, model) as bare,
    ):
        for kind in KINDS:
            searching.search(queries.of_kind(kind, _WARM))
        for run in range(plan.runs):
            for kind in KINDS:
                searched = searching.search(queries.of_kind(kind, plan.queries))
                search[kind].append(searched.whole)
                rest[kind].append(searched.rest)
                encoding[kind].append(bare.encode(searched.texts))
            progress("Searching", run + 1, plan.runs)
    return {kind: _latency(search[kind], rest[kind], encoding[kind]) for kind in KINDS}


def _latency(
    search: Sequence[Sequence[float]],
    rest: Sequence[Sequence[float]],
    encoding: Sequence[Sequence[float]],
) -> Latency:
    bare, whole, less = Spread.of(encoding), Spread.of(search), Spread.of(rest)
    return Latency(
        encoding_ms=bare,
        search_ms=whole,
        rest_ms=less,
        search_x=times_over(whole, bare),
        rest_x=times_over(less, bare),
    )
