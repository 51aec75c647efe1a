"""`kb check`: what is wrong with case-study files."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from kb.content import ContentFolder
from kb.findings import Finding, Severity
from kb.hints.files import hints_of_files
from kb.settings import Settings
from kb.vocabulary import Vocabularies


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--hints/--no-hints", default=True, help="Print hints, too.  [default: hints]")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(paths: tuple[Path, ...], *, hints: bool, as_json: bool) -> None:
    """Check case-study files, all of them or those at PATHS, and change nothing.

    Prints `path:line: what is wrong and how to mend it`: faults and warnings, then hints, which
    are to be decided on: what may point to a pupil, says too little or claims too much. A file
    with a fault gets its hints when that is mended. The exit code is 1 if a file has a fault;
    warnings and hints leave it 0.

    \b
    Example:
      kb check content/case-studies/small-steps-for-selective-mutism.md
    """
    content = Settings.from_env(os.environ).content
    folder = ContentFolder(content, Vocabularies.load(content / "vocabulary"))
    readings = folder.readings()
    findings = folder.check(paths, readings)
    if hints:
        wanted = folder.displayed(paths)
        among = [reading for reading in readings if not paths or reading.path in wanted]
        findings += hints_of_files(folder, readings, among)
    if as_json:
        click.echo(
            json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)
        )
    else:
        _print(findings, len(paths) or len(readings))
    if any(finding.severity is Severity.FAULT for finding in findings):
        raise SystemExit(1)


def _print(findings: Sequence[Finding], checked: int) -> None:
    for finding in findings:
        click.echo(str(finding))
    faulty = {finding.path for finding in findings if finding.severity is Severity.FAULT}
    hints = sum(finding.severity is Severity.HINT for finding in findings)
    told = f", {hints} hints" if hints else ""
    click.echo(f"{checked} checked, {len(faulty)} with faults{told}.", err=True)
