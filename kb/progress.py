"""How long work says how far it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Told after each step of a stage; `total` is at least `done`."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note; must return quickly."""


def silent(stage: str, done: int, total: int) -> None:
    """A `Progress` that nobody listens to."""
