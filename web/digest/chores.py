"""What the keeper does for the digest."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from kb.digest.due import is_any_due
from kb.jobs import JobKind, Jobs
from web.digest.sending import sending
from web.services import Services

# After so long in one go, mail that waits has its turn.
_LONGEST_SECONDS = 20.0
_LOOK_SECONDS = 60.0

log = logging.getLogger(__name__)


class DigestChores:
    """Each may be done at any time and any number of times."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looked = float("-inf")

    def turn(self, now: datetime) -> None:
        """Once a minute, leave a job if an issue is due."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        self.look(now)

    def look(self, now: datetime) -> None:
        """Leave a job if an issue is due."""
        with self._services.database.read() as session:
            if not is_any_due(session, now):
                return
        with self._services.database.begin() as session:
            Jobs(session).queue(JobKind.SEND_DIGEST, now)

    def send(self, now: datetime, is_over: Callable[[], bool]) -> None:
        """Leave issues in the outbox, and a job for those that there was no time for."""
        ends = time.monotonic() + _LONGEST_SECONDS
        done = sending(self._services).send_due(
            now, is_over=lambda: is_over() or time.monotonic() > ends
        )
        if done.total:
            log.info(
                "Digest: %d issues, nothing new for %d, %d could not be written.",
                done.issues,
                done.without_news,
                done.failed,
            )
            self.look(now)
