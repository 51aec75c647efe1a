"""From published studies to a snapshot's files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import documents
from indexer.dense import write_dense
from indexer.embedding import Encoder, Vectors
from indexer.facets import write_facets
from indexer.keyword import write_words
from indexer.passages import Passage, cut
from indexer.records import write_records
from indexer.snapshot import GLOSSARY, VOCABULARY
from indexer.snapshots import FORMAT, Floor, Manifest, SnapshotStore
from indexer.vectors import VectorCache
from kb.glossary import Glossary
from kb.library import Published
from kb.progress import Progress
from kb.vocabulary import Vocabularies

# Provisional, for the packaged model. On the judged queries of tests/golden without synonyms: of
# the off-topic ones for calibration 74 % find nothing; 30 % of the others lose every best study
# (.30 would reject 71 % and lose 26 %; 2026-11-23).
FLOOR = Floor(cosine=0.33, share=0.60)


def build_snapshot(
    store: SnapshotStore,
    studies: Sequence[Published],
    vocabularies: Vocabularies,
    glossary: Glossary,
    encoder: Encoder,
    cache: VectorCache,
    *,
    content: str,
    now: datetime,
    progress: Progress,
) -> tuple[Manifest, int]:
    """Build and publish a snapshot; call it inside `store.writing()`.

    Args:
        store: where it goes.
        studies: the published studies; document numbers are their positions.
        vocabularies: for labels and for regions that roll up; kept in the snapshot.
        glossary: kept in the snapshot.
        encoder: embeds what the cache does not hold.
        cache: of vectors.
        content: fingerprint of studies and vocabularies.
        now: the time of building.
        progress: told of each batch of passages.

    Returns:
        The manifest, and how many passages had to be embedded.
    """
    passages = [cut(published.study) for published in studies]
    flat = [passage for of_study in passages for passage in of_study]
    vectors, embedded = cache.encode(encoder, [p.embedded for p in flat], progress)
    manifest = Manifest(
        format=FORMAT,
        model=encoder.name,
        dim=vectors.shape[1],
        documents=len(studies),
        passages=len(flat),
        content=content,
        built_at=now.isoformat(),
        floor=FLOOR,
        files={},
    )

    def write(folder: Path) -> None:
        progress("Writing the index", 0, 1)
        # So that labels change with the index, in every process at once.
        vocabularies.save(folder / VOCABULARY)
        glossary.save(folder / GLOSSARY)
        _write(folder, studies, passages, vectors, vocabularies)
        progress("Writing the index", 1, 1)

    store.publish(manifest, write)
    return manifest, embedded


def _write(
    folder: Path,
    studies: Sequence[Published],
    passages: Sequence[Sequence[Passage]],
    vectors: Vectors,
    vocabularies: Vocabularies,
) -> None:
    rows = [documents.document_of(published) for published in studies]
    write_records(folder, "documents", (documents.dump(row) for row in rows))
    write_records(folder, "passages", ((p.heading, p.text) for ps in passages for p in ps))
    starts = np.cumsum([0, *(len(ps) for ps in passages)], dtype=np.int64)
    np.save(folder / "passage_starts.npy", starts)
    np.save(folder / "study_vectors.npy", _study_vectors(vectors, starts))
    write_facets(folder, [row.meta for row in rows], vocabularies)
    write_words(folder, (documents.words_of(published, vocabularies) for published in studies))
    write_dense(folder, vectors)


def _study_vectors(vectors: Vectors, starts: NDArray[np.int64]) -> Vectors:
    """The mean of each study's passages, of unit length: what a study is about as a whole."""
    if len(starts) == 1:
        return vectors
    means = np.add.reduceat(vectors, starts[:-1], axis=0)
    unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit
