"""Jobs and the lease: work is done once, again after a failure, and by one keeper."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from kb.jobs import FIRST_RETRY, MAX_ATTEMPTS, Job, JobKind, Jobs, drop_lease, take_lease
from tests.factories import NOW, Installation

T = TypeVar("T")
SOON = timedelta(seconds=1)


def within(site: Installation, work: Callable[[Session], T]) -> T:
    with site.database.begin() as session:
        return work(session)


def queue(site: Installation, kind: JobKind = JobKind.INDEX, now: datetime = NOW) -> None:
    within(site, lambda session: Jobs(session).queue(kind, now))


def take(site: Installation, now: datetime = NOW) -> Job | None:
    return within(site, lambda session: Jobs(session).take(now))


def must_take(site: Installation, now: datetime = NOW) -> Job:
    job = take(site, now)
    assert job is not None
    return job


def fail(site: Installation, job: Job, now: datetime = NOW, error: str = "no disk") -> None:
    within(site, lambda session: Jobs(session).failed(job, now, error))


def done(site: Installation, job: Job, now: datetime = NOW) -> None:
    within(site, lambda session: Jobs(session).done(job, now))


def last_failure(site: Installation) -> str | None:
    return within(site, lambda session: Jobs(session).last_failure())


def test_nothing_queued_is_nothing_to_do(site: Installation) -> None:
    assert take(site) is None


def test_it_is_busy_while_a_job_is_due_or_under_way(site: Installation) -> None:
    def is_busy() -> bool:
        return within(site, lambda session: Jobs(session).is_busy(NOW))

    assert not is_busy()
    queue(site, now=NOW + SOON)
    assert not is_busy()
    queue(site, JobKind.FORGET_QUERIES)
    assert is_busy()
    job = must_take(site)
    assert is_busy()
    done(site, job)
    assert not is_busy()


def test_asking_again_while_one_waits_changes_nothing(site: Installation) -> None:
    queue(site)
    queue(site, now=NOW + SOON)
    job = must_take(site, NOW + SOON)
    assert (job.kind, job.attempts) == (JobKind.INDEX, 1)
    assert take(site, NOW + SOON) is None


def test_asking_while_one_runs_makes_another_because_it_may_have_missed_the_change(
    site: Installation,
) -> None:
    queue(site)
    first = must_take(site)
    queue(site)
    second = must_take(site)
    assert first.id != second.id


def test_the_job_that_waits_longest_is_first(site: Installation) -> None:
    queue(site, JobKind.FORGET_QUERIES, NOW)
    queue(site, JobKind.INDEX, NOW - SOON)
    assert [must_take(site).kind, must_take(site).kind] == [JobKind.INDEX, JobKind.FORGET_QUERIES]


def test_jobs_of_one_moment_are_done_in_the_order_asked(site: Installation) -> None:
    queue(site, JobKind.FORGET_QUERIES)
    queue(site, JobKind.INDEX)
    assert must_take(site).kind is JobKind.FORGET_QUERIES


def test_jobs_of_other_kinds_wait_for_who_does_them(site: Installation) -> None:
    queue(site, JobKind.SEND_MAIL)
    queue(site, JobKind.INDEX, NOW + SOON)
    later = NOW + SOON
    taken = within(site, lambda session: Jobs(session).take(later, {JobKind.INDEX}))
    assert taken is not None
    assert taken.kind is JobKind.INDEX
    assert within(site, lambda session: Jobs(session).take(later, {JobKind.INDEX})) is None
    assert must_take(site, later).kind is JobKind.SEND_MAIL


def test_a_job_that_is_not_due_waits(site: Installation) -> None:
    queue(site, now=NOW + SOON)
    assert take(site) is None
    assert take(site, NOW + SOON) is not None


def test_a_job_that_is_done_is_never_taken_again(site: Installation) -> None:
    queue(site)
    done(site, must_take(site))
    assert take(site, NOW + timedelta(days=365)) is None


def test_a_failed_job_is_tried_again_each_time_after_twice_as_long(site: Installation) -> None:
    queue(site)
    moment = NOW
    for wait in (FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY, 8 * FIRST_RETRY):
        fail(site, must_take(site, moment), moment)
        moment += wait
        assert take(site, moment - SOON) is None
    assert must_take(site, moment).attempts == MAX_ATTEMPTS


def test_a_job_that_keeps_failing_is_set_aside_for_a_person_to_look_at(site: Installation) -> None:
    queue(site)
    moment = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        job = must_take(site, moment)
        assert job.attempts == attempt
        assert last_failure(site) is None
        fail(site, job, moment, f"no disk ({attempt})")
        moment += timedelta(days=1)
    assert take(site, moment) is None
    assert last_failure(site) == f"no disk ({MAX_ATTEMPTS})"


def test_a_job_that_was_set_aside_does_not_stop_the_next(site: Installation) -> None:
    queue(site)
    for day in range(MAX_ATTEMPTS):
        fail(site, must_take(site, NOW + timedelta(days=day)), NOW + timedelta(days=day))
    later = NOW + timedelta(days=MAX_ATTEMPTS)
    queue(site, now=later)
    job = must_take(site, later)
    assert job.attempts == 1
    done(site, job, later)
    assert last_failure(site) is None


def test_a_failure_while_another_waits_is_not_tried_again_itself(site: Installation) -> None:
    queue(site)
    first = must_take(site)
    queue(site)
    fail(site, first)
    assert must_take(site).id != first.id
    assert take(site, NOW + timedelta(days=1)) is None


def test_what_a_dead_keeper_had_taken_is_queued_again(site: Installation) -> None:
    queue(site, JobKind.INDEX)
    queue(site, JobKind.FORGET_QUERIES)
    must_take(site)
    must_take(site)
    assert within(site, lambda session: Jobs(session).requeue_orphans(NOW)) == 2
    assert {must_take(site).kind, must_take(site).kind} == {JobKind.INDEX, JobKind.FORGET_QUERIES}
    assert take(site) is None


def test_an_orphan_is_not_queued_beside_one_that_waits(site: Installation) -> None:
    queue(site)
    must_take(site)
    queue(site)
    assert within(site, lambda session: Jobs(session).requeue_orphans(NOW)) == 1
    must_take(site)
    assert take(site) is None


def test_records_of_old_jobs_are_dropped_and_waiting_ones_kept(site: Installation) -> None:
    queue(site, JobKind.FORGET_QUERIES)
    for day in range(MAX_ATTEMPTS):
        fail(site, must_take(site, NOW + timedelta(days=day)), NOW)
    queue(site, JobKind.INDEX)
    within(site, lambda session: Jobs(session).forget(NOW + SOON))
    assert last_failure(site) is None
    assert take(site) is not None


def test_another_kind_of_job_does_not_hide_a_failure(site: Installation) -> None:
    queue(site, JobKind.INDEX)
    for day in range(MAX_ATTEMPTS):
        fail(site, must_take(site, NOW + timedelta(days=day)), NOW + timedelta(days=day))
    later = NOW + timedelta(days=MAX_ATTEMPTS)
    queue(site, JobKind.FORGET_QUERIES, later)
    done(site, must_take(site, later), later)
    assert last_failure(site) == "no disk"


def test_a_job_asked_for_in_a_transaction_that_fails_is_not_queued(site: Installation) -> None:
    def ask_and_fail(session: Session) -> None:
        Jobs(session).queue(JobKind.INDEX, NOW)
        raise KeyError

    with pytest.raises(KeyError):
        within(site, ask_and_fail)
    assert take(site) is None


# The lease


def lease(site: Installation, holder: str, now: datetime = NOW, seconds: float = 60) -> bool:
    return within(site, lambda session: take_lease(session, "keeper", holder, now, seconds))


def test_a_lease_has_one_holder_until_it_runs_out(site: Installation) -> None:
    assert lease(site, "one")
    assert not lease(site, "two")
    assert not lease(site, "two", NOW + timedelta(seconds=59))
    assert lease(site, "two", NOW + timedelta(seconds=60))
    assert not lease(site, "one", NOW + timedelta(seconds=61))


def test_a_holder_renews_its_lease(site: Installation) -> None:
    assert lease(site, "one")
    assert lease(site, "one", NOW + timedelta(seconds=50))
    assert not lease(site, "two", NOW + timedelta(seconds=100))
    assert lease(site, "two", NOW + timedelta(seconds=110))


def test_a_lease_given_back_is_free_at_once_and_nobody_elses_can_be(site: Installation) -> None:
    assert lease(site, "one")
    within(site, lambda session: drop_lease(session, "keeper", "two"))
    assert not lease(site, "two")
    within(site, lambda session: drop_lease(session, "keeper", "one"))
    assert lease(site, "two")


def test_leases_of_different_names_do_not_meet(site: Installation) -> None:
    assert lease(site, "one")
    assert within(site, lambda session: take_lease(session, "mail", "two", NOW, 60))


@pytest.mark.parametrize("run_out", [False, True], ids=["a first lease", "a lease that ran out"])
def test_of_many_keepers_that_race_for_a_lease_exactly_one_wins(
    site: Installation, run_out: bool
) -> None:
    if run_out:
        assert lease(site, "the dead one", NOW - timedelta(hours=1))
    racers = 8
    told: list[bool] = []
    start = threading.Barrier(racers)

    def race(number: int) -> None:
        start.wait()
        told.append(lease(site, f"keeper {number}"))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * (racers - 1) + [True]
