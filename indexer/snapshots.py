"""Snapshots: immutable folders, checked before they are trusted, switched in one step."""

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from filelock import FileLock, Timeout

from indexer.floor import Floor
from kb.errors import Busy, SnapshotDamaged, SnapshotMismatch, SnapshotMissing

# Raised when a snapshot's files or what they mean change; older ones are then rebuilt.
FORMAT = 9
KEPT = 3
POINTER = "CURRENT"
HELD_BACK = "HELD_BACK"
MANIFEST = "manifest.json"
_PREFIX = "snap-"
_NAME = re.compile(r"snap-[\w-]{1,100}", re.ASCII)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds and how it was made.

    Attributes:
        documents, passages: how many are current.
        content: fingerprint of the studies and of `made_with`.
        made_with: fingerprint of all that every study is indexed by: vocabularies, synonyms,
            model. What was made with another cannot be added to.
        superseded: the documents of the base that were changed or removed since.
        recall: of the 50 nearest passages, the share that a search looks at: by the share of
            passages that filters leave. Empty where all passages are looked at.
        files: sha256 of every file, by path below the snapshot.
    """

    format: int
    model: str
    dim: int
    documents: int
    passages: int
    content: str
    made_with: str
    built_at: str
    floor: Floor
    superseded: tuple[int, ...]
    recall: dict[str, float]
    files: dict[str, str]


class SnapshotStore:
    """The folder of snapshots: many readers, one writer at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path:
        """The live snapshot's folder.

        Raises:
            SnapshotMissing: none has been published, or the pointer leads nowhere.
        """
        try:
            name = (self.root / POINTER).read_text().strip()
            folder = self.root / name
            if _NAME.fullmatch(name) and folder.is_dir():
                return folder
        except (OSError, ValueError) as error:
            raise SnapshotMissing from error
        raise SnapshotMissing

    def publish(self, manifest: Manifest, build: Callable[[Path], None]) -> Path:
        """Build beside the live snapshot, then switch readers over in one step.

        The manifest's `files` are filled in here. If `build` raises, or the process dies at any
        point, the live snapshot is untouched. Call it only inside `writing()`.
        """
        folder = Path(
            mkdtemp(
                prefix=f"{_PREFIX}{re.sub(r'[^0-9T]', '', manifest.built_at[:26])}-", dir=self.root
            )
        )
        try:
            build(folder)
            complete = asdict(manifest) | {"files": _digests(folder)}
            (folder / MANIFEST).write_text(json.dumps(complete, indent=1))
            _sync_tree(folder)
            (self.root / HELD_BACK).unlink(missing_ok=True)
            self._switch(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._prune()
        return folder

    def rollback(self) -> Path:
        """Switch back to the snapshot before the live one.

        What was live is removed, and its content held back: `kb index` does not build that again
        by itself.

        Raises:
            SnapshotMissing: there is no sound snapshot before it.
        """
        live = self.current()
        held_back = {*self.held_back(), _content_of(live)}
        for folder in reversed([f for f in self._complete() if f.name < live.name]):
            try:
                read_manifest(folder)
            except (SnapshotDamaged, SnapshotMismatch) as error:
                log.warning("Passing over %s: %s", folder.name, error)
                continue
            (self.root / HELD_BACK).write_text("\n".join(sorted(held_back)))
            self._switch(folder)
            shutil.rmtree(live, ignore_errors=True)
            return folder
        raise SnapshotMissing("There is no earlier index to go back to.")

    def held_back(self) -> set[str]:
        """Fingerprints of content that rollbacks took out, until something else is built."""
        try:
            return set((self.root / HELD_BACK).read_text().split("\n"))
        except OSError:
            return set()

    @contextmanager
    def writing(self, *, wait_seconds: float, on_wait: Callable[[], None]) -> Iterator[None]:
        """Be the one writer, and sweep up what a killed writer left.

        Args:
            wait_seconds: how long to wait for another writer to finish.
            on_wait: called once if there is one.

        Raises:
            Busy: the other writer is still at it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / "LOCK")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait()
            try:
                lock.acquire(timeout=wait_seconds)
            except Timeout as error:
                raise Busy(
                    "Another process is still building the index. Try again when it is done."
                ) from error
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    def _switch(self, folder: Path) -> None:
        # A pointer file, because rename() cannot replace a folder that has files in it.
        new = self.root / f"{POINTER}.new"
        with new.open("w") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.root / POINTER)
        _sync(self.root)

    def _complete(self) -> list[Path]:
        """Finished snapshots, oldest first: their names begin with the time of building."""
        return sorted(p.parent for p in self.root.glob(f"{_PREFIX}*/{MANIFEST}"))

    def _prune(self) -> None:
        live = self.current()
        for folder in self._complete()[:-KEPT]:
            if folder != live:
                shutil.rmtree(folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a killed writer left: half a snapshot, or one that never went live."""
        try:
            newest = self.current().name
        except SnapshotMissing:
            newest = "~"
        for folder in self.root.glob(f"{_PREFIX}*"):
            if folder.name > newest or not (folder / MANIFEST).exists():
                shutil.rmtree(folder, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot of this format, once every file agrees with it.

    Raises:
        SnapshotMismatch: made in another format.
        SnapshotDamaged: a file is missing, cut short or altered.
    """
    try:
        raw = json.loads((folder / MANIFEST).read_text())
        if raw["format"] != FORMAT:
            raise SnapshotMismatch(
                f"The index has format {raw['format']}; this version of the program reads "
                f"{FORMAT}. Build it again: kb index"
            )
        superseded = tuple(raw["superseded"])
        manifest = Manifest(**{**raw, "floor": Floor(**raw["floor"]), "superseded": superseded})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(
            f"The index in {folder} has no readable manifest. {_REBUILD}"
        ) from error
    found = _digests(folder)
    for path, digest in manifest.files.items():
        if found.get(path) != digest:
            what = "is missing" if path not in found else "was cut short or altered"
            raise SnapshotDamaged(f"The index file {folder / path} {what}. {_REBUILD}")
    return manifest


_REBUILD = "Build it again: kb index (nothing is lost, and no text is embedded twice)"


def _content_of(folder: Path) -> str:
    try:
        return str(json.loads((folder / MANIFEST).read_text())["content"])
    except (OSError, ValueError, KeyError):
        return ""


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST):
        status = path.stat()
        identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        found[path.relative_to(folder).as_posix()] = _digest(_File(path, identity))
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """A file, equal to any other link to it, until it is changed."""

    path: Path = field(compare=False)
    identity: tuple[int, ...]


# A few snapshots' files: what an edit adds to is large, and was checked when it was opened.
@lru_cache(maxsize=512)
def _digest(file: _File) -> str:
    with file.path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync_tree(folder: Path) -> None:
    """Bring every byte to the disk: a switch must never point at bytes not yet written."""
    for path in folder.rglob("*"):
        # A file with other names is an earlier snapshot's, and there already.
        if path.is_dir() or path.stat().st_nlink == 1:
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
