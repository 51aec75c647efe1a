"""A mail server: one connection for many messages, TLS unless told otherwise."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kb.errors import LineLost, MailFailed, MessageDeferred, MessageRejected, RelayFailed
from kb.mail.letter import Letter
from kb.mail.message import one_line
from kb.smtp import Security, Sender, SmtpServer

# For each step of the conversation; a server that takes longer is down.
TIMEOUT_SECONDS = 20.0
_MAX_ANSWER = 300
_CLOSING = 421
_TOO_LARGE = 552


class SmtpRelay:
    """Sends through a server, from one address."""

    def __init__(self, server: SmtpServer, sender: Sender) -> None:
        self._server = server
        self._sender = sender

    def __str__(self) -> str:
        return str(self._server)

    @contextmanager
    def open(self) -> Iterator["SmtpLine"]:
        """A line to the server; it is connected when it is made ready."""
        line = SmtpLine(self._server, self._sender)
        try:
            yield line
        finally:
            line.close()


class SmtpLine:
    """A connection that is opened again when it was lost."""

    def __init__(self, server: SmtpServer, sender: Sender) -> None:
        self._server = server
        self._sender = sender
        self._smtp: smtplib.SMTP | None = None

    def ready(self) -> None:
        """Connect and sign in, unless that is so; see `Line`."""
        if self._smtp is not None:
            return
        try:
            self._smtp = self._connect()
        except smtplib.SMTPNotSupportedError as error:
            raise RelayFailed(
                f"{self._server} cannot be used: {_told(error)} README says what the schemes of "
                "KB_SMTP_URL mean."
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise RelayFailed(
                f"{self._server} has a certificate that is not trusted ({error.verify_message}). "
                "SSL_CERT_FILE names the authorities that are."
            ) from error
        except OSError as error:
            # Those of smtplib are such too.
            raise RelayFailed(f"{self._server} does not take mail: {_told(error)}") from error

    def send(self, letter: Letter) -> str:
        """Hand over a letter; see `Line`."""
        if self._smtp is None:
            raise LineLost("The connection to the mail server was not made.")
        try:
            return self._converse(self._smtp, letter)
        except smtplib.SMTPDataError as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            self._drop()
            raise LineLost(f"The connection to the mail server broke: {_told(error)}") from error

    def close(self) -> None:
        """Say goodbye, if anybody is there."""
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
        self._drop()

    def _converse(self, smtp: smtplib.SMTP, letter: Letter) -> str:
        code, answer = smtp.mail(self._sender.address)
        if code != 250:
            refusal = self._refusal(code, answer)
            if isinstance(refusal, MessageRejected) and code != _TOO_LARGE:
                # Not this message is wrong, but whom all of them come from.
                refusal = RelayFailed(
                    f"{self._server} refuses {self._sender.address} as sender: {refusal}"
                )
            raise refusal
        code, answer = smtp.rcpt(letter.to)
        if code not in (250, 251):
            raise self._refusal(code, answer)
        code, answer = smtp.data(letter.raw)
        if code != 250:
            raise self._refusal(code, answer)
        return _spell(code, answer)

    def _refusal(self, code: int, answer: bytes | str) -> MailFailed:
        """The failure that an answer is; the connection is left ready for the next letter."""
        told = _spell(code, answer)
        if code in (_CLOSING, -1):
            self._drop()
            return LineLost(told)
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.rset()
        # An answer that is neither a yes nor a lasting no is a no for now.
        return MessageRejected(told) if 500 <= code <= 599 else MessageDeferred(told)

    def _connect(self) -> smtplib.SMTP:
        host, port, security = self._server.host, self._server.port, self._server.security
        # Its own guess at our name may wait for a name server.
        name, timeout = self._sender.domain, TIMEOUT_SECONDS
        smtp = (
            smtplib.SMTP_SSL(
                host, port, name, timeout=timeout, context=ssl.create_default_context()
            )
            if security is Security.TLS
            else smtplib.SMTP(host, port, name, timeout=timeout)
        )
        try:
            if security is Security.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if self._server.user is not None:
                smtp.login(self._server.user, self._server.password)
        except OSError:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _told(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _spell(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT_SECONDS:.0f} seconds"
    return one_line(error.strerror or str(error), _MAX_ANSWER)


def _spell(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {text}", _MAX_ANSWER)
