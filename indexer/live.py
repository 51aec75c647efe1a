"""The live snapshot of a serving process, swapped under running requests."""

import logging
import threading
import time
from pathlib import Path

from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore
from kb.errors import SnapshotDamaged, SnapshotMismatch, SnapshotMissing

# How often a process that follows the pointer looks at it.
LOOK_SECONDS = 0.1

log = logging.getLogger(__name__)


class LiveSnapshot:
    """Opens what the pointer names and keeps it until the pointer names another.

    A request that began on one snapshot ends on it. If a new snapshot cannot be opened, the one
    that is open goes on answering.
    """

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._open: Snapshot | None = None
        self._refused: Path | None = None
        self._is_followed = False

    def follow(self) -> None:
        """From now on, open what is published in a thread of this process, so that no request
        waits for that or even looks whether there is something new."""
        threading.Thread(target=self._follow, name="follow-index", daemon=True).start()
        self._is_followed = True

    def snapshot(self) -> Snapshot:
        """The live snapshot, opened.

        Raises:
            SnapshotMissing: none has been published.
            SnapshotDamaged, SnapshotMismatch: it cannot be opened, and no other is open.
        """
        if self._is_followed and self._open is not None:
            return self._open
        try:
            return self._named()
        except (SnapshotMissing, SnapshotDamaged, SnapshotMismatch) as error:
            if self._open is None:
                raise
            log.error("%s The index before it still answers.", error)
            return self._open

    def _follow(self) -> None:
        said = ""
        while True:
            try:
                self._named()
            except (SnapshotMissing, SnapshotDamaged, SnapshotMismatch) as error:
                if said != str(error):
                    said = str(error)
                    log.error("%s What was open before still answers.", error)
            time.sleep(LOOK_SECONDS)

    def _named(self) -> Snapshot:
        """What the pointer names."""
        folder = self._store.current()
        held = self._open
        if held is not None and held.folder == folder:
            return held
        with self._lock:
            if self._open is None or self._open.folder != folder:
                if folder == self._refused:
                    raise SnapshotDamaged(f"The index in {folder} was found damaged.")
                try:
                    opened = Snapshot(folder)
                    opened.prepare()
                    self._open = opened
                except (SnapshotDamaged, SnapshotMismatch):
                    # Not looked at again by every request: checking reads all of its files.
                    self._refused = folder if self._open else None
                    raise
            return self._open
