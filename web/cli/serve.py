"""`kb serve`: the site and its keeper."""

import os

import click

from kb.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing
from web.cli.progress import bars
from web.cli.report import print_update
from web.logs import log_to_stderr
from web.services import Services, open_services
from web.supervisor import listen, quiet_environment, supervise


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def command(host: str, port: int, workers: int) -> None:
    """Serve the site; build the index first if there is none that can be served.

    The keeper runs beside it and takes up later changes of files by itself.

    \b
    Example:
      kb serve --port 8080
    """
    log_to_stderr("serve")
    listener = listen(host, port)
    services = open_services(os.environ)
    _ensure_index(services)
    services.database.close()
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"{services.settings.site_name}: http://{shown}:{port}  (stop with Ctrl-C)")
    status = supervise(listener, workers, services.settings.home, quiet_environment())
    raise SystemExit(status)


def _ensure_index(services: Services) -> None:
    try:
        if services.searcher.manifest().model == services.encoder.name:
            return
    except SnapshotMissing:
        click.echo("Building the index; this happens once.")
    except (SnapshotMismatch, SnapshotDamaged) as reason:
        click.echo(f"Building the index again. {reason}")
    with bars() as progress:
        print_update(services.updater.update(progress=progress))
