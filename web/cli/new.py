"""`kb new`: a valid draft to begin with."""

import os

import click

from kb.drafts import write_draft
from kb.settings import Settings


@click.command("new")
@click.argument("title")
@click.option("--slug", help="The address, if not the one that the title suggests.")
def command(title: str, slug: str | None) -> None:
    """Begin a case study called TITLE: a draft with a fresh id and the headings in place.

    \b
    Example:
      kb new "A quiet start to the day for anxious pupils"
    """
    path = write_draft(Settings.from_env(os.environ).content, title, slug)
    click.echo(path)
    click.echo("Fill it in, see kb check, and set status: published when it is approved.", err=True)
