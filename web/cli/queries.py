"""`kb queries`: what was searched for, for admins."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime

import click

from kb import querylog
from web.services import open_services


@click.command("queries")
@click.option("--unanswered", is_flag=True, help="Only those that found nothing, or next to it.")
@click.option("--json", "as_json", is_flag=True, help="Print the queries as JSON.")
def command(*, unanswered: bool, as_json: bool) -> None:
    """List what was searched for in the last 30 days, asked on most days first.

    For admins: teachers type pupils' names. Nothing says who asked, or when in the day.

    \b
    Example:
      kb queries --unanswered
    """
    with open_services(os.environ).database.read() as session:
        found = querylog.for_admins(session, datetime.now(UTC).date())
    found = [asked for asked in found if asked.found_little or not unanswered]
    if as_json:
        click.echo(json.dumps([asdict(asked) for asked in found], indent=2))
    elif not found:
        click.echo("Nothing was searched for.", err=True)
    else:
        click.echo(" days  times  found  query")
        for asked in found:
            click.echo(
                f"{asked.days:>5}  {asked.times:>5}  {asked.total:>5}  {_visible(asked.query)}"
            )


def _visible(query: str) -> str:
    """A query without what would steer the terminal that it is shown in: anybody may type it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in query)
