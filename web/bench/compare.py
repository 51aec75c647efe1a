"""Two runs side by side: what became slower."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import Invalid
from web.bench.figures import FORMAT

# A fall of one of these is for the worse; a rise of the others.
_HIGHER_IS_BETTER = "share"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of both runs; `worse_by` is 0.25 where it got a quarter worse."""

    name: str
    before: float
    after: float
    worse_by: float


def read_report(path: Path) -> Mapping[str, Any]:
    """What `--json` printed.

    Raises:
        Invalid: it is not such a file, or of another format.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        told = raw["format"], list(figures_of(raw))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{path} is not what kb bench --json prints.") from error
    if told[0] != FORMAT:
        raise Invalid(
            f"{path} has format {told[0]}; this version of the program reads {FORMAT}. "
            "Measure again."
        )
    found: Mapping[str, Any] = raw
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The figures that both have, in order.

    Raises:
        Invalid: they have no size of corpus in common.
    """
    old, new = (dict(figures_of(report)) for report in (before, after))
    shared = [name for name in old if name in new]
    if not any(name[0].isdecimal() for name in shared):
        raise Invalid("The two runs have no number of case studies in common.")
    return [
        Change(name, old[name], new[name], _worse_by(name, old[name], new[name])) for name in shared
    ]


def figures_of(report: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """What can be compared between machines by name: ratios, memory, sizes, failures."""
    if report["bulk"]:
        yield "bulk indexing, share of encoder", report["bulk"]["share_of_encoder"]
    for size in report["sizes"]:
        for name, value in _figures_of_size(size):
            if value is not None:
                yield f"{size['documents']:,}: {name}", float(value)


def _figures_of_size(size: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for kind, latency in size["latency"].items():
        yield f"{kind} search, x", latency["search_x"]
        yield f"{kind} search without encoding, x", latency["rest_x"]
    for way in ("api", "page"):
        yield f"{way} over HTTP, p50 x", size["one_client"][way]["p50_x"]
        yield f"{way} over HTTP, p99 x", size["one_client"][way]["p99_x"]
    for load in size["throughput"]:
        yield f"{load['clients']} clients, share of encoders", load["share_of_encoders"]
        yield f"{load['clients']} clients, errors", load["errors"]
    if size["memory"]:
        yield "first worker, MB", size["memory"]["first_mb"]
        yield "each further worker, MB", size["memory"]["further_mb"]
    yield "snapshot, MB", size["index"]["snapshot_mb"]
    yield "kb --help, x import flask", size["cold_start"]["help_x"]
    yield "kb search cold, x import flask", size["cold_start"]["search_x"]
    yield "edit to searchable, x", size["edit"]["seconds_x"]
    yield "requests failed during an edit", size["edit"]["failed"]
    yield "requests slow during an edit", size["edit"]["slow"]


def _worse_by(name: str, before: float, after: float) -> float:
    if before == after:
        return 0.0
    if _HIGHER_IS_BETTER in name:
        return before / after - 1 if after else float("inf")
    return after / before - 1 if before else float("inf")


def table(found: list[Change], tolerance: float) -> str:
    """One line each; what got worse beyond the tolerance is marked."""
    width = max(len(change.name) for change in found)
    lines = [f"{'':{width}}  {'before':>9}  {'after':>9}"]
    for change in found:
        mark = "  slower" if change.worse_by > tolerance else ""
        lines.append(f"{change.name:{width}}  {change.before:9.3f}  {change.after:9.3f}{mark}")
    return "\n".join(lines)
