"""Sending: each message goes out once, whatever the server says; what cannot is told of."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from kb.jobs import JobKind, Jobs
from kb.mail import queue
from kb.mail.claims import CLAIM, GIVE_UP_AFTER, SOONEST_RETRY, Claims
from kb.mail.post import Post, Tally
from kb.mail.smtp import SmtpRelay
from kb.mail.standing import KEPT, Standing, forget, retry_failed, standing
from kb.models import OutboxRow
from kb.smtp import Sender, read_smtp_url
from tests.factories import NOW, Installation
from tests.kb.mail.test_message import a_message
from tests.mail_server import MailServer

SENDER = Sender("Library", "library@example.org")
MINUTE = timedelta(minutes=1)


def never() -> bool:
    return False


def send(
    site: Installation,
    server: MailServer,
    now: datetime = NOW,
    is_over: Callable[[], bool] = never,
) -> Tally:
    relay = SmtpRelay(read_smtp_url(server.url), SENDER)
    return Post(site.database, relay, SENDER, clock=lambda: now).send_due(is_over)


def leave(site: Installation, *names: str, now: datetime = NOW, **given: Any) -> None:
    with site.database.begin() as session:
        for name in names:
            queue(session, a_message(message_id=name, **given), now)


def rows(site: Installation) -> dict[str, OutboxRow]:
    with site.database.read() as session:
        return {row.message_id: row for row in session.scalars(select(OutboxRow))}


def stands(site: Installation) -> Standing:
    with site.database.read() as session:
        return standing(session)


def names(server: MailServer) -> list[str]:
    return [each.message_id.strip("<>").partition("@")[0] for each in server.received]


def next_run(site: Installation) -> datetime | None:
    """When the keeper is asked to send next, after all that is queued now."""
    with site.database.begin() as session:
        while job := Jobs(session).take(NOW + timedelta(days=9)):
            Jobs(session).done(job, NOW)
        return Claims(session).next_due()


def test_what_is_due_is_sent_in_order_over_one_connection(
    site: Installation, server: MailServer
) -> None:
    leave(site, "two", now=NOW)
    leave(site, "one", now=NOW - MINUTE)
    leave(site, "later", now=NOW + MINUTE)
    assert send(site, server) == Tally(sent=2)
    assert names(server) == ["one", "two"]
    assert server.connections == 1
    assert send(site, server) == Tally()
    assert send(site, server, NOW + MINUTE) == Tally(sent=1)


def test_nothing_due_makes_no_connection(site: Installation, server: MailServer) -> None:
    assert send(site, server) == Tally()
    assert server.connections == 0


def test_messages_to_one_person_go_before_those_to_many(
    site: Installation, server: MailServer
) -> None:
    leave(site, "digest-1", "digest-2", is_bulk=True, now=NOW - MINUTE)
    leave(site, "sign-in")
    send(site, server)
    assert names(server) == ["sign-in", "digest-1", "digest-2"]


def test_what_was_sent_says_nothing_any_more_and_is_forgotten_in_time(
    site: Installation, server: MailServer
) -> None:
    secret = "https://example.org/sign-in/token"
    leave(site, "one", text=secret, html=secret, headers=(("List-Unsubscribe", f"<{secret}>"),))
    send(site, server)
    assert secret in server.received[0].raw.decode()
    row = rows(site)["one"]
    assert (row.state, row.text, row.html, row.headers, row.to) == (
        *("sent", "", None, []),
        "anna@school.org.uk",
    )
    with site.database.begin() as session:
        forget(session, NOW + KEPT)
        assert standing(session).sent == 1
        forget(session, NOW + KEPT + MINUTE)
        assert standing(session).sent == 0


def test_what_waits_is_never_forgotten(site: Installation) -> None:
    leave(site, "one")
    with site.database.begin() as session:
        forget(session, NOW + timedelta(days=999))
    assert stands(site).waiting == 1


def test_a_message_that_is_put_off_is_tried_again_ever_later_and_then_given_up(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one")
    server.refuse["anna@school.org.uk"] = "451 4.7.1 greylisted"
    now, waits = NOW, []
    while (due := rows(site)["one"].not_before) is not None:
        waits.append(due - now)
        now = due
        tally = send(site, server, now)
    assert waits[:3] == [timedelta(0), SOONEST_RETRY, SOONEST_RETRY]
    assert all(early <= late for early, late in itertools.pairwise(waits))
    assert GIVE_UP_AFTER <= now - NOW <= GIVE_UP_AFTER + timedelta(hours=4)
    assert len(waits) < 40
    assert (tally, stands(site).failed) == (Tally(failed=1), 1)
    (failure,) = stands(site).failures
    assert failure.error == f"Given up after {len(waits)} attempts: 451 4.7.1 greylisted"


def test_a_message_that_is_put_off_holds_no_other_up(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one")
    leave(site, "two", to="ben@school.org.uk")
    server.refuse["anna@school.org.uk"] = "451 later"
    assert send(site, server) == Tally(sent=1, deferred=1)
    assert (stands(site).held_up_by, stands(site).waiting) == ("451 later", 1)
    server.refuse.clear()
    assert next_run(site) == NOW + SOONEST_RETRY
    assert send(site, server, NOW + SOONEST_RETRY) == Tally(sent=1)
    assert names(server) == ["two", "one"]
    assert stands(site).held_up_by is None


def test_a_message_that_is_refused_has_failed_until_somebody_asks_again(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one", text="What to say")
    server.refuse["anna@school.org.uk"] = "550 5.1.1 no such user"
    assert send(site, server) == Tally(failed=1)
    assert send(site, server, NOW + timedelta(days=1)) == Tally()
    (failure,) = stands(site).failures
    assert (failure.to, failure.error) == ("anna@school.org.uk", "550 5.1.1 no such user")
    server.refuse.clear()
    with site.database.begin() as session:
        assert retry_failed(session, NOW + KEPT) == 1
        assert retry_failed(session, NOW + KEPT) == 0
        job = Jobs(session).take(NOW + KEPT)
        assert job is not None
        assert job.kind is JobKind.SEND_MAIL
    assert send(site, server, NOW + KEPT) == Tally(sent=1)
    assert "What to say" in server.received[0].mail.get_content()


def test_a_connection_that_breaks_loses_nothing(site: Installation, server: MailServer) -> None:
    leave(site, "one", "two")
    server.breaks["DATA"] = 1
    assert send(site, server) == Tally(sent=1, deferred=1)
    assert send(site, server, NOW + SOONEST_RETRY) == Tally(sent=1)
    assert names(server) == ["two", "one"]


def test_what_was_taken_without_an_answer_is_sent_again_under_the_same_id(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one")
    server.breaks["END"] = 1
    assert send(site, server) == Tally(deferred=1)
    assert send(site, server, NOW + SOONEST_RETRY) == Tally(sent=1)
    assert names(server) == ["one", "one"]


def test_a_server_that_keeps_breaking_the_connection_is_left_alone(
    site: Installation, server: MailServer
) -> None:
    leave(site, *(f"message-{number}" for number in range(9)))
    server.breaks["DATA"] = 9
    tally = send(site, server)
    assert (tally.deferred, tally.sent) == (3, 0)
    assert "3 times in a row" in (tally.trouble or "")
    assert send(site, server) == Tally()
    assert server.connections == 3


def test_a_server_that_is_away_costs_no_message_an_attempt(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one", "two")
    gone = MailServer(port=1)
    tally = send(site, gone)
    assert "does not take mail" in (tally.trouble or "")
    assert {row.attempts for row in rows(site).values()} == {0}
    assert "does not take mail" in (stands(site).held_up_by or "")
    assert send(site, gone) == Tally()
    assert next_run(site) == NOW + SOONEST_RETRY
    assert send(site, server, NOW + SOONEST_RETRY) == Tally(sent=2)


def test_a_server_that_stays_away_is_asked_every_quarter_of_an_hour_for_three_days(
    site: Installation,
) -> None:
    leave(site, "one")
    now, tries = NOW, 0
    while (due := rows(site)["one"].not_before) is not None:
        now, tries = due, tries + 1
        send(site, MailServer(port=1), now)
    assert GIVE_UP_AFTER <= now - NOW <= GIVE_UP_AFTER + timedelta(minutes=15)
    assert 3 * 24 * 4 <= tries <= 3 * 24 * 4 + 10
    assert stands(site).failed == 1


def test_a_sender_that_the_server_refuses_fails_no_message(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one", "two")
    server.answers["MAIL"] = ["550 not yours to use"]
    tally = send(site, server)
    assert "refuses library@example.org as sender: 550 not yours" in (tally.trouble or "")
    assert (stands(site).waiting, stands(site).failed) == (2, 0)


def test_a_run_that_is_told_to_stop_leaves_the_rest_to_the_next(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one", "two", "three")
    assert send(site, server, is_over=lambda: bool(server.received)) == Tally(sent=1)
    assert next_run(site) == NOW
    assert send(site, server) == Tally(sent=2)


def test_the_claim_of_a_sender_that_died_runs_out(site: Installation, server: MailServer) -> None:
    leave(site, "one")
    with site.database.begin() as session:
        assert Claims(session).claim(NOW) is not None
    assert send(site, server) == Tally()
    assert next_run(site) == NOW + CLAIM
    assert send(site, server, NOW + CLAIM) == Tally(sent=1)


def test_a_sender_that_was_slow_undoes_nothing_of_who_took_over(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one")
    with site.database.begin() as session:
        slow = Claims(session).claim(NOW)
    assert slow is not None
    assert send(site, server, NOW + CLAIM) == Tally(sent=1)
    with site.database.begin() as session:
        Claims(session).deferred(slow, NOW + CLAIM, "451 later")
        Claims(session).rejected(slow, NOW + CLAIM, "550 never")
    assert rows(site)["one"].state == "sent"


def test_a_message_that_a_laxer_version_queued_fails_alone(
    site: Installation, server: MailServer
) -> None:
    leave(site, "one", "two")
    with site.database.begin() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.message_id == "one")).one()
        row.subject = "Hello\nBcc: eve@example.org"
    assert send(site, server) == Tally(sent=1)
    assert rows(site)["one"].state == "failed"
    assert names(server) == ["two"]
