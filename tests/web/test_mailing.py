"""The keeper sends mail: soon, beside its other work, and again after a kill."""

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kb.jobs import JobKind, Jobs
from kb.mail import Message, queue, queue_all
from kb.mail import smtp as smtp_module
from kb.mail.claims import CLAIM
from kb.mail.standing import KEPT, Standing, standing
from tests.factories import write_study
from tests.mail_server import MailServer, mail_server
from tests.web.command import running
from tests.web.site import PLAIN, Site, a_site, eventually
from tests.web.test_keeper import at_work, brisk, states, total
from web import beside
from web.keeper import Keeper

__all__ = ["brisk"]
SENDER = "library@example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with mail_server() as running_server:
        yield running_server


def mailing(site: Site, url: str) -> Site:
    """The site as one that sends through a server."""
    return a_site(
        site.content,
        site.home,
        update=False,
        KB_SMTP_URL=url,
        KB_MAIL_FROM=f"Us <{SENDER}>",
        KB_MAIL_PER_MINUTE_TO_DOMAIN="100000",
    )


def leave(site: Site, *names: str, **given: Any) -> None:
    now = given.pop("now", datetime.now(UTC))
    with site.services.database.begin() as session:
        for name in names:
            message = {"to": "anna@school.org.uk", "subject": name, "text": "Hi."} | given
            queue(session, Message(**message, message_id=name), now)


def stands(site: Site) -> Standing:
    with site.services.database.read() as session:
        return standing(session)


def ids(server: MailServer) -> list[str]:
    return [each.message_id.strip("<>").partition("@")[0] for each in server.received]


def test_without_a_server_messages_are_files_that_mail_programs_open(site: Site) -> None:
    leave(site, "hello")
    assert Keeper(site.services).work_once()
    (file,) = (site.home / "outbox").iterdir()
    assert file.name == "hello.eml"
    assert b"From: Practice Library <no-reply@localhost>" in file.read_bytes()
    assert ("send-mail", "done", 1) in states(site)
    assert stands(site).sent == 1


