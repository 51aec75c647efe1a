"""`kb` as people run it: within this process, or as one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from tests.web.site import Site
from web.cli import main

ROOT = Path(__file__).resolve().parents[2]
KB = (sys.executable, "-m", "web.cli")


def kb(site: Site, *arguments: str, **env: str) -> Result:
    """Run a command on a site, in this process, with the encoder of words."""
    return CliRunner().invoke(main, arguments, env=site.env | env)


def refused(ran: Result) -> str:
    """What a refused command says: one line of ours on standard error, exit code 1."""
    assert isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == 1
    lines = ran.stderr.splitlines()
    assert len(lines) == 1, ran.stderr
    assert lines[0].startswith("kb: ")
    return lines[0]


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """This process's variables, but with no settings except the given ones."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KB_", "PYTEST"))}
    return {**kept, "PYTHONUNBUFFERED": "1", **env}


def run(env: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a process of its own."""
    return subprocess.run(
        [*KB, *arguments],
        env=environment(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def running(
    env: Mapping[str, str], log: Path, *arguments: str
) -> Iterator["subprocess.Popen[str]"]:
    """A command that runs beside the test, its output in `log`; ended if it still runs."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As in what a shell runs in the background; the command would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("w") as out:
        process = subprocess.Popen(
            [*KB, *arguments],
            env=environment(env),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
            process.wait()
