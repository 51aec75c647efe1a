"""The outbox: what is queued is there once, and only if its transaction was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.jobs import JobKind, Jobs
from kb.mail import queue, queue_all
from kb.models import OutboxRow
from tests.factories import NOW, Installation
from tests.kb.mail.test_message import a_message

HOUR = timedelta(hours=1)


def subjects(site: Installation) -> list[str]:
    with site.database.read() as session:
        return list(session.scalars(select(OutboxRow.subject).order_by(OutboxRow.id)))


def test_queueing_asks_the_keeper_to_send(site: Installation) -> None:
    with site.database.begin() as session:
        queue(session, a_message(), NOW, not_before=NOW + HOUR)
    with site.database.begin() as session:
        assert Jobs(session).take(NOW) is None
        job = Jobs(session).take(NOW + HOUR)
        assert job is not None
        assert job.kind is JobKind.SEND_MAIL


def test_a_message_of_a_transaction_that_fails_is_not_queued(site: Installation) -> None:
    def queue_and_fail() -> None:
        with site.database.begin() as session:
            queue(session, a_message(), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        queue_and_fail()
    assert subjects(site) == []


def test_a_message_that_was_queued_before_is_not_queued_again(site: Installation) -> None:
    with site.database.begin() as session:
        queue(session, a_message(message_id="one", subject="First"), NOW)
        queue(session, a_message(message_id="one", subject="Second"), NOW)
        queue(session, a_message(message_id="two", subject="Third"), NOW)
    assert subjects(site) == ["First", "Third"]


def test_messages_without_an_id_of_their_own_are_all_different(site: Installation) -> None:
    with site.database.begin() as session:
        queue_all(session, [a_message()] * 1200, NOW)
    assert len(subjects(site)) == 1200


def test_nothing_to_queue_is_no_work(site: Installation) -> None:
    with site.database.begin() as session:
        queue_all(session, [], NOW)
        assert Jobs(session).take(NOW) is None
