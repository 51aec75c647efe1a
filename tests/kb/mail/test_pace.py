"""Messages to many people go out no faster than is set; what is for one person never waits."""

from datetime import datetime, timedelta

from sqlalchemy import select

from kb.jobs import Jobs
from kb.mail.pace import Pace
from kb.mail.post import Post
from kb.mail.smtp import SmtpRelay
from kb.models import JobRow
from kb.smtp import read_smtp_url
from tests.factories import NOW, Installation
from tests.kb.mail.test_post import SENDER, leave, names, never
from tests.mail_server import MailServer

MINUTE = timedelta(minutes=1)


def sender(site: Installation, server: MailServer, clock: list[datetime], pace: Pace) -> Post:
    relay = SmtpRelay(read_smtp_url(server.url), SENDER)
    return Post(site.database, relay, SENDER, clock=lambda: clock[0], pace=pace)


def run(site: Installation, post: Post) -> int:
    """How many messages the keeper sends who takes the job."""
    with site.database.begin() as session:
        job = Jobs(session).take(NOW + MINUTE)
        assert job
        Jobs(session).done(job, NOW)
    return post.send_due(never).sent


def asked_for(site: Installation) -> datetime | None:
    """When the keeper is to send next."""
    with site.database.read() as session:
        return session.scalar(select(JobRow.run_after).where(JobRow.state == "queued"))


def test_no_more_go_out_in_a_minute_than_may_and_the_rest_goes_in_the_next(
    site: Installation, server: MailServer
) -> None:
    clock = [NOW]
    post = sender(site, server, clock, Pace(3, 100))
    leave(site, *(f"m{number}" for number in range(5)), is_bulk=True)
    assert run(site, post) == 3
    assert asked_for(site) == NOW + MINUTE
    assert run(site, post) == 0
    clock[0] = NOW + MINUTE
    assert run(site, post) == 2


def test_a_domain_that_had_enough_holds_no_other_up(site: Installation, server: MailServer) -> None:
    clock = [NOW]
    post = sender(site, server, clock, Pace(100, 2))
    leave(site, "a1", "a2", "a3", is_bulk=True, to="a@big.example.org")
    leave(site, "b1", is_bulk=True, to="b@example.org")
    assert run(site, post) == 3
    assert names(server) == ["a1", "a2", "b1"]
    assert asked_for(site) == NOW + MINUTE
    clock[0] = NOW + MINUTE
    assert run(site, post) == 1


def test_what_is_for_one_person_never_waits(site: Installation, server: MailServer) -> None:
    post = sender(site, server, [NOW], Pace(1, 1))
    leave(site, "many1", "many2", is_bulk=True)
    leave(site, "one1", "one2")
    post.send_due(never)
    assert names(server) == ["one1", "one2"]
