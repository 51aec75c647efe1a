"""Whatever is killed whenever: every issue arrives, and no more copies than were in flight."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mail_server import MailServer, mail_server
from tests.web.command import running
from tests.web.digest.test_sending import publish, readers
from tests.web.site import Site
from tests.web.test_mailing import SENDER, drop_the_lease, ids, mailing, make_due, stands
from web.digest.compose import message_id
from web.digest.sending import sending
from web.keeper import Keeper

READERS, KILLS = 500, 10
UNPACED = {"KB_MAIL_PER_MINUTE": "100000", "KB_MAIL_PER_MINUTE_TO_DOMAIN": "100000"}


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with mail_server() as running_server:
        yield running_server


@pytest.mark.slow
def test_ten_kills_lose_no_issue_and_repeat_no_more_than_was_in_flight(
    site: Site, server: MailServer, tmp_path: Path
) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    people = readers(site, *(f"r{number:03}@school.example" for number in range(READERS)))
    due = {message_id(each.id, each.due_at) for each in people if each.due_at}
    dice = random.Random(20261128)
    # The first while issues are chosen and left in the outbox, the others while they are sent.
    kill_after(site, server, tmp_path / "log-0", seconds=dice.uniform(2, 5))
    for number, count in enumerate(sorted(dice.sample(range(1, READERS - 10), KILLS - 1)), 1):
        kill_at(site, server, count, tmp_path / f"log-{number}")
    assert Keeper(site.services).work_once()
    assert set(ids(server)) == due
    assert len(due) == READERS
    # One message at a time is in flight.
    assert len(ids(server)) <= READERS + KILLS
    assert (stands(site).sent, stands(site).waiting) == (READERS, 0)
    recipients = {each.to for each in server.received}
    assert recipients == {(each.address,) for each in people}


def kill_after(site: Site, server: MailServer, log: Path, seconds: float) -> None:
    env = {**site.env, "KB_SMTP_URL": server.url, "KB_MAIL_FROM": SENDER, **UNPACED}
    with running(env, log, "work") as process:
        timer = threading.Timer(seconds, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        assert process.wait(120) == -signal.SIGKILL
    recover(site)


def kill_at(site: Site, server: MailServer, count: int, log: Path) -> None:
    """Kill a keeper when the server has taken so many messages, some before it has answered."""
    env = {**site.env, "KB_SMTP_URL": server.url, "KB_MAIL_FROM": SENDER, **UNPACED}
    with running(env, log, "work") as process:

        def kill() -> None:
            if len(server.received) >= count and process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)

        server.on_taken = kill
        assert process.wait(120) == -signal.SIGKILL
    server.on_taken = lambda: None
    recover(site)


def recover(site: Site) -> None:
    """As if the time had passed after which a dead sender's claims run out."""
    drop_the_lease(site)
    make_due(site)


def test_two_senders_at_once_send_each_issue_once(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    people = readers(site, *(f"r{number:03}@school.example" for number in range(60)))
    others = [mailing(site, server.url) for _ in range(2)]

    def send(one: Site) -> None:
        sending(one.services).send_due(datetime.now(UTC))
        one.services.post.send_due(lambda: False)

    threads = [threading.Thread(target=send, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(server)) == sorted(message_id(r.id, r.due_at) for r in people if r.due_at)


def test_faults_of_the_server_lose_and_repeat_no_issue(site: Site, server: MailServer) -> None:
    site = mailing(site, server.url)
    publish(site, "breakfast", title="Breakfast before the bell")
    people = readers(site, *(f"r{number}@school.example" for number in range(8)))
    server.answers = {"MAIL": ["421 closing"], "RCPT": ["451 later", "250 OK"], "END": ["451 no"]}
    server.breaks["DATA"] = 1
    server.refuse["r7@school.example"] = "550 5.1.1 no such user"
    server.delay = 0.02
    assert Keeper(site.services).work_once()
    for _ in range(3):
        make_due(site)
        assert Keeper(site.services).work_once()
    assert sorted(ids(server)) == sorted(
        message_id(r.id, r.due_at) for r in people if r.due_at and not r.address.startswith("r7")
    )
    assert (stands(site).sent, stands(site).failed) == (7, 1)
