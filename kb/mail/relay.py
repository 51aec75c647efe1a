"""What messages are handed to: a mail server, or a folder."""

from contextlib import AbstractContextManager
from typing import Protocol

from kb.mail.letter import Letter


class Line(Protocol):
    """A way to a relay, kept open for many letters; used by one thread."""

    def ready(self) -> None:
        """Open it, or open it again where it was lost.

        Raises:
            RelayFailed: it cannot be opened.
        """

    def send(self, letter: Letter) -> str:
        """Hand over a letter, after `ready`; returns what the relay answered.

        Raises:
            LineLost: the connection broke; the relay may have the letter all the same.
            MessageDeferred: the relay does not take it now.
            MessageRejected: the relay will never take it.
            RelayFailed: the relay takes nothing from us.
        """


class Relay(Protocol):
    """Somewhere that messages can be handed to; `str()` says what people may read of it."""

    def open(self) -> AbstractContextManager[Line]:
        """A line, not yet ready; closed at the end."""
