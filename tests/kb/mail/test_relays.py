"""Relays: a server that refuses, hangs up or dawdles; certificates; the folder of files."""

import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import pytest

from kb.errors import KbError, LineLost, MessageDeferred, MessageRejected, RelayFailed
from kb.mail import smtp
from kb.mail.folder import FolderRelay
from kb.mail.letter import Letter, write
from kb.mail.relay import Line, Relay
from kb.mail.smtp import SmtpRelay
from kb.smtp import Sender, read_smtp_url
from tests.factories import NOW
from tests.kb.mail.test_message import a_message
from tests.mail_server import PASSWORD, USER, MailServer, certificate, mail_server

SENDER = Sender("Library", "library@example.org")
LOGIN = f"{USER}:p%40ss%2Fword%3A 1"


def a_letter(name: str = "one", to: str = "anna@school.org.uk") -> Letter:
    return write(a_message(to=to), name, SENDER, NOW)


def relay_to(url: str) -> Relay:
    return SmtpRelay(read_smtp_url(url), SENDER)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    with relay_to(url).open() as line:
        line.ready()
        yield line


def refused(url: str) -> str:
    """What it says of a relay that cannot be used."""
    with relay_to(url).open() as line, pytest.raises(RelayFailed) as caught:
        line.ready()
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_many_letters_go_over_one_connection(server: MailServer) -> None:
    with line_to(server.url) as line:
        answers = [line.send(a_letter(name)) for name in ("one", "two", "three")]
        line.ready()
    assert answers[2] == "250 2.0.0 Ok: queued as 00003"
    assert [each.message_id for each in server.received] == [
        f"<{name}@example.org>" for name in ("one", "two", "three")
    ]
    assert server.received[0].sender == "library@example.org"
    assert server.received[0].to == ("anna@school.org.uk",)
    assert server.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "END"])
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("421 closing", LineLost),
        ("451 later", MessageDeferred),
        ("452 full", MessageDeferred),
        ("550 no such user", MessageRejected),
        ("552 too large", MessageRejected),
    ],
)
def test_a_refusal_says_whether_to_try_again_and_spoils_nothing_else(
    server: MailServer, step: str, answer: str, failure: type[KbError]
) -> None:
    server.answers[step] = [answer]
    if (step, answer) == ("MAIL", "550 no such user"):
        # All messages come from this sender: none of them is at fault.
        failure = RelayFailed
    with line_to(server.url) as line:
        with pytest.raises(KbError, match=answer) as caught:
            line.send(a_letter())
        assert type(caught.value) is failure
        line.ready()
        line.send(a_letter("two"))
    assert [each.message_id for each in server.received] == ["<two@example.org>"]
    assert server.connections == (2 if failure is LineLost else 1)


@pytest.mark.parametrize(("step", "taken"), [("DATA", 0), ("END", 1)])
def test_a_connection_that_breaks_is_made_anew(server: MailServer, step: str, taken: int) -> None:
    server.breaks[step] = 1
    with line_to(server.url) as line:
        with pytest.raises(LineLost, match="broke"):
            line.send(a_letter())
        with pytest.raises(LineLost):
            line.send(a_letter())
        line.ready()
        line.send(a_letter("two"))
    assert len(server.received) == taken + 1
    assert server.connections == 2


def test_a_server_that_dawdles_is_not_waited_for(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    server.delay = 3
    with line_to(server.url) as line, pytest.raises(LineLost):
        line.send(a_letter())


def test_a_server_that_says_nothing_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "does not take mail" in refused(f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}")


def test_a_server_that_is_not_there_is_told_of() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "does not take mail: Connection refused" in refused(f"smtp+plain://127.0.0.1:{port}")
    assert "does not take mail" in refused("smtp+plain://no-such-host.invalid:25")


def test_an_answer_cannot_write_lines_of_its_own(server: MailServer) -> None:
    server.answers["RCPT"] = ["550-\x1b[31mno\r\n550 such\x07user " + "x" * 400]
    with line_to(server.url) as line, pytest.raises(MessageRejected) as caught:
        line.send(a_letter())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 300


# TLS


def test_starttls_is_demanded(server: MailServer) -> None:
    assert "STARTTLS" in refused(f"smtp://127.0.0.1:{server.port}")
    assert server.received == []


class Offer(TypedDict, total=False):
    """How a server offers TLS."""

    tls: ssl.SSLContext
    starttls: ssl.SSLContext


def offering(scheme: str, context: ssl.SSLContext) -> Offer:
    return {"starttls": context} if scheme == "smtp" else {"tls": context}


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_with_tls_and_a_login_it_is_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context, pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with mail_server(**offering(scheme, context), with_login=True) as server:
        with line_to(f"{scheme}://{LOGIN}@localhost:{server.port}") as line:
            line.send(a_letter())
        assert len(server.received) == 1
        assert "535" in refused(f"{scheme}://{USER}:wrong@localhost:{server.port}")


def test_a_server_that_wants_a_login_takes_nothing_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with (
        mail_server(starttls=context, with_login=True) as server,
        line_to(f"smtp://localhost:{server.port}") as line,
        pytest.raises(RelayFailed, match="530"),
    ):
        line.send(a_letter())


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_or_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context, pem = certificate(tmp_path, "mail.example.org")
    with mail_server(**offering(scheme, context), with_login=True) as server:
        url = f"{scheme}://{LOGIN}@localhost:{server.port}"
        assert "SSL_CERT_FILE" in refused(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert "Hostname mismatch" in refused(url)
        assert server.received == []


# Files


def test_a_message_is_a_file_that_a_mail_program_opens(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "outbox"
    with FolderRelay(folder).open() as line:
        line.ready()
        assert line.send(a_letter()) == f"written to {folder / 'one.eml'}"
        line.send(a_letter())
        line.send(a_letter("two"))
    assert sorted(path.name for path in folder.iterdir()) == ["one.eml", "two.eml"]
    assert b"Message-ID: <one@example.org>" in (folder / "one.eml").read_bytes()
    assert stat.S_IMODE((folder / "one.eml").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with FolderRelay(tmp_path / "file" / "outbox").open() as line:
        with pytest.raises(RelayFailed, match="No mail can be written"):
            line.ready()
        with pytest.raises(RelayFailed, match="No mail can be written"):
            line.send(a_letter())
