"""Counts searches off the request path, so that no reader waits for a disk."""

import atexit
import logging
import queue
import threading
from datetime import UTC, datetime

from kb import querylog
from kb.database import Database
from kb.errors import StorageFailed

# Searches waiting to be counted; beyond this they go uncounted rather than slow anybody down.
_WAITING = 1000
# Searches are written together: writing one takes 1 ms of the interpreter, which the next request
# would wait for wherever it lets go of it, some 2 ms in all (2026-11-24, one reader after another).
_GATHER_SECONDS = 1.0

log = logging.getLogger(__name__)


class QueryRecorder:
    """One background thread of a process that writes to the query log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.Queue[tuple[str, int]] = queue.Queue(maxsize=_WAITING)
        self._hurry = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def record(self, text: str, total: int) -> None:
        """Count a search when there is time; never blocks, never fails."""
        if not text:
            return
        self._start()
        try:
            self._waiting.put_nowait((text, total))
        except queue.Full:
            log.warning("The query log cannot keep up; a search went uncounted.")

    def flush(self) -> None:
        """Wait until everything recorded so far is written."""
        if self._thread is not None:
            self._hurry.set()
            self._waiting.join()
            self._hurry.clear()

    def _start(self) -> None:
        # Not in __init__: a thread does not survive the fork of a worker.
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="query-log", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _write(self) -> None:
        while True:
            searches = [self._waiting.get()]
            self._hurry.wait(_GATHER_SECONDS)
            # This thread alone takes any out.
            searches += [self._waiting.get() for _ in range(self._waiting.qsize())]
            try:
                with self._database.begin() as session:
                    querylog.record(session, searches, datetime.now(UTC).date())
            except StorageFailed as error:
                log.error("%d searches went uncounted: %s", len(searches), error)
            finally:
                for _ in searches:
                    self._waiting.task_done()
