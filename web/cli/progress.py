"""Progress on a terminal: one bar for each stage of long work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

from kb.progress import Progress


@contextmanager
def bars() -> Iterator[Progress]:
    """A `Progress` that draws on standard error; it is silent where that is not a terminal."""
    bar: tqdm[NoReturn] | None = None
    current = ""

    def show(stage: str, done: int, total: int) -> None:
        nonlocal bar, current
        if bar is None or stage != current:
            if bar is not None:
                bar.close()
            bar = tqdm(total=total, desc=stage, disable=None, delay=0.3)
            current = stage
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
