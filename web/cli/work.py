"""`kb work`: be the keeper."""

import os
import signal
import threading

import click

from web.garbage import collect_rarely
from web.keeper import Keeper
from web.logs import log_to_stderr
from web.services import open_services


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due, then stop; for cron.")
@click.option("--while-stdin", is_flag=True, hidden=True, help="Stop when standard input ends.")
def command(*, once: bool, while_stdin: bool) -> None:
    """Do the jobs that pages leave: index, send mail, draw the map, forget old queries.

    One keeper works for each installation; another waits. `kb serve` runs one by itself.

    \b
    Example:
      kb work --once
    """
    log_to_stderr("keeper")
    collect_rarely()
    keeper = Keeper(open_services(os.environ))
    if once:
        if not keeper.work_once():
            click.echo("Another keeper is at work; nothing to do.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if while_stdin:
        # The supervisor holds the other end: if it is killed, this one does not stay behind.
        threading.Thread(target=_stop_at_end_of_stdin, args=(stop,), daemon=True).start()
    keeper.work(stop)


def _stop_at_end_of_stdin(stop: threading.Event) -> None:
    # Not sys.stdin: a thread that waits in its lock makes Python abort at exit.
    while os.read(0, 1):
        pass
    stop.set()
