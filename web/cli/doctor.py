"""`kb doctor`: what is wrong with this installation."""

import json
import os
from dataclasses import asdict

import click

from kb.settings import Settings
from web.diagnosis import Verdict, examine

_COLOURS = {Verdict.OK: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def command(*, as_json: bool) -> None:
    """Look at versions, disk, model, content, database, index and keeper.

    Each line says what was found and, where something is wrong, what to do. The exit code is 1
    if anything is.

    \b
    Example:
      kb doctor --json
    """
    checks = []
    for check in examine(Settings.from_env(os.environ)):
        checks.append(check)
        if not as_json:
            verdict = click.style(f"{check.verdict:<6}", fg=_COLOURS[check.verdict])
            click.echo(f"{verdict}{check.name:<10}{check.found}")
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    if any(check.verdict is Verdict.WRONG for check in checks):
        raise SystemExit(1)
