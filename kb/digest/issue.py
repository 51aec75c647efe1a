"""An issue of the digest as a value: what it brings to one reader, and why."""

from dataclasses import dataclass
from enum import StrEnum

from kb.digest.shelf import Study


class Kind(StrEnum):
    """Why a study has its place in an issue."""

    FITS = "fits"
    OUTSIDE = "outside"
    AGAIN = "again"

    @property
    def label(self) -> str:
        """What people read above it; nothing above what they asked for."""
        return _LABELS[self]


_LABELS = {
    Kind.FITS: "",
    Kind.OUTSIDE: "Outside your usual interests",
    Kind.AGAIN: "Worth another look",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """What of a study matters to a reader; highlights are [start, end) in code points.

    `heading` is the section that it stands in; None where it is the study's summary.
    """

    text: str
    heading: str | None = None
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A study chosen for a reader; `why` is one plain sentence to them."""

    study: Study
    kind: Kind
    passage: Passage
    why: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What is new, best first, an outsider last; and one from earlier."""

    news: tuple[Choice, ...]
    another_look: Choice | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All of them, in the order of reading."""
        return (*self.news, self.another_look) if self.another_look else self.news
