"""From published studies to a snapshot's files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from indexer import documents
from indexer.embedding import Encoder
from indexer.facets import write_facets
from indexer.floor import floor_for
from indexer.records import write_records
from indexer.snapshot import GLOSSARY, VOCABULARY
from indexer.snapshots import FORMAT, Manifest, SnapshotStore
from indexer.textindex import TextWriter
from indexer.vectors import VectorCache
from kb.domain import Published
from kb.glossary import Glossary
from kb.progress import Progress
from kb.steering import Steering
from kb.vocabulary import Vocabularies


def build_snapshot(
    store: SnapshotStore,
    studies: Sequence[Published],
    vocabularies: Vocabularies,
    glossary: Glossary,
    steering: Steering,
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
        steering: synonyms, pins and the like; kept in the snapshot.
        encoder: embeds what the cache does not hold.
        cache: of vectors.
        content: fingerprint of studies and vocabularies.
        now: the time of building.
        progress: told of each batch of passages.

    Returns:
        The manifest, and how many passages had to be embedded.
    """
    rows, texts = [], []
    # Both of one study before the next, which is rendered once for the two.
    for published in studies:
        rows.append(documents.document_of(published))
        texts.append(documents.text_of(published, vocabularies))
    writer = TextWriter(
        texts,
        steering,
        encoder,
        cache,
        progress,
    )
    manifest = Manifest(
        format=FORMAT,
        model=encoder.name,
        dim=encoder.dim,
        documents=len(studies),
        passages=len(writer.passages),
        content=content,
        built_at=now.isoformat(),
        floor=floor_for(encoder.name),
        files={},
    )

    def write(folder: Path) -> None:
        progress("Writing the index", 0, 1)
        # So that labels change with the index, in every process at once.
        vocabularies.save(folder / VOCABULARY)
        glossary.save(folder / GLOSSARY)
        write_records(folder, "documents", (documents.dump(row) for row in rows))
        write_facets(folder, [row.meta for row in rows], vocabularies)
        writer.write(folder)
        progress("Writing the index", 1, 1)

    store.publish(manifest, write)
    return manifest, writer.embedded
