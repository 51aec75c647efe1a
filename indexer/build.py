"""From published studies to a snapshot's files: all of them anew, or a few beside a base."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from indexer import documents
from indexer.candidates import EXACT
from indexer.columns import write_columns
from indexer.embedding import Encoder
from indexer.facets import write_facets
from indexer.floor import floor_for
from indexer.phrasebook import write_phrases
from indexer.recall import measure_recall
from indexer.records import write_records
from indexer.snapshot import DOCUMENTS, GLOSSARY, PROMPTS, VOCABULARY
from indexer.snapshots import FORMAT, Manifest, SnapshotStore
from indexer.textindex import BASE, RECENT, TextWriter
from indexer.textpart import passages_of
from indexer.vectors import VectorCache
from kb.domain import CaseStudyId, Published
from kb.glossary import Glossary
from kb.progress import Progress
from kb.prompts import Prompts
from kb.steering import Steering
from kb.vocabulary import Vocabularies


@dataclass(frozen=True, slots=True)
class Recipe:
    """What every study is indexed by."""

    vocabularies: Vocabularies
    glossary: Glossary
    prompts: Prompts
    steering: Steering
    encoder: Encoder
    cache: VectorCache

    @property
    def fingerprint(self) -> str:
        """Changes whenever a study would be indexed otherwise, or shown with other labels."""
        parts = (self.vocabularies, self.glossary, self.prompts, self.steering)
        return ":".join((*(part.fingerprint for part in parts), self.encoder.name))


@dataclass(frozen=True, slots=True)
class Base:
    """A snapshot whose base is built on.

    Attributes:
        folder: of the snapshot.
        manifest: what it says of itself.
        superseded: the documents of its base that are changed or removed now.
    """

    folder: Path
    manifest: Manifest
    superseded: tuple[int, ...]


def build_snapshot(
    store: SnapshotStore,
    studies: Sequence[Published],
    stamps: Mapping[CaseStudyId, str],
    recipe: Recipe,
    *,
    base: Base | None = None,
    content: str,
    now: datetime,
    progress: Progress,
) -> tuple[Manifest, int]:
    """Build and publish a snapshot; call it inside `store.writing()`.

    Args:
        store: where it goes.
        studies: all published studies; with `base`, those that it lacks or has otherwise.
        stamps: of each of them, what changes whenever it does.
        recipe: what they are indexed by; with `base`, what that was made with.
        base: what to add to, whose files are linked and not written again.
        content: fingerprint of all studies and of the recipe.
        now: the time of building.
        progress: told of each batch of passages.

    Returns:
        The manifest, and how many texts had to be embedded.
    """
    rows, texts = [], []
    # Both of one study before the next, which is rendered once for the two.
    for published in studies:
        rows.append(documents.document_of(published))
        texts.append(documents.text_of(published, recipe.vocabularies))
    writer = TextWriter(texts, recipe.steering, recipe.encoder, recipe.cache, progress)
    before = passages_of(base.folder / BASE, base.superseded) if base else np.empty(0, np.int64)
    recall = base.manifest.recall if base else {}
    if base is None and len(writer.passage_vectors) > EXACT:
        recall = measure_recall(writer.passage_vectors, writer.sentence_vectors)
    manifest = Manifest(
        format=FORMAT,
        model=recipe.encoder.name,
        dim=recipe.encoder.dim,
        documents=len(before) + len(studies),
        passages=int(before.sum()) + len(writer.passage_vectors),
        content=content,
        made_with=recipe.fingerprint,
        built_at=now.isoformat(),
        floor=floor_for(recipe.encoder.name),
        superseded=base.superseded if base else (),
        recall=recall,
        files={},
    )

    def write(folder: Path) -> None:
        progress("Writing the index", 0, 1)
        # So that labels change with the index, in every process at once.
        recipe.vocabularies.save(folder / VOCABULARY)
        recipe.glossary.save(folder / GLOSSARY)
        recipe.prompts.save(folder / PROMPTS)
        if base is not None:
            shutil.copytree(base.folder / BASE, folder / BASE, copy_function=_link)
        part = RECENT if base else BASE
        writer.write(folder, part)
        if (folder / part).is_dir():
            write_records(folder / part, DOCUMENTS, (documents.dump(row) for row in rows))
            write_columns(folder / part, rows, [stamps[row.id] for row in rows])
            write_phrases(folder / part, rows)
            write_facets(folder / part, [row.meta for row in rows], recipe.vocabularies)
        progress("Writing the index", 1, 1)

    store.publish(manifest, write)
    return manifest, writer.embedded


def _link(source: str, target: str) -> str:
    """One file under two names: a base is large and never changes."""
    try:
        os.link(source, target)
    except OSError:
        # Not every file system has links.
        shutil.copy2(source, target)
    return target
