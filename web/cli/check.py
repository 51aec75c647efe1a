"""`kb check`: what is wrong with case-study files."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from kb.content import ContentFolder
from kb.findings import Severity
from kb.settings import Settings
from kb.vocabulary import Vocabularies


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Check case-study files, all of them or those at PATHS, and change nothing.

    Prints `path:line: what is wrong and how to mend it`. The exit code is 1 if a file has a
    fault; warnings alone leave it 0.

    \b
    Example:
      kb check content/case-studies/small-steps-for-selective-mutism.md
    """
    content = Settings.from_env(os.environ).content
    folder = ContentFolder(content, Vocabularies.load(content / "vocabulary"))
    findings = folder.check(paths)
    if as_json:
        click.echo(
            json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)
        )
    else:
        for finding in findings:
            click.echo(str(finding))
        checked = len(paths) or len(folder.paths())
        faulty = {finding.path for finding in findings if finding.severity is Severity.FAULT}
        click.echo(f"{checked} checked, {len(faulty)} with faults.", err=True)
    if any(finding.severity is Severity.FAULT for finding in findings):
        raise SystemExit(1)
