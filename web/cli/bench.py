"""`kb bench`: how fast the library is, against its own encoder."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from kb.paths import prepare_home
from kb.settings import Settings
from web.bench.compare import changes, read_report, table
from web.bench.figures import Size
from web.bench.installation import workplace
from web.bench.plan import Plan
from web.bench.report import bulk_table, growth_table, introduction, size_table
from web.bench.run import Bench
from web.cli.progress import bars

MOST_DOCUMENTS = 1_000_000
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class _Sizes(click.ParamType[tuple[int, ...]]):
    """Numbers of case studies, parted by commas."""

    name = "N,N,…"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The numbers, smallest first."""
        parts = [part.strip() for part in str(value).split(",")]
        if not all(part.isdecimal() and 0 < int(part) <= MOST_DOCUMENTS for part in parts):
            self.fail(
                f"“{value}” must be numbers from 1 to {MOST_DOCUMENTS}, parted by commas.",
                param,
                ctx,
            )
        return tuple(sorted({int(part) for part in parts}))


@click.command("bench")
@click.option(
    "--documents", type=_Sizes(), default="1000", show_default=True, help="How many case studies."
)
@click.option("--runs", type=click.IntRange(1, 100), default=3, show_default=True)
@click.option(
    "--queries",
    type=click.IntRange(10, 10_000),
    default=200,
    show_default=True,
    help="Of each kind in a run.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--sample",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="How many passages the model reads; vectors like theirs stand in for the others.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of corpus and queries.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep corpora and indexes in this folder, and measure again what it holds.",
)
@click.option(
    "--compare",
    "compared",
    type=(_FILE, _FILE),
    metavar="BEFORE AFTER",
    help="Measure nothing: compare two files that --json printed.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0),
    default=0.2,
    show_default=True,
    help="With --compare: how much worse is still no slowdown.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(
    documents: tuple[int, ...],
    runs: int,
    queries: int,
    workers: int,
    sample: int,
    seed: int,
    *,
    keep: Path | None,
    compared: tuple[Path, Path] | None,
    tolerance: float,
    as_json: bool,
) -> None:
    """Measure a library of made-up case studies: build, memory, latency, load, edits.

    The studies are made of the sentences of the content folder, the same ones for the same seed.
    Everything is compared with a bare encoder on one thread, in the same run. The exit code of
    --compare is 1 if something got slower.

    \b
    Example:
      kb bench --documents 1000,10000 --json > after.json
      kb bench --compare before.json after.json
    """
    if compared is not None:
        _compare(*compared, tolerance, as_json=as_json)
        return
    settings = Settings.from_env(os.environ)
    prepare_home(settings.home)
    plan = Plan(documents, runs, queries, workers, sample, seed)
    with workplace(settings, keep, sum(documents)) as folder, bars() as progress:
        bench = Bench(settings, plan, folder, progress)
        taken, bulk = bench.sample()
        sizes: list[Size] = []
        for number in documents:
            sizes.append(bench.size(number, taken))
            if not as_json:
                # At once: a larger corpus takes long, and may not come to its end.
                click.echo(f"{size_table(sizes[-1], sample)}\n")
    report = bench.report(bulk, sizes)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=1, ensure_ascii=False))
        return
    click.echo(bulk_table(report.bulk))
    if report.growth:
        click.echo(growth_table(report.growth))
    click.echo(introduction(report))


def _compare(before: Path, after: Path, tolerance: float, *, as_json: bool) -> None:
    found = changes(read_report(before), read_report(after))
    slower = [change for change in found if change.worse_by > tolerance]
    if as_json:
        click.echo(json.dumps([asdict(change) for change in found], indent=1))
    else:
        click.echo(table(found, tolerance))
        click.echo(f"{len(slower)} of {len(found)} figures are worse by over {tolerance:.0%}.")
    if slower:
        raise SystemExit(1)
