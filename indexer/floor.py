"""The floor: what is too far from a query to be shown. It reads raw values; fusion only orders."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import PACKAGED_NAME
from indexer.facets import Mask
from indexer.textindex import Matches


@dataclass(frozen=True, slots=True)
class Floor:
    """What a query must reach to find anything, and what a study must reach to be found.

    The evidence for a study is the cosine of its best passage and `words` times its word score.
    A query is on topic if its best study has evidence enough: `least`, and more the nearer the
    query comes to an everyday topic that the library does not answer,
    `base + slope * elsewhere`. Then every study is found that has `ratio` of the best one's
    evidence, or holds `share` of the query's term weight.
    """

    words: float
    least: float
    base: float
    slope: float
    ratio: float
    share: float

    def hits(self, matches: Matches) -> Mask:
        """Studies that are found; shape (documents,)."""
        evidence = self.evidence(matches)
        best = evidence.max(initial=0.0)
        if best < max(self.least, self.base + self.slope * matches.elsewhere):
            return np.zeros(len(evidence), dtype=np.bool_)
        near = (evidence >= self.ratio * best) & matches.looked_at
        enough = near | self.by_words(matches)
        found: Mask = enough & matches.allowed
        return found

    def may_miss(self, matches: Matches) -> bool:
        """Whether studies that were not looked at would be found, if they had been."""
        return matches.reach >= self.ratio * float(self.evidence(matches).max(initial=0.0))

    def evidence(self, matches: Matches) -> NDArray[np.float64]:
        """What speaks for each study; shape (documents,)."""
        total: NDArray[np.float64] = matches.passage + self.words * matches.words.scores
        return total

    def by_words(self, matches: Matches) -> Mask:
        """Studies that hold enough of the query to be found by that alone."""
        return matches.words.shares >= self.share

    def by_meaning(self, matches: Matches) -> Mask:
        """Studies whose best passage would be enough without any word."""
        best = self.evidence(matches).max(initial=0.0)
        near: Mask = matches.passage >= max(self.ratio * best, self.least)
        return near


# By grid, on tests/golden (2026-11-23): the highest share of the off-topic queries for calibration
# rejected, 61 of 65, that loses no more than 4 of 215 queries all their best studies. Of the
# off-topic queries held out 63 of 65 are rejected. Without `elsewhere`, no floor on cosine and
# words rejects 95 % and loses less than half.
_CALIBRATED = {
    PACKAGED_NAME: Floor(words=0.65, least=0.2, base=-0.441, slope=2.0, ratio=0.4, share=0.6)
}
# For a model that nobody has calibrated: cautious, and blind to what is off topic.
_UNCALIBRATED = Floor(words=0.65, least=0.33, base=0.0, slope=0.0, ratio=0.4, share=0.6)


def floor_for(model: str) -> Floor:
    """The floor calibrated for a model, by its name; a cautious one for any other."""
    return _CALIBRATED.get(model, _UNCALIBRATED)
