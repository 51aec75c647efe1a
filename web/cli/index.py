"""`kb index`: files to catalogue to a new snapshot."""

import os
import threading

import click

from indexer.update import Updater, UpdateReport
from kb.errors import KbError
from web.cli.progress import bars
from web.cli.report import print_update
from web.services import Services, open_services
from web.watching import saves


@click.command("index")
@click.option(
    "--rebuild", is_flag=True, help="Make everything from the files again, changed or not."
)
@click.option("--watch", "watching", is_flag=True, help="Then stay, and do it again at every save.")
@click.option("--rollback", is_flag=True, help="Go back to the index before the live one.")
def command(*, rebuild: bool, watching: bool, rollback: bool) -> None:
    """Bring catalogue and index into line with the case-study files.

    A file with a fault stops only itself: it is named with its line, its last good version
    stays live, and the exit code is 1.

    \b
    Example:
      kb index --watch
    """
    if rollback and (rebuild or watching):
        raise click.UsageError("--rollback goes alone.")
    services = open_services(os.environ)
    if rollback:
        folder = services.updater.rollback()
        click.echo(
            f"The index of {folder.name} is live again. To build the newest: kb index --rebuild"
        )
        return
    report = _update(services.updater, rebuild=rebuild)
    if watching:
        _watch(services)
    elif report.sync.faults:
        raise SystemExit(1)


def _update(updater: Updater, *, rebuild: bool = False) -> UpdateReport:
    with bars() as progress:
        report = updater.update(
            rebuild=rebuild,
            progress=progress,
            on_wait=lambda: click.echo(
                "Another index build is under way; waiting for it …", err=True
            ),
        )
    print_update(report)
    return report


def _watch(services: Services) -> None:
    content = services.settings.content
    click.echo(f"Watching {content}. Stop with Ctrl-C.")
    for saved in saves(content, threading.Event()):
        if saved is None:
            continue
        try:
            _update(services.updater)
        except KbError as error:
            # Half a checkout, or a folder on its way: the next save tries again.
            click.echo(f"kb: {error}", err=True)
