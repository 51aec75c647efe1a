"""Files to live snapshot, in one go: what `kb index`, the keeper and a first start all do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.build import build_snapshot
from indexer.embedding import Encoder
from indexer.snapshots import Manifest, SnapshotStore, read_manifest
from indexer.vectors import VectorCache
from kb.content import ContentFolder
from kb.database import Database
from kb.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing, StorageFailed
from kb.glossary import Glossary
from kb.library import Library
from kb.progress import Progress, silent
from kb.steering import Steering
from kb.sync import SyncReport, read_ahead, sync
from kb.vocabulary import Vocabularies

WAIT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did.

    Attributes:
        sync: what changed in the catalogue.
        manifest: of the live snapshot.
        embedded: how many texts the model had to read (passages, sentences, topics); None if
            nothing was built.
        why: why it was built, as people read it; None if nothing was.
        held_back: true if a rollback keeps this content out.
    """

    sync: SyncReport
    manifest: Manifest
    embedded: int | None
    why: str | None
    held_back: bool = False


class Updater:
    """Brings catalogue and snapshot into line with the files."""

    def __init__(
        self,
        database: Database,
        content: Path,
        home: Path,
        encoder: Encoder,
    ) -> None:
        self._database = database
        self._content = content
        self._encoder = encoder
        self.store = SnapshotStore(home / "index")
        self._cache = VectorCache(home / "vectors.sqlite")

    def update(
        self,
        *,
        rebuild: bool = False,
        progress: Progress = silent,
        on_wait: Callable[[], None] = lambda: None,
    ) -> UpdateReport:
        """Sync the files, then build and publish a snapshot if anything changed.

        Args:
            rebuild: make catalogue and snapshot from the files alone, changed or not.
            progress: told of files and passages.
            on_wait: called once if another update is under way.

        Raises:
            ContentMissing, VocabularyInvalid: the content folder cannot be used.
            StorageFailed: no room, or no right to write.
            ModelUnavailable: the model cannot be loaded.
            Busy: another update did not end in time.
        """
        with self._writing(on_wait):
            return self._update(rebuild=rebuild, progress=progress)

    def rollback(self) -> Path:
        """Make the snapshot before the live one live again; returns its folder.

        Raises:
            SnapshotMissing: there is none.
            Busy: an update did not end in time.
        """
        with self._writing(lambda: None):
            return self.store.rollback()

    @contextmanager
    def _writing(self, on_wait: Callable[[], None]) -> Iterator[None]:
        try:
            with self.store.writing(wait_seconds=WAIT_SECONDS, on_wait=on_wait):
                yield
        except OSError as error:
            raise StorageFailed(
                f"The index could not be written: {error}. The live one is untouched. "
                "Make room or mend the rights, then run: kb index"
            ) from error

    def _update(self, *, rebuild: bool, progress: Progress) -> UpdateReport:
        now = datetime.now(UTC)
        vocabularies = Vocabularies.load(self._content / "vocabulary")
        glossary = Glossary.load(self._content / "terms.toml")
        steering = Steering.load(self._content)
        folder = ContentFolder(self._content, vocabularies)
        with self._database.read() as session:
            ahead = read_ahead(session, folder, from_scratch=rebuild, progress=progress)
        with self._database.begin() as session:
            report = sync(session, folder, now, from_scratch=rebuild, ahead=ahead)
        with self._database.read() as session:
            known = Library(session).published_names()
            wrong = steering.findings(folder.display(self._content), known)
            report = replace(report, findings=(*report.findings, *wrong))
            content = ":".join(
                (
                    Library(session).fingerprint(),
                    vocabularies.fingerprint,
                    glossary.fingerprint,
                    steering.fingerprint,
                )
            )
        live, why = self._why_build(content, rebuild=rebuild)
        if live is not None and why is None:
            held_back = content != live.content
            if not held_back:
                self._record_live(now)
            return UpdateReport(report, live, None, None, held_back)
        with self._database.read() as session:
            studies = Library(session).published()
        manifest, embedded = build_snapshot(
            self.store,
            studies,
            vocabularies,
            glossary,
            steering,
            self._encoder,
            self._cache,
            content=content,
            now=now,
            progress=progress,
        )
        self._record_live(now)
        return UpdateReport(report, manifest, embedded, why)

    def _record_live(self, now: datetime) -> None:
        """Also where nothing was built: a kill may have come between the switch and this."""
        with self._database.begin() as session:
            library = Library(session)
            library.record_live(library.published_ids(), now)

    def _why_build(self, content: str, *, rebuild: bool) -> tuple[Manifest | None, str | None]:
        """The live manifest, if it can be served, and why another snapshot is needed, if it is."""
        try:
            live = read_manifest(self.store.current())
        except SnapshotMissing:
            return None, "there was no index"
        except (SnapshotDamaged, SnapshotMismatch) as error:
            return None, str(error)
        if rebuild:
            return live, "a rebuild was asked for"
        if live.model != self._encoder.name:
            return live, f"the model changed from {live.model} to {self._encoder.name}"
        if content in {live.content, *self.store.held_back()}:
            return live, None
        return live, "case studies, vocabularies or search data changed"
