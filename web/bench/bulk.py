"""The sample that the model really reads: how fast it is indexed, and what vectors it gives."""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.embedding import Encoder, Vectors
from indexer.update import Updater
from indexer.vectors import VectorCache
from kb.progress import Progress
from kb.steering import Steering
from web.bench.figures import Bulk
from web.bench.installation import Installation
from web.bench.standin import StandInEncoder

_TEXTS = "texts.json"
_VECTORS = "vectors.sqlite"


class _NotingEncoder:
    """An encoder that remembers what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of unit length, shape (len(texts), dim), in input order."""
        self.asked += texts
        return self._encoder.encode(texts)


@dataclass(frozen=True, slots=True)
class Sample:
    """An indexed sample, and the texts of it that the model read."""

    installation: Installation
    texts: tuple[str, ...]

    @property
    def documents(self) -> int:
        """How many studies it holds."""
        return len(list((self.installation.content / "case-studies").glob("*.md")))

    @property
    def vectors(self) -> Path:
        """The cache that holds its vectors."""
        return self.installation.home / _VECTORS

    def stand_in(self, encoder: Encoder) -> StandInEncoder:
        """An encoder of vectors like the sample's."""
        elsewhere = set(Steering.load(self.installation.content).elsewhere)
        texts = [text for text in self.texts if text not in elsewhere]
        vectors, _ = VectorCache(self.vectors).encode(encoder, texts)
        return StandInEncoder(encoder.name, texts, vectors)

    def lend_vectors(self, to: Installation) -> None:
        """Put the sample's vectors where another installation caches its own."""
        if not (to.home / _VECTORS).exists():
            to.home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.vectors, to.home / _VECTORS)


def index_sample(
    installation: Installation, encoder: Encoder, models: Path, progress: Progress
) -> tuple[Sample, Bulk | None]:
    """Index a sample by the real road with the real model, then time the encoder alone.

    Args:
        installation: its content is the sample; its home may hold an earlier run's.
        encoder: the real one, given all the threads it takes for bulk.
        models: the folder of exported models.
        progress: told of passages.

    Returns:
        The sample, and the figures; None where it was kept from an earlier run.
    """
    noted = installation.home / _TEXTS
    if noted.exists():
        return Sample(installation, tuple(json.loads(noted.read_text()))), None
    # What a run that was cut off had embedded would count as embedded in no time.
    (installation.home / _VECTORS).unlink(missing_ok=True)
    noting = _NotingEncoder(encoder)
    encoder.encode(["warm", "up"])
    with installation.open(models) as services:
        updater = Updater(services.database, installation.content, installation.home, noting)
        started = time.perf_counter()
        report = updater.update(rebuild=True, progress=progress)
        seconds = time.perf_counter() - started
    texts = noting.asked
    progress("Embedding the sample by the encoder alone", 0, 1)
    started = time.perf_counter()
    encoder.encode(texts)
    alone = time.perf_counter() - started
    progress("Embedding the sample by the encoder alone", 1, 1)
    noted.write_text(json.dumps(texts))
    return Sample(installation, tuple(texts)), Bulk(
        documents=report.manifest.documents,
        passages=report.manifest.passages,
        texts=len(texts),
        texts_per_second=round(len(texts) / seconds, 2),
        encoder_texts_per_second=round(len(texts) / alone, 2),
        share_of_encoder=round(alone / seconds, 3),
    )
