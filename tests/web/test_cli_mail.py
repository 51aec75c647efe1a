"""`kb mail`: how mail stands, a try, and another go for what failed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kb.mail.claims import GIVE_UP_AFTER
from tests.mail_server import MailServer, mail_server
from tests.web.command import kb, refused
from tests.web.site import Site
from tests.web.test_mailing import leave, mailing, stands


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback."""
    with mail_server() as running:
        yield running


def through(server: MailServer) -> dict[str, str]:
    return {"KB_SMTP_URL": server.url, "KB_MAIL_FROM": "library@example.org"}


def test_a_test_message_is_sent_at_once_and_the_answer_told(site: Site, server: MailServer) -> None:
    leave(site, "waiting")
    ran = kb(site, "mail", "test", "Anna@school.org.uk", **through(server))
    assert ran.exit_code == 0
    assert "with no encryption: 250 2.0.0 Ok: queued as 00001" in ran.stdout
    (received,) = server.received
    assert received.to == ("anna@school.org.uk",)
    assert "http://127.0.0.1:8000" in received.mail.get_content()
    assert stands(site).waiting == 1


def test_a_test_without_a_server_writes_a_file(site: Site) -> None:
    ran = kb(site, "mail", "test", "anna@school.org.uk")
    (file,) = (site.home / "outbox").iterdir()
    assert str(file) in ran.stdout


def test_a_test_that_fails_says_what_the_server_said(site: Site, server: MailServer) -> None:
    server.refuse["anna@school.org.uk"] = "550 5.1.1 no such user"
    told = refused(kb(site, "mail", "test", "anna@school.org.uk", **through(server)))
    assert "550 5.1.1 no such user" in told
    gone = {"KB_SMTP_URL": "smtp+plain://127.0.0.1:1", "KB_MAIL_FROM": "library@example.org"}
    assert "does not take mail" in refused(kb(site, "mail", "test", "anna@school.org.uk", **gone))
    assert "is not an email address" in refused(kb(site, "mail", "test", "anna"))


def test_the_status_tells_what_waits_and_what_failed_and_why(
    site: Site, server: MailServer
) -> None:
    leave(site, "one", "two")
    leave(site, "three", to="gone@school.org.uk")
    server.refuse |= {"gone@school.org.uk": "550 no such user", "anna@school.org.uk": "451 later"}
    mailing(site, server.url).services.post.send_due(lambda: False)
    ran = kb(site, "mail", "status", **through(server))
    for told in (
        "Waiting: 2, the oldest since 20",
        "Held up: 451 later",
        "0 sent, 1 failed",
        "gone@school.org.uk  550 no such user",
        "kb mail retry",
    ):
        assert told in ran.stdout
    found = json.loads(kb(site, "mail", "status", "--json").stdout)
    assert (found["waiting"], found["failed"], found["sent"]) == (2, 1, 0)
    assert found["failures"][0]["error"] == "550 no such user"
    assert datetime.fromisoformat(found["oldest"]).tzinfo is not None


def test_the_status_of_a_quiet_outbox_is_short(site: Site) -> None:
    ran = kb(site, "mail", "status")
    assert ran.stdout.splitlines()[1:] == ["Waiting: 0", "Last 30 days: 0 sent, 0 failed"]


def test_failed_messages_get_another_go(site: Site, server: MailServer) -> None:
    leave(site, "one")
    server.refuse["anna@school.org.uk"] = "550 no such user"
    mailing(site, server.url).services.post.send_due(lambda: False)
    assert "1 message is queued again" in kb(site, "mail", "retry").stdout
    assert (stands(site).waiting, stands(site).failed) == (1, 0)
    assert "0 messages are queued again" in kb(site, "mail", "retry").stdout


def mail_check(site: Site, **env: str) -> tuple[str, str]:
    ran = kb(site, "doctor", "--json", **env)
    (check,) = [each for each in json.loads(ran.stdout) if each["name"] == "mail"]
    return check["verdict"], check["found"]


def test_doctor_says_how_mail_goes(site: Site, server: MailServer) -> None:
    verdict, found = mail_check(site)
    assert (verdict, "KB_SMTP_URL sends it" in found) == ("ok", True)
    assert "0 waiting, 0 failed" in found
    verdict, found = mail_check(site, **through(server))
    assert (verdict, f"127.0.0.1 port {server.port}" in found) == ("ok", True)
    assert server.connections == 0


def test_doctor_notes_what_failed_and_finds_wrong_what_is_held_up_for_long(
    site: Site, server: MailServer
) -> None:
    leave(site, "one")
    server.refuse["anna@school.org.uk"] = "550 no such user"
    post = mailing(site, server.url).services.post
    post.send_due(lambda: False)
    verdict, found = mail_check(site)
    assert (verdict, "1 failed: kb mail status says why" in found) == ("note", True)
    server.refuse["anna@school.org.uk"] = "451 later"
    leave(site, "two")
    post.send_due(lambda: False)
    assert mail_check(site)[0] == "note"
    leave(site, "three", now=datetime.now(UTC) - GIVE_UP_AFTER + timedelta(hours=1))
    post.send_due(lambda: False)
    verdict, found = mail_check(site)
    assert (verdict, "held up: 451 later" in found) == ("wrong", True)
