"""Studies that say nearly the same, and searches that a study would answer: what compares them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.domain import CaseStudyId
from kb.hints.draft import Draft


@dataclass(frozen=True, slots=True)
class LikePassages:
    """A passage of the draft, the nearest one of another study, and their cosine."""

    heading: str
    text: str
    other_heading: str
    other_text: str
    cosine: float


@dataclass(frozen=True, slots=True)
class LikeStudy:
    """A published study that says nearly what a draft says.

    Attributes:
        cosine: the mean of those of `passages`.
        passages: the nearest ones, nearest first.
    """

    id: CaseStudyId
    slug: str
    title: str
    cosine: float
    passages: tuple[LikePassages, ...]


class Likeness(Protocol):
    """Compares drafts by meaning; takes a second, so ask at submission, not at each key."""

    def alike(self, draft: Draft, own: CaseStudyId | None) -> Sequence[LikeStudy]:
        """Up to three published studies that say nearly the same, nearest first; never `own`."""

    def nearness(self, draft: Draft, texts: Sequence[str]) -> Sequence[float]:
        """The cosine of each text with the nearest passage of a draft, in the order of the texts;
        -1 where the draft has none."""
