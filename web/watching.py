"""Notices that content was saved: the file system tells of it, and looking makes sure."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import watch

from kb.content import STUDIES, is_content, stamp_of, stamps

# How long the file system must be still for a save to be whole, and how long a `git pull` may
# keep it busy before what is there is taken up.
STILL_SECONDS = 0.05
BUSY_SECONDS = 2.0
# How soon the caller may look at something else, such as jobs and the day.
TURN_SECONDS = 0.5
# Some file systems tell nothing, network drives above all; a look costs one stat() a file.
LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Saved:
    """Something was saved; `texts` are the files, where all are known to be case studies."""

    texts: frozenset[Path] = frozenset()


def saves(content: Path, stop: threading.Event) -> Iterator[Saved | None]:
    """Come round every `TURN_SECONDS` or sooner, until `stop` is set.

    Many files saved at once are one save. What is saved before the first turn, or while the
    caller is at work, is told of in the next.

    Yields:
        What was saved, made, renamed or removed of the files that change what is found, if any was.
    """
    seen = stamps(content)
    looked = float("-inf")
    for paths in _turns(content, stop):
        if not paths and time.monotonic() - looked < LOOK_SECONDS:
            yield None
            continue
        if paths and all(is_content(path) for path in paths):
            # Told of by name; to look at all others takes 75 ms at 10,000 studies.
            seen |= {os.path.relpath(path, content): stamp_of(Path(path)) for path in paths}
            yield Saved(_texts(content, paths))
            continue
        before, seen = seen, stamps(content)
        looked = time.monotonic()
        # A file made and removed while the caller read the folder leaves the stamps as they were.
        yield Saved() if seen != before or any(map(is_content, paths)) else None


def _texts(content: Path, paths: Sequence[str]) -> frozenset[Path]:
    """The files of some paths, if all are case studies."""
    names = [Path(os.path.relpath(path, content)) for path in paths]
    alone = all(name.parent == Path(STUDIES) and name.suffix == ".md" for name in names)
    return frozenset(content / name for name in names) if alone else frozenset()


def _turns(content: Path, stop: threading.Event) -> Iterator[list[str]]:
    """The files and folders that the file system told of, at least every `TURN_SECONDS`."""
    while not stop.is_set():
        try:
            for changes in watch(
                content,
                watch_filter=None,
                step=round(STILL_SECONDS * 1000),
                debounce=round(BUSY_SECONDS * 1000),
                rust_timeout=round(TURN_SECONDS * 1000),
                yield_on_timeout=True,
                stop_event=stop,
            ):
                yield [path for _, path in changes]
        except OSError:
            # No folder, or no more of them may be watched on this machine.
            stop.wait(TURN_SECONDS)
            yield []
