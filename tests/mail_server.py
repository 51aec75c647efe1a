"""A real mail server on loopback, which fails as it is told to."""

import asyncio
import email
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "library", "p@ss/word: 1"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that the server took."""

    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """What a mail program reads."""
        return email.message_from_bytes(self.raw, policy=default)

    @property
    def message_id(self) -> str:
        """Its Message-ID, brackets and all."""
        return str(self.mail["Message-ID"])


@dataclass(slots=True)
class MailServer:
    """What it got, and what it is to answer.

    Attributes:
        port: on 127.0.0.1.
        received: what it took, in order, repeats and all.
        connections: how many were made.
        answers: by step (`MAIL`, `RCPT`, `END` after the text), what to say instead of yes, each
            answer once, in order.
        refuse: addresses, and what to say to each message for them.
        breaks: of the next texts, how many to break off in the middle (`DATA`), or to take whole
            and then hang up without an answer (`END`).
        delay: seconds before the answer to a text.
        on_taken: called when a text is taken, before the answer.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    breaks: Counter[str] = field(default_factory=Counter)
    delay: float = 0.0
    on_taken: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """Leads to it, unencrypted."""
        return f"smtp+plain://127.0.0.1:{self.port}"

    def break_next(self, step: str) -> bool:
        """Whether to hang up at this step now."""
        if self.breaks[step] == 0:
            return False
        self.breaks[step] -= 1
        return True

    # What aiosmtpd calls; the names are its own.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        envelope.mail_from = address
        return self._next("MAIL") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        answer = self._next("RCPT") or self.refuse.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer the text."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if answer := self._next("END"):
            return answer
        self.received.append(
            Received(
                str(envelope.mail_from), tuple(envelope.rcpt_tos), cast(bytes, envelope.content)
            )
        )
        self.on_taken()
        if self.break_next("END"):
            _hang_up(server)
        return f"250 2.0.0 Ok: queued as {len(self.received):05d}"

    def _next(self, step: str) -> str | None:
        waiting = self.answers.get(step)
        return waiting.pop(0) if waiting else None


class _Smtp(SMTP):
    """Hangs up in the middle of a text where it is told to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # STARTTLS makes a second protocol of the same connection.
        if self.transport is None:
            cast(MailServer, self.event_handler).connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not cast(MailServer, self.event_handler).break_next("DATA"):
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        await self._reader.readline()
        _hang_up(self)


def _hang_up(server: SMTP) -> None:
    cast(asyncio.Transport, server.transport).abort()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
) -> AuthResult:
    told = (login.login, login.password) if isinstance(login, LoginPassword) else None
    return AuthResult(success=told == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    port: int = 0,
    with_login: bool = False,
) -> Iterator[MailServer]:
    """A server that runs until the block ends.

    Args:
        tls: speak TLS from the first byte.
        starttls: offer STARTTLS.
        port: where; 0 takes a free one.
        with_login: `USER` and `PASSWORD` are asked for over TLS, and with STARTTLS demanded.
    """
    server = MailServer()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return _Smtp(
            server,
            hostname="localhost",
            tls_context=starttls,
            authenticator=_authenticate if with_login else None,
            # It does not know of TLS that was there before it.
            auth_required=with_login and tls is None,
            auth_require_tls=tls is None,
            loop=loop,
        )

    async def open_() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", port, ssl=tls, reuse_address=True)

    async def close(listening: asyncio.Server) -> None:
        listening.close()
        for task in asyncio.all_tasks(loop) - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.01)

    # All on its own thread: the browser tests' loop runs on this one.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        listening = asyncio.run_coroutine_threadsafe(open_(), loop).result()
        server.port = listening.sockets[0].getsockname()[1]
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(close(listening), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS, and the file of the authority that vouches for its name."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    pem = folder / f"authority-of-{name}.pem"
    authority.cert_pem.write_to_path(str(pem))
    return context, pem
