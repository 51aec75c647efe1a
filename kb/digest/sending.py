"""Sending what is due: each reader's issue is chosen, written and left in the outbox once.

Nothing is half done: an issue's row in the ledger, its message, what its reader has had and when
the next is due are written in one transaction. Who dies before it has done nothing, and who dies
after it all; so any number of runs may be at work at once, and one may be cut off anywhere.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.database import Database
from kb.digest import runs
from kb.digest.choice import Chooser
from kb.digest.due import due, issued
from kb.digest.holidays import SchoolHolidays
from kb.digest.issue import Issue
from kb.digest.ledger import Had, Ledger, are_published
from kb.digest.matching import Finder
from kb.digest.schedule import news_since
from kb.digest.shelf import Shelf
from kb.digest.subscription import Subscription
from kb.digest.subscription_rows import load
from kb.errors import Invalid
from kb.mail import Message, queue_all
from kb.models import SubscriptionRow

# Readers seen to in one transaction: some 20 ms of writing, for which pages wait on SQLite.
BATCH = 100

log = logging.getLogger(__name__)


class Composer(Protocol):
    """Writes issues; one is for one run."""

    def compose(self, reader: Subscription, issue: Issue, due_at: datetime) -> Message:
        """The message of a reader's issue, with a `message_id` that is the same each time."""


@dataclass(slots=True)
class Done:
    """What a run did.

    Attributes:
        issues: left in the outbox.
        without_news: readers for whom there was nothing new.
        failed: readers whose message could not be written; their next issue tries again.
    """

    issues: int = 0
    without_news: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Readers seen to."""
        return self.issues + self.without_news + self.failed


@dataclass(frozen=True, slots=True)
class _Written:
    """An issue that is ready for the outbox; without a message if there is none to send."""

    reader: Subscription
    due_at: datetime
    issue: Issue | None
    message: Message | None
    is_faulty: bool = False


class Sending:
    """The use case. `load` gives the studies as they stand, from a transaction."""

    def __init__(
        self,
        database: Database,
        load: Callable[[Session], Shelf],
        finder: Finder,
        composer: Callable[[], Composer],
        holidays: SchoolHolidays,
    ) -> None:
        self._database = database
        self._load = load
        self._finder = finder
        self._composer = composer
        self._holidays = holidays

    def send_due(
        self,
        now: datetime,
        *,
        is_over: Callable[[], bool] = lambda: False,
        progress: Callable[[Done], None] = lambda _: None,
    ) -> Done:
        """See to every reader of whom an issue is due; what is left when `is_over` says so is
        for the next run.

        Raises:
            StorageFailed: the database did not answer; all before is done, and no more.
        """
        done = Done()
        desk = self._desk()
        with runs.recorded(self._database, now, done):
            while not is_over():
                with self._database.begin() as session:
                    readers = due(session, self._holidays, now, BATCH)
                if not readers:
                    break
                before = done.total
                if not self._see_to(desk, readers, now, done):
                    # A study went out of sight meanwhile: choose anew.
                    desk = self._desk()
                elif done.total == before:
                    break
                progress(done)
        return done

    def rehearse(self, now: datetime) -> Iterator[tuple[Subscription, Message | None]]:
        """What `send_due` would send to whom, None for nothing; nothing is written."""
        with self._database.begin() as session:
            readers = due(session, self._holidays, now, limit=1_000_000)
            session.rollback()
        desk = self._desk()
        for start in range(0, len(readers), BATCH):
            for each in desk.write(readers[start : start + BATCH]):
                yield each.reader, each.message

    def _desk(self) -> "_Desk":
        with self._database.read() as session:
            shelf = self._load(session)
        return _Desk(self._database, shelf, self._finder, self._composer())

    def _see_to(
        self, desk: "_Desk", readers: Sequence[Subscription], now: datetime, done: Done
    ) -> bool:
        """False if a study is no longer live that was chosen; then nothing was done."""
        written = desk.write(readers)
        chosen = {each.study.id for one in written if one.issue for each in one.issue.choices}
        with self._database.begin() as session:
            if not are_published(session, chosen):
                return False
            current = _current(session, readers)
            kept = [each for each in written if current.get(each.reader.id) == each.reader]
            ours = [each for each in kept if self._record(session, each, now)]
            queue_all(session, (each.message for each in ours if each.message), now)
        done.issues += sum(each.message is not None for each in ours)
        done.failed += sum(each.is_faulty for each in ours)
        done.without_news += sum(each.issue is None for each in ours)
        return True

    def _record(self, session: Session, each: _Written, now: datetime) -> bool:
        """Claim an issue and go on to the next; False if another run has sent it."""
        reader, message = each.reader, each.message
        issued(session, self._holidays, reader.id, each.due_at, now, sent=message is not None)
        if message is None or each.issue is None or message.message_id is None:
            return True
        return Ledger(session).record(reader.id, each.due_at, each.issue, message.message_id, now)


class _Desk:
    """Chooses and writes, for the studies of one moment."""

    def __init__(
        self, database: Database, shelf: Shelf, finder: Finder, composer: Composer
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._finder = finder
        self._composer = composer
        # Readers come in the order in which their issues are due: one chooser at a time.
        self._chooser: tuple[datetime, Chooser] | None = None

    def write(self, readers: Sequence[Subscription]) -> list[_Written]:
        """The issues of some readers of whom one is due."""
        with self._database.read() as session:
            had = Ledger(session).had(reader.id for reader in readers)
        return [
            self._write(reader, reader.due_at, had.get(reader.id, {}))
            for reader in readers
            if reader.due_at
        ]

    def _write(self, reader: Subscription, due_at: datetime, had: Had) -> _Written:
        wishes = reader.wishes
        issue = self._at(due_at).choose(
            wishes.interests, news_since(reader), had, always=wishes.always
        )
        if issue is None:
            return _Written(reader, due_at, None, None)
        try:
            message = self._composer.compose(reader, issue, due_at)
        except Invalid as error:
            # One that cannot be written must not keep the others.
            log.error("An issue of the digest cannot be written: %s", error)
            return _Written(reader, due_at, issue, None, is_faulty=True)
        return _Written(reader, due_at, issue, message)

    def _at(self, due_at: datetime) -> Chooser:
        if self._chooser is None or self._chooser[0] != due_at:
            self._chooser = (due_at, Chooser(self._shelf, self._finder, due_at))
        return self._chooser[1]


def _current(session: Session, readers: Sequence[Subscription]) -> dict[str, Subscription]:
    """These as they are now: who left, or changed their wishes, is not as they were."""
    rows = session.scalars(
        select(SubscriptionRow)
        .where(SubscriptionRow.id.in_([reader.id for reader in readers]))
        .with_for_update()
    )
    return {row.id: load(row) for row in rows}
