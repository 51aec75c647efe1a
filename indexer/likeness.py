"""Near-duplicates: published studies that say nearly what a draft says, passage by passage."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import PACKAGED_NAME, Encoder, Vectors
from indexer.facets import Mask
from indexer.passages import Passage, cut_text
from indexer.snapshot import Snapshot
from kb.domain import OPTIONAL_HEADINGS
from kb.hints.draft import Draft
from kb.hints.likeness import LikePassages, LikeStudy
from kb.markdown import MarkdownTooDeep

MOST = 3
# How many passages must be near, and are shown. One alone is soon alike: two schools by the sea.
_PASSAGES = 3
# To embed one takes 30 ms; the longest shipped study has 7.
_MOST_PASSAGES = 40
# The mean cosine of those three. Between any two of the 72 shipped studies it is at most .707; of
# each with itself in other words (32 everyday words exchanged, another title) at least .734; of
# two that were retold sentence by sentence .859 (2026-11-28).
_CALIBRATED = {PACKAGED_NAME: 0.72}
# For a model that nobody has calibrated: all but copies pass.
_UNCALIBRATED = 0.9


def passages_of(draft: Draft) -> list[Passage]:
    """The passages of a draft's text; resources and contact are alike without being copied."""
    try:
        passages = cut_text(draft.title, draft.body_md)
    except MarkdownTooDeep:
        # A fault says so already.
        return []
    wanted = [passage for passage in passages if passage.heading not in OPTIONAL_HEADINGS]
    return wanted[:_MOST_PASSAGES]


def alike(snapshot: Snapshot, encoder: Encoder, draft: Draft, among: Mask) -> list[LikeStudy]:
    """Up to `MOST` studies like a draft, nearest first; none for a draft of fewer passages than
    must be near.

    Args:
        snapshot: where the studies are.
        encoder: of the model that the snapshot was built with.
        draft: what an author has written.
        among: which studies to compare with; shape (documents,).
    """
    mine = passages_of(draft)
    if len(mine) < _PASSAGES or not among.any():
        return []
    vectors = encoder.encode([passage.embedded for passage in mine])
    numbers = np.flatnonzero(among)
    nearest = _nearest(snapshot, vectors, numbers)
    means = np.sort(nearest, axis=0)[-_PASSAGES:].mean(axis=0)
    least = _CALIBRATED.get(encoder.name, _UNCALIBRATED)
    order = np.argsort(-means, kind="stable")[:MOST]
    return [
        _like_study(
            snapshot,
            int(numbers[n]),
            float(means[n]),
            _pairs(snapshot, int(numbers[n]), mine, vectors),
        )
        for n in order.tolist()
        if means[n] >= least
    ]


def nearness(encoder: Encoder, draft: Draft, texts: Sequence[str]) -> list[float]:
    """The cosine of each text with the nearest passage of a draft; -1 if it has none."""
    mine = [passage.embedded for passage in passages_of(draft)]
    if draft.summary:
        mine.append(f"{draft.title}. {draft.summary}")
    if not mine or not texts:
        return [-1.0] * len(texts)
    cosines = encoder.encode(list(texts)) @ encoder.encode(mine).T
    return [float(cosine) for cosine in cosines.max(axis=1)]


def _nearest(
    snapshot: Snapshot, vectors: Vectors, numbers: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The cosine of each vector with the nearest passage of each study of `numbers`; shape
    (vectors, numbers)."""
    passages, starts = snapshot.text.passages_of(numbers)
    return np.stack(
        [
            np.maximum.reduceat(snapshot.text.passage_cosines(vector, passages), starts)
            for vector in vectors
        ]
    )


def _pairs(
    snapshot: Snapshot, number: int, mine: Sequence[Passage], vectors: Vectors
) -> Iterator[LikePassages]:
    """The passages of a draft that are nearest to one of a study's, each with that one."""
    theirs = snapshot.text.passages(number)
    places, _ = snapshot.text.passages_of(np.array([number]))
    cosines = np.stack([snapshot.text.passage_cosines(vector, places) for vector in vectors])
    best = cosines.max(axis=1)
    for n in np.argsort(-best, kind="stable")[:_PASSAGES].tolist():
        other = theirs[int(cosines[n].argmax())]
        yield LikePassages(
            mine[n].heading, mine[n].text, other.heading, other.text, round(float(best[n]), 3)
        )


def _like_study(
    snapshot: Snapshot, number: int, cosine: float, pairs: Iterator[LikePassages]
) -> LikeStudy:
    document = snapshot.document(number)
    title = document.meta.title
    return LikeStudy(document.id, document.slug, title, round(cosine, 3), tuple(pairs))
