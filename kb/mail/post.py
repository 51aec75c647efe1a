"""Sends what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kb.database import Database
from kb.errors import LineLost, MessageDeferred, MessageRejected, RelayFailed
from kb.jobs import JobKind, Jobs
from kb.mail.claims import Claimed, Claims
from kb.mail.letter import write
from kb.mail.message import Message
from kb.mail.pace import Pace
from kb.mail.relay import Line, Relay
from kb.smtp import Sender

# A server that breaks the connection so often in a row is left alone for a while.
_MOST_LOST = 3
_UNPACED = 1_000_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Tally:
    """What a run did; `trouble` says why the relay took nothing, if so."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    trouble: str | None = None


class Post:
    """Sends the messages of the outbox; any number of senders may do so at once."""

    def __init__(
        self,
        database: Database,
        relay: Relay,
        sender: Sender,
        clock: Callable[[], datetime] = _now,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._relay = relay
        self._sender = sender
        self._clock = clock
        self._pace = pace or Pace(_UNPACED, _UNPACED)

    def send_due(self, is_over: Callable[[], bool]) -> Tally:
        """Send what is due, one after the other over one connection, and ask for the next run.

        Args:
            is_over: asked before each message; stop if it says so.

        Raises:
            StorageFailed: the database did not answer; what was claimed is sent again later.
        """
        tally = Tally()
        try:
            with self._relay.open() as line:
                self._send_all(line, tally, is_over)
        except RelayFailed as error:
            tally.trouble = str(error)
            with self._database.begin() as session:
                Claims(session).postpone(self._clock(), tally.trouble)
        self._ask_again()
        return tally

    def send_now(self, message: Message, name: str) -> str:
        """Send one message past the outbox; returns what the relay answered.

        Raises:
            MailFailed: it was not sent.
        """
        with self._relay.open() as line:
            line.ready()
            return line.send(write(message, name, self._sender, self._clock()))

    def _send_all(self, line: Line, tally: Tally, is_over: Callable[[], bool]) -> None:
        lost = 0
        while not is_over() and self._is_due():
            # Before the claim: a server that is away costs no message an attempt.
            line.ready()
            with self._database.begin() as session:
                claimed = self._claim(session)
            if claimed is None:
                return
            lost = lost + 1 if self._send(line, claimed, tally) else 0
            if lost == _MOST_LOST:
                raise RelayFailed(f"The mail server broke the connection {lost} times in a row.")

    def _claim(self, session: Session) -> Claimed | None:
        now = self._clock()
        may_bulk, held = not self._pace.is_full(now), self._pace.held(now)
        claimed = Claims(session).claim(now, may_bulk=may_bulk, held=held)
        if claimed is not None:
            self._pace.note(claimed.message.to, now)
        return claimed

    def _send(self, line: Line, claimed: Claimed, tally: Tally) -> bool:
        """Send one message and record it; True if the connection was lost."""
        letter = write(claimed.message, claimed.message_id, self._sender, self._clock())
        try:
            line.send(letter)
        except MessageRejected as error:
            with self._database.begin() as session:
                Claims(session).rejected(claimed, self._clock(), str(error))
            tally.failed += 1
        except (MessageDeferred, RelayFailed) as error:
            self._defer(claimed, str(error), tally)
            if isinstance(error, RelayFailed):
                raise
            return isinstance(error, LineLost)
        else:
            with self._database.begin() as session:
                Claims(session).sent(claimed, self._clock())
            tally.sent += 1
        return False

    def _defer(self, claimed: Claimed, error: str, tally: Tally) -> None:
        with self._database.begin() as session:
            if Claims(session).deferred(claimed, self._clock(), error):
                tally.deferred += 1
            else:
                tally.failed += 1

    def _is_due(self) -> bool:
        with self._database.read() as session:
            due = Claims(session).next_due()
        return due is not None and due <= self._clock()

    def _ask_again(self) -> None:
        with self._database.begin() as session:
            if due := Claims(session).next_due():
                # What is left that is due is held back; another message asks for itself.
                soonest = self._pace.free_at(self._clock())
                Jobs(session).queue(JobKind.SEND_MAIL, max(due, soonest))
