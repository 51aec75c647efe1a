"""One piece of work at a time on a thread, so that what waits for others holds nothing up."""

import threading
from collections.abc import Callable

# A server may be in the middle of taking a message: its answer tells whether it has it.
STOP_SECONDS = 15.0


class Beside:
    """Work is told when to stop by `is_over`; what it raises is raised to whoever looks next."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._raised: Exception | None = None

    def is_over(self) -> bool:
        """Whether the work in hand is to stop as soon as it can."""
        return self._over.is_set()

    def is_free(self) -> bool:
        """Whether new work can be started; raises what the last one raised."""
        if self._thread is not None and self._thread.is_alive():
            return False
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        return True

    def start(self, work: Callable[[], None]) -> None:
        """Do it on a thread, which must be free."""
        self._over.clear()
        self._thread = threading.Thread(target=self._do, args=(work,), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the work in hand is done."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Have the work in hand stop; what takes longer than `STOP_SECONDS` is left to itself."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            # Whatever it is, the thread that looks is the one to end for it.
            self._raised = error
