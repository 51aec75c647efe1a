"""Each issue is left in the outbox once, and is on record, whatever happens meanwhile."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.digest import ledger as ledger_module
from kb.digest.interests import Interests
from kb.digest.issue import Choice, Issue, Kind, Passage
from kb.digest.ledger import KEPT, Ledger
from kb.digest.runs import last_runs
from kb.digest.sending import Done
from kb.digest.shelf import Shelf
from kb.digest.subscription import State, Subscription
from kb.digest.wishes import Wishes
from kb.errors import Invalid, IssueNotFound
from kb.mail import Message
from kb.models import BounceRow, DigestIssueRow, DigestSentRow, RevisionRow
from tests.factories import Installation, an_id, write_study
from tests.kb.digest.readers import DAY, MONDAY, NOW, get, subscribe, using
from tests.kb.digest.sends import PlainComposer, load, publish, send, sending, waiting
from tests.kb.digest.studies import study

WEEK = 7 * DAY
ISSUE = Issue((Choice(study("other"), Kind.FITS, Passage("Calmer."), "It is new."),))


def test_an_issue_waits_for_who_is_due_and_the_next_brings_only_what_came_since(
    site: Installation,
) -> None:
    publish(site, "gate", at=NOW - DAY)
    reader = subscribe(site)
    assert send(site, MONDAY - timedelta(seconds=1)) == Done()
    assert send(site) == Done(issues=1)
    assert waiting(site) == [("a@example.org", "gate")]
    assert get(site, reader).last_issue_at == MONDAY
    publish(site, "calm", at=MONDAY + DAY)
    assert send(site, MONDAY + WEEK) == Done(issues=1)
    assert waiting(site)[-1] == ("a@example.org", "calm")


def test_where_nothing_is_new_nothing_is_sent_and_the_next_is_due_later(
    site: Installation,
) -> None:
    reader = subscribe(site)
    assert send(site) == Done(without_news=1)
    assert waiting(site) == []
    found = get(site, reader)
    assert (found.last_issue_at, found.due_at) == (None, MONDAY + WEEK)
    with site.database.read() as session:
        [run] = last_runs(session)
    assert (run.started_at, run.issues, run.without_news) == (MONDAY, 0, 1)


def test_said_again_at_once_it_sends_nothing_more(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    subscribe(site)
    send(site)
    assert send(site) == Done()
    assert len(waiting(site)) == 1


def test_the_unique_row_alone_keeps_an_issue_from_being_sent_twice(site: Installation) -> None:
    """As if another run had gone on to the next and been undone: the ledger still knows."""
    publish(site, "gate", at=NOW)
    reader = subscribe(site)
    with site.database.begin() as session:
        assert Ledger(session).record(reader.id, MONDAY, ISSUE, "other", MONDAY) is True
        assert Ledger(session).record(reader.id, MONDAY, ISSUE, "another", MONDAY) is False
    assert send(site) == Done()
    assert waiting(site) == []
    assert get(site, reader).due_at == MONDAY + WEEK


def test_four_runs_at_once_send_each_issue_once(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    for number in range(250):
        subscribe(site, f"r{number:03}@example.org")
    done: list[Done] = []
    runs = [
        threading.Thread(target=lambda: done.append(sending(site).send_due(MONDAY)))
        for _ in range(4)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sum(each.issues for each in done) == 250
    assert len({to for to, _ in waiting(site)}) == len(waiting(site)) == 250


@pytest.mark.parametrize("act", ["unsubscribe", "delete", "suppress"])
def test_who_leaves_while_their_issue_is_written_gets_none(site: Installation, act: str) -> None:
    publish(site, "gate", at=NOW)
    leaver, stayer = subscribe(site), subscribe(site, "b@example.org")

    class Leaving(PlainComposer):
        def compose(self, reader: Subscription, *given: object) -> Message:
            if reader.id == leaver.id:
                leave(site, act, leaver)
            return super().compose(reader, *given)  # type: ignore[arg-type]

    assert sending(site, composer=Leaving()).send_due(MONDAY) == Done(issues=1)
    assert waiting(site) == [(stayer.address, "gate")]


@pytest.mark.parametrize("act", ["unsubscribe", "delete", "suppress"])
def test_who_leaves_while_their_issue_waits_gets_none(site: Installation, act: str) -> None:
    publish(site, "gate", at=NOW)
    leaver = subscribe(site)
    subscribe(site, "b@example.org")
    send(site)
    leave(site, act, leaver)
    assert waiting(site) == [("b@example.org", "gate")]


def leave(site: Installation, act: str, reader: Subscription) -> None:
    with using(site) as subscriptions:
        getattr(subscriptions, act)(reader.address if act == "suppress" else reader.id)


def test_of_a_deleted_reader_nothing_is_left(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    reader = subscribe(site)
    send(site)
    with site.database.begin() as session:
        session.add(
            BounceRow(source="x", address=reader.address, kind="soft", noted_at=NOW, told="")
        )
    leave(site, "delete", reader)
    with site.database.read() as session:
        for table in (DigestIssueRow, DigestSentRow, BounceRow):
            assert session.scalars(select(table)).all() == []


def test_a_study_archived_between_choice_and_send_is_left_out(site: Installation) -> None:
    publish(site, "gate", "calm", at=NOW)
    subscribe(site)
    loaded = []

    def archiving(session: Session) -> Shelf:
        loaded.append(load(session))
        return loaded[-1]

    class Archiving(PlainComposer):
        def compose(self, *given: object) -> Message:
            if len(loaded) == 2:
                write_study(site.root, "gate", title="Gate", status="archived")
                site.sync(NOW)
            return super().compose(*given)  # type: ignore[arg-type]

    # The first load is for the finder.
    assert sending(site, archiving, Archiving()).send_due(MONDAY) == Done(issues=1)
    assert waiting(site) == [("a@example.org", "calm")]
    assert len(loaded) == 3


def test_a_message_that_cannot_be_written_keeps_no_other(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    faulty = subscribe(site)
    subscribe(site, "b@example.org")

    class Faulty(PlainComposer):
        def compose(self, reader: Subscription, *given: object) -> Message:
            if reader.id == faulty.id:
                raise Invalid("No.")
            return super().compose(reader, *given)  # type: ignore[arg-type]

    assert sending(site, composer=Faulty()).send_due(MONDAY) == Done(issues=1, failed=1)
    assert waiting(site) == [("b@example.org", "gate")]
    found = get(site, faulty)
    assert (found.state, found.last_issue_at, found.due_at) == (State.ACTIVE, None, MONDAY + WEEK)


def test_a_study_returns_only_after_a_substantial_change(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    reader = subscribe(site, wishes=Wishes(Interests(), always=True))
    send(site)
    assert send(site, MONDAY + WEEK) == Done(without_news=1)
    with site.database.begin() as session:
        [revision] = session.scalars(select(RevisionRow))
        revision.is_substantial, revision.recorded_at = True, MONDAY + 8 * DAY
    assert send(site, MONDAY + 2 * WEEK) == Done(issues=1)
    with site.database.read() as session:
        assert Ledger(session).had([reader.id]) == {reader.id: {an_id("gate"): MONDAY + 2 * WEEK}}


def test_a_rehearsal_tells_what_would_be_sent_and_writes_nothing(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    reader = subscribe(site)
    told = [(each.address, message) for each, message in sending(site).rehearse(MONDAY)]
    assert [(to, message.text) for to, message in told if message] == [("a@example.org", "gate")]
    assert waiting(site) == []
    assert get(site, reader).due_at == MONDAY


def test_a_run_that_is_stopped_goes_on_where_it_was(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.digest.sending.BATCH", 10)
    publish(site, "gate", at=NOW)
    for number in range(25):
        subscribe(site, f"r{number:02}@example.org")
    seen: list[int] = []
    stopped = sending(site).send_due(
        MONDAY, is_over=lambda: bool(seen), progress=lambda done: seen.append(done.total)
    )
    assert (stopped.issues, seen) == (10, [10])
    assert send(site) == Done(issues=15)
    assert len({to for to, _ in waiting(site)}) == 25


def test_an_issue_can_be_read_for_ninety_days(site: Installation) -> None:
    publish(site, "gate", at=NOW)
    reader = subscribe(site)
    send(site)
    with site.database.begin() as session:
        ledger_module.forget(session, MONDAY + KEPT)
        [kept] = Ledger(session).kept(reader.id, MONDAY)
        assert kept["id"] == an_id("gate")
        ledger_module.forget(session, MONDAY + KEPT + timedelta(seconds=1))
    with site.database.read() as session, pytest.raises(IssueNotFound):
        Ledger(session).kept(reader.id, MONDAY)
