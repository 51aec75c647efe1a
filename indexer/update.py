"""Files to live snapshot, in one go: what `kb index`, the keeper and a first start all do."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.build import Base, Recipe, build_snapshot
from indexer.columns import read_stamps
from indexer.embedding import Encoder
from indexer.snapshots import Manifest, SnapshotStore, read_manifest
from indexer.textindex import BASE
from indexer.vectors import VectorCache
from kb.content import ContentFolder
from kb.database import Database
from kb.domain import CaseStudyId
from kb.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing, StorageFailed
from kb.glossary import Glossary
from kb.library import Library
from kb.progress import Progress, silent
from kb.prompts import Prompts
from kb.steering import Steering
from kb.sync import SyncReport, read_ahead, sync, sync_edits
from kb.vocabulary import Vocabularies

WAIT_SECONDS = 600.0
# So many studies changed since the base are indexed beside it; with more, all are indexed anew,
# because the mean lengths by which words are ranked are the base's.
RECENT_AT_LEAST = 8
RECENT_SHARE = 0.01


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
        edited: Collection[Path] = (),
        progress: Progress = silent,
        on_wait: Callable[[], None] = lambda: None,
    ) -> UpdateReport:
        """Sync the files, then build and publish a snapshot if anything changed.

        Args:
            rebuild: make catalogue and snapshot from the files alone, changed or not.
            edited: the only files that were saved since the last update, if that is known: unless
                more was done than to edit their texts, the others are not looked at.
            progress: told of files and passages.
            on_wait: called once if another update is under way.

        Raises:
            ContentMissing, VocabularyInvalid: the content folder cannot be used.
            StorageFailed: no room, or no right to write.
            ModelUnavailable: the model cannot be loaded.
            Busy: another update did not end in time.
        """
        with self._writing(on_wait):
            return self._update(rebuild=rebuild, edited=edited, progress=progress)

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

    def _update(
        self, *, rebuild: bool, edited: Collection[Path], progress: Progress
    ) -> UpdateReport:
        now = datetime.now(UTC)
        recipe = Recipe(
            Vocabularies.load(self._content / "vocabulary"),
            Glossary.load(self._content / "terms.toml"),
            Prompts.load(self._content / "home.toml"),
            Steering.load(self._content),
            self._encoder,
            self._cache,
        )
        report = self._sync(recipe, now, rebuild=rebuild, edited=edited, progress=progress)
        with self._database.read() as session:
            stamps = Library(session).published_stamps()
        content = _fingerprint(stamps, recipe)
        live, why = self._why_build(content, rebuild=rebuild)
        if live is not None and why is None:
            held_back = content != live.content
            if not held_back:
                self._record_live(now)
            return UpdateReport(report, live, None, None, held_back)
        base, changed = (None, None) if rebuild else self._base(live, stamps, recipe)
        with self._database.read() as session:
            studies = Library(session).published(changed)
        manifest, embedded = build_snapshot(
            self.store,
            studies,
            stamps,
            recipe,
            base=base,
            content=content,
            now=now,
            progress=progress,
        )
        self._record_live(now)
        return UpdateReport(report, manifest, embedded, why)

    def _sync(
        self,
        recipe: Recipe,
        now: datetime,
        *,
        rebuild: bool,
        edited: Collection[Path],
        progress: Progress,
    ) -> SyncReport:
        folder = ContentFolder(self._content, recipe.vocabularies)
        report = None
        if edited and not rebuild:
            with self._database.begin() as session:
                report = sync_edits(session, folder, now, edited)
        if report is None:
            with self._database.read() as session:
                ahead = read_ahead(session, folder, from_scratch=rebuild, progress=progress)
            with self._database.begin() as session:
                report = sync(session, folder, now, from_scratch=rebuild, ahead=ahead)
        with self._database.read() as session:
            known = Library(session).published_names(recipe.steering.pinned)
        wrong = recipe.steering.findings(folder.display(self._content), known)
        return replace(report, findings=(*report.findings, *wrong))

    def _base(
        self, live: Manifest | None, stamps: Mapping[CaseStudyId, str], recipe: Recipe
    ) -> tuple[Base | None, list[CaseStudyId] | None]:
        """What a new snapshot adds to, and the studies to add; None and None for all anew."""
        if live is None or live.made_with != recipe.fingerprint:
            return None, None
        folder = self.store.current()
        held = read_stamps(folder / BASE)
        if not held:
            return None, None
        changed = [case_id for case_id, stamp in stamps.items() if held.get(case_id) != stamp]
        superseded = tuple(n for n, (i, s) in enumerate(held.items()) if stamps.get(i) != s)
        if max(len(changed), len(superseded)) > max(RECENT_AT_LEAST, RECENT_SHARE * len(held)):
            return None, None
        return Base(folder, live, superseded), changed

    def _record_live(self, now: datetime) -> None:
        """Also where nothing was built: a kill may have come between the switch and this."""
        with self._database.begin() as session:
            library = Library(session)
            library.record_live(library.not_yet_live(), now)

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


def _fingerprint(stamps: Mapping[CaseStudyId, str], recipe: Recipe) -> str:
    """Changes whenever a published study does, or what all are indexed by."""
    listed = "\n".join(f"{case_id} {stamp}" for case_id, stamp in stamps.items())
    return f"{hashlib.sha256(listed.encode()).hexdigest()}:{recipe.fingerprint}"
