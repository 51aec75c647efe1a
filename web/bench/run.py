"""A whole run: the sample, then every figure of each size of corpus."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from indexer import lazy
from indexer.embedding import Encoder
from indexer.live import LiveSnapshot
from indexer.onnx_encoder import OnnxEncoder
from indexer.snapshots import SnapshotStore
from indexer.update import Updater
from kb.errors import MeasurementFailed, SnapshotMissing
from kb.progress import Progress
from kb.settings import Settings
from kb.steering import Steering
from web.bench.bulk import Sample, index_sample
from web.bench.coldstart import measure_cold_start
from web.bench.corpus import write_corpus
from web.bench.edit import measure_edit
from web.bench.figures import FORMAT, Bulk, Index, Report, Size, growth, middle
from web.bench.grammar import Grammar
from web.bench.installation import Installation
from web.bench.latency import measure_latency
from web.bench.load import measure_one_client, measure_throughput
from web.bench.machine import machine
from web.bench.memory import Held, held_after, memory
from web.bench.plan import Plan
from web.bench.queries import Queries
from web.bench.server import Server, serving

# Of a made-up study (1,000 of them, 2026-11-24).
PASSAGES_PER_DOCUMENT = 6.8
# Queries that a server answers for each worker before anything is measured.
_WARM = 100


class Bench:
    """Measures a plan in a folder."""

    def __init__(self, settings: Settings, plan: Plan, folder: Path, progress: Progress) -> None:
        """Read what the corpus is made of, and open the model.

        Raises:
            ContentMissing, VocabularyInvalid, CollectionInvalid: no corpus can be made.
            ModelUnavailable: the model cannot be loaded.
            MeasurementFailed: it is not run by ONNX Runtime.
        """
        self._settings = settings
        self._plan = plan
        self._folder = folder
        self._progress = progress
        # Before it is busy with this run.
        self._machine = machine()
        self._grammar = Grammar.load(settings.content)
        steering = Steering.load(settings.content).fingerprint
        made_of = (FORMAT, plan.seed, self._grammar.fingerprint, steering)
        self._corpus = hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]
        self._models = settings.home / "models"
        self._model = lazy.folder_name(settings.model)
        self._encoder: Encoder = lazy.load(settings.model, self._models / self._model)
        if not isinstance(self._encoder, OnnxEncoder):
            raise MeasurementFailed(
                "kb bench compares with a bare ONNX Runtime session, and the model could not be "
                "exported for it."
            )

    def sample(self) -> tuple[Sample, Bulk | None]:
        """Index what the model is to read, by the real road; figures unless it was kept."""
        wanted = max(1, round(self._plan.sample / PASSAGES_PER_DOCUMENT))
        documents = min(wanted, self._plan.documents[-1])
        installation = self._installation(documents, "sample")
        return index_sample(installation, self._encoder, self._models, self._progress)

    def size(self, documents: int, sample: Sample) -> Size:
        """Every figure of one corpus.

        Raises:
            MeasurementFailed: a process that was to be measured did not run.
            StorageFailed: no room.
        """
        installation = self._installation(documents, "corpus")
        sample.lend_vectors(installation)
        index = self._index(documents, installation, sample)
        queries = Queries(self._grammar, installation.content, self._plan.seed)
        latency = measure_latency(installation, self._model, queries, self._plan, self._progress)
        cold_start = measure_cold_start(installation, queries, self._plan, self._progress)
        with serving(installation, 1) as server:
            one = self._held(server, queries)
        with serving(installation, self._plan.workers) as server:
            several = self._held(server, queries)
            one_client = measure_one_client(
                server, installation, self._model, queries, self._plan, self._progress
            )
            throughput = measure_throughput(
                server, installation, self._model, queries, self._plan, self._progress
            )
            encoding_ms = one_client.encoding_ms.p50
            edit = measure_edit(
                server, installation, queries, encoding_ms, self._plan, self._progress
            )
        return Size(
            documents=documents,
            index=index,
            latency=latency,
            one_client=one_client,
            throughput=throughput,
            memory=memory(one, several, self._plan.workers),
            cold_start=cold_start,
            edit=edit,
        )

    def report(self, bulk: Bulk | None, sizes: Sequence[Size]) -> Report:
        """All figures together."""
        return Report(
            format=FORMAT,
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=self._machine,
            corpus=self._corpus,
            seed=self._plan.seed,
            runs=self._plan.runs,
            queries=self._plan.queries,
            workers=self._plan.workers,
            sample=self._plan.sample,
            bulk=bulk,
            sizes=sizes,
            growth=growth(sizes),
        )

    def _installation(self, documents: int, what: str) -> Installation:
        """A library with its content written, now or by an earlier run."""
        folder = self._folder / f"{what}-{documents}-{self._corpus}"
        installation = Installation(folder, self._settings.model)
        if not installation.content.exists():
            # Half a corpus, of a run that was cut off, is none.
            unfinished = folder / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            write_corpus(
                self._grammar,
                self._settings.content,
                unfinished,
                documents=documents,
                seed=self._plan.seed,
                progress=self._progress,
            )
            unfinished.rename(installation.content)
        return installation

    def _index(self, documents: int, installation: Installation, sample: Sample) -> Index:
        stands_in = documents > sample.documents
        encoder = sample.stand_in(self._encoder) if stands_in else self._encoder
        store = SnapshotStore(installation.index)
        is_new = not _has_live(store)
        with installation.open(self._models) as services:
            updater = Updater(services.database, installation.content, installation.home, encoder)
            started = time.perf_counter()
            report = updater.update(progress=self._progress)
            seconds = time.perf_counter() - started
        files = [path for path in store.current().rglob("*") if path.is_file()]
        return Index(
            passages=report.manifest.passages,
            stand_ins=stands_in,
            built_seconds=round(seconds, 2) if is_new else None,
            documents_per_second=round(documents / seconds, 2) if is_new else None,
            snapshot_mb=round(sum(path.stat().st_size for path in files) / 1e6, 2),
            open_ms=middle([_open_ms(store) for _ in range(self._plan.runs)], 2),
        )

    def _held(self, server: Server, queries: Queries) -> Held | None:
        """What a server holds once every worker is warm; None where that cannot be told."""
        return held_after(server, queries.mixed(_WARM * server.workers))


def _has_live(store: SnapshotStore) -> bool:
    try:
        store.current()
    except SnapshotMissing:
        return False
    return True


def _open_ms(store: SnapshotStore) -> float:
    started = time.perf_counter()
    LiveSnapshot(store).snapshot()
    return 1000 * (time.perf_counter() - started)
