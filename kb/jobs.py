"""Work left for the keeper, and the lease that lets one process at a time be keeper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.models import JobRow, LeaseRow

# After this many failures a job is set aside as failed, for a person to look at.
MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=30)


class JobKind(StrEnum):
    """What the keeper can do."""

    INDEX = "index"
    FORGET_QUERIES = "forget-queries"
    DRAW_MAP = "draw-map"
    REMIND = "remind"
    SEND_DIGEST = "send-digest"
    SEND_MAIL = "send-mail"
    SIGN_IN_LINKS = "sign-in-links"
    ARCHIVE_OVERDUE = "archive-overdue"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that the caller has taken on."""

    id: int
    kind: JobKind
    attempts: int


class Jobs:
    """The queue, inside the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, kind: JobKind, now: datetime) -> None:
        """Ask for a job; one that waits already is done no later than asked for."""
        waiting = (
            update(JobRow)
            .where(JobRow.kind == kind.value, JobRow.state == "queued", JobRow.run_after > now)
            .values(run_after=now)
        )
        self._session.execute(waiting)
        row = JobRow(kind=kind.value, state="queued", run_after=now, queued_at=now)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return

    def take(self, now: datetime, kinds: Iterable[JobKind] = JobKind) -> Job | None:
        """The oldest job of these kinds that is due, now running; None if there is none."""
        row = self._session.scalars(
            select(JobRow)
            .where(JobRow.state == "queued", JobRow.run_after <= now, JobRow.kind.in_(kinds))
            .order_by(JobRow.run_after, JobRow.id)
            .limit(1)
        ).first()
        if row is None:
            return None
        row.state, row.attempts = "running", row.attempts + 1
        return Job(row.id, JobKind(row.kind), row.attempts)

    def is_busy(self, now: datetime) -> bool:
        """Whether a job is under way, or due."""
        is_due = (JobRow.state == "queued") & (JobRow.run_after <= now)
        left = select(JobRow.id).where((JobRow.state == "running") | is_due)
        return self._session.scalars(left.limit(1)).first() is not None

    def done(self, job: Job, now: datetime) -> None:
        """Record that a job was done."""
        self._end(job, "done", now, None)

    def failed(self, job: Job, now: datetime, error: str) -> None:
        """Record a failure: tried again later, each time after twice as long, then set aside."""
        if job.attempts >= MAX_ATTEMPTS or self._is_queued(job.kind):
            self._end(job, "failed", now, error)
            return
        again = now + FIRST_RETRY * 2 ** (job.attempts - 1)
        self._session.execute(
            update(JobRow)
            .where(JobRow.id == job.id)
            .values(state="queued", run_after=again, error=error)
        )

    def requeue_orphans(self, now: datetime) -> int:
        """Queue again what a keeper that is no more had taken; returns how many."""
        orphans = list(self._session.scalars(select(JobRow).where(JobRow.state == "running")))
        for row in orphans:
            if row.attempts >= MAX_ATTEMPTS:
                row.state, row.ended_at = "failed", now
                row.error = "The keeper died each time it did this."
            elif self._is_queued(JobKind(row.kind)):
                self._session.delete(row)
            else:
                row.state, row.run_after = "queued", now
            self._session.flush()
        return len(orphans)

    def forget(self, before: datetime) -> None:
        """Drop the records of jobs that ended before a time."""
        self._session.execute(delete(JobRow).where(JobRow.ended_at < before))

    def last_failure(self) -> str | None:
        """What a job said that failed for good, if none of its kind went well since."""
        for kind in JobKind:
            row = self._session.scalars(
                select(JobRow)
                .where(JobRow.kind == kind.value, JobRow.state.in_(("done", "failed")))
                .order_by(JobRow.ended_at.desc(), JobRow.id.desc())
                .limit(1)
            ).first()
            if row and row.state == "failed":
                return row.error
        return None

    def _is_queued(self, kind: JobKind) -> bool:
        waiting = select(JobRow.id).where(JobRow.kind == kind.value, JobRow.state == "queued")
        return self._session.scalars(waiting).first() is not None

    def _end(self, job: Job, state: str, now: datetime, error: str | None) -> None:
        self._session.execute(
            update(JobRow).where(JobRow.id == job.id).values(state=state, ended_at=now, error=error)
        )


def take_lease(session: Session, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew a lease; False while another holder's has not run out.

    One UPDATE decides, so two processes can never both be told True.
    """
    expires = now + timedelta(seconds=seconds)
    taken = session.execute(
        update(LeaseRow)
        .where(LeaseRow.name == name, (LeaseRow.holder == holder) | (LeaseRow.expires_at <= now))
        .values(holder=holder, expires_at=expires)
        .returning(LeaseRow.name)
    ).first()
    if taken:
        return True
    try:
        with session.begin_nested():
            session.add(LeaseRow(name=name, holder=holder, expires_at=expires))
    except IntegrityError:
        return False
    return True


def drop_lease(session: Session, name: str, holder: str) -> None:
    """Give a lease back, if it is this holder's."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))
