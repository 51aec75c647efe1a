"""How often somebody may try: counted in the database, so that it holds over all workers.

Kept are keyed hashes of addresses and clients, and only for a day.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.errors import Busy
from kb.models import AttemptRow

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of a kind within `within`, for each address or client."""

    kind: str
    most: int
    within: timedelta


# A guesser with the list of a school's addresses has 40 guesses an hour at each; a person who
# is kept out by one can still have a link sent.
PASSWORD_OF_ADDRESS = Limit("password of an address", 10, timedelta(minutes=15))
# A school's staff may share one client.
PASSWORD_BY_CLIENT = Limit("password by a client", 50, timedelta(minutes=15))
LINK_TO_ADDRESS = Limit("link to an address", 3, timedelta(minutes=15))
LINK_BY_CLIENT = Limit("link by a client", 20, timedelta(hours=1))


class Attempts:
    """Counts, inside the caller's transaction."""

    def __init__(self, session: Session, secret: str) -> None:
        self._session = session
        self._secret = secret.encode()

    def count(self, limit: Limit, whose: str, now: datetime) -> None:
        """Count an attempt before it is made, so that many at once gain nothing.

        Raises:
            Busy: there were too many; this one is not counted.
        """
        subject = self._subject(limit, whose)
        recent = select(func.count(), func.min(AttemptRow.at)).where(
            AttemptRow.subject == subject, AttemptRow.at > now - limit.within
        )
        number, first = self._session.execute(recent).one()
        if number >= limit.most:
            minutes = max(1, -(-(first + limit.within - now) // timedelta(minutes=1)))
            raise Busy(f"Try again in {minutes} minute{'' if minutes == 1 else 's'}.")
        self._session.add(AttemptRow(subject=subject, at=now))
        self._session.flush()

    def allows(self, limit: Limit, whose: str, now: datetime) -> bool:
        """Like `count`, for whoever is not to be told."""
        try:
            self.count(limit, whose, now)
        except Busy:
            return False
        return True

    def forgive(self, limit: Limit, whose: str) -> None:
        """Forget the attempts of an address or client that has shown itself to be right."""
        subject = self._subject(limit, whose)
        self._session.execute(delete(AttemptRow).where(AttemptRow.subject == subject))

    def _subject(self, limit: Limit, whose: str) -> str:
        named = f"{limit.kind}\n{whose}".encode()
        return hmac.new(self._secret, named, hashlib.sha256).hexdigest()


def forget(session: Session, now: datetime) -> None:
    """Drop what no limit looks at any more."""
    session.execute(delete(AttemptRow).where(AttemptRow.at < now - _KEPT))