def test_once_sends_all_that_is_due_before_it_ends(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    server.delay = 0.05
    leave(site, "one", "two", "three")
    assert Keeper(site.services).work_once()
    assert ids(server) == ["one", "two", "three"]
    assert server.received[0].sender == SENDER
    # What was asked for was done, and nothing waits.
    assert ("send-mail", "done", 1) in states(site)
    assert stands(site).waiting == 0


@pytest.mark.usefixtures("brisk")
def test_a_message_goes_out_soon_after_it_was_left(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    with at_work(site):
        leave(site, "one")
        eventually(lambda: ids(server) == ["one"])
        leave(site, "two")
        eventually(lambda: ids(server) == ["one", "two"])


@pytest.mark.usefixtures("brisk")
def test_a_slow_server_holds_no_edit_up(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    server.delay = 1
    leave(site, *(f"message-{number}" for number in range(9)))
    with at_work(site):
        eventually(lambda: server.connections == 1)
        write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
        eventually(lambda: total(site, "marmalade") == 1)
        assert len(server.received) < 9
    # Told to stop, it let the message in hand arrive and left the others.
    sent = len(server.received)
    assert (stands(site).sent, stands(site).waiting) == (sent, 9 - sent)
    threading.Event().wait(1.5 * server.delay)
    assert len(server.received) == sent


@pytest.mark.usefixtures("brisk")
def test_a_server_that_does_not_answer_does_not_keep_the_keeper_from_stopping(
    site: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "STOP_SECONDS", 0.2)
    site = mailing(site, server.url)
    server.delay = 4
    leave(site, "one")
    with at_work(site) as thread:
        eventually(lambda: server.connections == 1)
    assert not thread.is_alive()
    assert stands(site).sent == 0
    eventually(lambda: stands(site).sent == 1)


@pytest.mark.usefixtures("brisk")
def test_mail_that_was_put_off_goes_out_when_its_time_comes(
    site: Site, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.mail.claims.SOONEST_RETRY", timedelta(seconds=0.2))
    site = mailing(site, server.url)
    server.answers["RCPT"] = ["451 later", "451 later"]
    leave(site, "one")
    with at_work(site):
        eventually(lambda: ids(server) == ["one"])


def test_mail_that_waits_is_sent_though_nobody_asks_for_it(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    leave(site, "one")
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        store.execute("DELETE FROM job")
    assert Keeper(site.services).work_once()
    assert ids(server) == ["one"]


def test_trouble_with_the_server_is_logged_without_a_password_and_fails_no_job(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site = mailing(site, "smtp+plain://library:hunter2@127.0.0.1:1")
    leave(site, "one")
    assert Keeper(site.services).work_once()
    assert "Mail waits: 127.0.0.1 port 1" in caplog.text
    assert "hunter2" not in caplog.text
    assert ("send-mail", "done", 1) in states(site)
    assert ("send-mail", "queued", 0) in states(site)


def test_records_of_old_messages_are_dropped_daily(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    leave(site, "old", "young")
    assert Keeper(site.services).work_once()
    ended = datetime.now(UTC) - KEPT - timedelta(hours=1)
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        store.execute(
            "UPDATE outbox SET ended_at = ? WHERE message_id = 'old'",
            (ended.isoformat(" ").replace("+00:00", ""),),
        )
    assert Keeper(site.services).work_once()
    assert stands(site).sent == 1


def make_due(site: Site) -> None:
    """As if the claims of senders that died had run out."""
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        store.execute(
            "UPDATE outbox SET not_before = '2020-01-01 00:00:00' WHERE not_before IS NOT NULL"
        )
        store.execute("UPDATE job SET run_after = '2020-01-01 00:00:00' WHERE state = 'queued'")


@pytest.mark.slow
def test_a_kill_between_acceptance_and_record_repeats_one_message_and_loses_none(
    site: Site, server: MailServer, tmp_path: Path
) -> None:
    site = mailing(site, server.url)
    names = [f"message-{number:02}" for number in range(12)]
    leave(site, *names)
    for number in (1, 7, 13):
        kill_a_keeper(site, server, number, tmp_path / f"log-{number}")
        drop_the_lease(site)
        make_due(site)
    assert Keeper(site.services).work_once()
    assert set(ids(server)) == set(names)
    assert len(ids(server)) == len(names) + 3
    assert (stands(site).sent, stands(site).waiting) == (len(names), 0)


def kill_a_keeper(site: Site, server: MailServer, number: int, log: Path) -> None:
    """Have one at work that is killed when the server has taken so many messages in all."""
    env = {**site.env, "KB_SMTP_URL": server.url, "KB_MAIL_FROM": SENDER}
    with running(env, log, "work") as process:

        def kill() -> None:
            if len(server.received) == number:
                os.kill(process.pid, signal.SIGKILL)

        server.on_taken = kill
        assert process.wait(120) == -signal.SIGKILL


def drop_the_lease(site: Site) -> None:
    with closing(sqlite3.connect(site.home / "kb.sqlite")) as store, store:
        store.execute("DELETE FROM lease")


def test_two_senders_at_once_send_each_message_once(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    names = [f"message-{number:03}" for number in range(60)]
    with site.services.database.begin() as session:
        messages = [Message("anna@school.org.uk", n, "Hi.", message_id=n) for n in names]
        queue_all(session, messages, datetime.now(UTC))
    others = [mailing(site, server.url) for _ in range(3)]
    threads = [
        threading.Thread(target=other.services.post.send_due, args=(lambda: False,))
        for other in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(server)) == names
    assert server.connections == 3


def test_a_message_in_flight_is_claimed_for_longer_than_a_server_may_take() -> None:
    # MAIL, RCPT, DATA, the text, its answer, RSET.
    assert timedelta(seconds=6 * smtp_module.TIMEOUT_SECONDS) < CLAIM


def test_a_bug_in_what_is_done_beside_ends_the_keeper(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(site, "one")
    monkeypatch.setattr("kb.mail.post.write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Keeper(site.services).work_once()


def test_the_job_for_mail_is_asked_for_with_the_message(site: Site) -> None:
    leave(site, "one", now=datetime.now(UTC) + timedelta(hours=1))
    with site.services.database.begin() as session:
        assert Jobs(session).take(datetime.now(UTC), {JobKind.SEND_MAIL}) is None
