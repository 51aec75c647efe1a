"""The keeper: one process of an installation that does the jobs which pages leave."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from indexer.drawing import draw_beside, is_due
from kb import querylog
from kb.desk.clock import london_day
from kb.desk.reminders import sending_time
from kb.digest import bounces, ledger, subscriptions
from kb.errors import KbError, StorageFailed
from kb.jobs import Job, JobKind, Jobs, drop_lease, take_lease
from kb.mail.claims import Claims
from kb.mail.standing import forget as forget_mail
from kb.people import attempts
from kb.people.letters import answer_link_requests
from kb.people.sign_ins import SignIns
from web.addresses import sign_in_link_address
from web.beside import Beside
from web.digest.chores import DigestChores
from web.services import Services
from web.upkeep import Upkeep
from web.watching import Saved, saves

LEASE = "keeper"
LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0
_FORGET_JOBS_AFTER = timedelta(days=14)
# What waits for a server elsewhere is done on a thread, and the index for nobody.
_BESIDE = {JobKind.SEND_MAIL, JobKind.SEND_DIGEST}

log = logging.getLogger(__name__)


class Keeper:
    """Holds the lease while it works; a second keeper waits until it is free."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._doing: Mapping[JobKind, Callable[[], None]] = {
            JobKind.INDEX: self._index,
            JobKind.FORGET_QUERIES: self._forget_queries,
            JobKind.DRAW_MAP: self._draw_map,
            JobKind.SEND_MAIL: self._send_mail,
            JobKind.SIGN_IN_LINKS: self._send_sign_in_links,
            JobKind.ARCHIVE_OVERDUE: self._archive_overdue,
            JobKind.SEND_DIGEST: lambda: self._digest.send(_now(), self._beside.is_over),
            JobKind.REMIND: lambda: self._upkeep.remind(_now()),
        }
        self._upkeep = Upkeep(services)
        self._digest = DigestChores(services)
        self._beside = Beside()

    def work_once(self) -> bool:
        """Do all that is due and stop; False if another keeper is at work."""
        if not self._take_lease():
            return False
        with self._renewing():
            self._begin()
            self._upkeep.turn(_now())
            self._digest.look(_now())
            self._do_jobs()
            while not self._beside.is_free():
                self._beside.wait()
                self._do_jobs()
        self._drop_lease()
        return True

    def work(self, stop: threading.Event) -> None:
        """Work until `stop` is set; trouble with the database is waited out."""
        while not stop.is_set():
            try:
                if self._take_lease():
                    try:
                        self._work_with_lease(stop)
                    finally:
                        self._beside.stop()
                    self._drop_lease()
                else:
                    log.info("Another keeper is at work; waiting for its lease to end.")
            except StorageFailed as error:
                log.error("%s", error)
            stop.wait(RENEW_SECONDS)

    def _work_with_lease(self, stop: threading.Event) -> None:
        with self._renewing() as lost:
            self._begin()
            today = datetime.now(UTC).date()
            for saved in saves(self._services.settings.content, stop):
                if lost.is_set():
                    return
                if saved is not None:
                    self._take_up(saved)
                if (day := datetime.now(UTC).date()) != today:
                    today = day
                    self._queue_daily()
                self._upkeep.turn(_now())
                self._digest.turn(_now())
                self._do_jobs()

    def _take_up(self, saved: Saved) -> None:
        """Index what was saved: at once where it is known, or else as a job."""
        if saved.texts:
            try:
                self._index(saved.texts)
            except KbError as error:
                # The job tries again, and puts it on record.
                log.error("%s", error)
            else:
                return
        self._queue(JobKind.INDEX)

    @contextmanager
    def _renewing(self) -> Iterator[threading.Event]:
        """Keep the lease beside the work, which may take longer than a lease lasts.

        Yields:
            Set if another process has taken the lease all the same.
        """
        lost = threading.Event()
        done = threading.Event()
        thread = threading.Thread(target=self._keep_lease, args=(done, lost), daemon=True)
        thread.start()
        try:
            yield lost
        finally:
            done.set()
            thread.join()

    def _begin(self) -> None:
        """What the last keeper left undone, and what any new day or start needs."""
        with self._services.database.begin() as session:
            jobs = Jobs(session)
            if left := jobs.requeue_orphans(_now()):
                log.warning("Taking up %d jobs that were cut off.", left)
            if due := Claims(session).next_due():
                jobs.queue(JobKind.SEND_MAIL, max(due, _now()))
        # Before files are read: what was on its way into one is on record as whose it is.
        self._upkeep.begin(_now())
        self._queue(JobKind.INDEX)
        self._queue_daily()
        # The first edit would wait for the model.
        self._services.encoder.warm()

    def _queue_daily(self) -> None:
        self._queue(JobKind.FORGET_QUERIES)
        self._queue(JobKind.DRAW_MAP)
        self._queue(JobKind.ARCHIVE_OVERDUE)
        with self._services.database.begin() as session:
            Jobs(session).queue(JobKind.REMIND, sending_time(london_day(_now())))

    def _queue(self, kind: JobKind) -> None:
        with self._services.database.begin() as session:
            Jobs(session).queue(kind, _now())

    def _do_jobs(self) -> None:
        while job := self._take():
            if job.kind in _BESIDE:
                self._beside.start(partial(self._do, job))
            else:
                self._do(job)

    def _take(self) -> Job | None:
        kinds = set(JobKind) if self._beside.is_free() else set(JobKind) - _BESIDE
        with self._services.database.begin() as session:
            return Jobs(session).take(_now(), kinds)

    def _do(self, job: Job) -> None:
        try:
            self._doing[job.kind]()
        except KbError as error:
            log.error("%s: %s", job.kind, error)
            with self._services.database.begin() as session:
                Jobs(session).failed(job, _now(), str(error))
        else:
            with self._services.database.begin() as session:
                Jobs(session).done(job, _now())

    def _index(self, edited: Collection[Path] = ()) -> None:
        report = self._services.updater.update(edited=edited)
        for finding in report.sync.findings:
            log.warning("%s", finding)
        if report.why is not None:
            log.info("Index built, because %s: %d studies.", report.why, report.manifest.documents)

    def _forget_queries(self) -> None:
        now = _now()
        with self._services.database.begin() as session:
            querylog.forget(session, now.date())
            forget_mail(session, now)
            subscriptions.forget(session, now)
            ledger.forget(session, now)
            bounces.forget(session, now)
            Jobs(session).forget(now - _FORGET_JOBS_AFTER)
            attempts.forget(session, now)
            SignIns(session).forget(now)
        self._upkeep.forget(now)

    def _archive_overdue(self) -> None:
        if self._upkeep.archive(_now()):
            # Behind what was asked for meanwhile.
            self._queue(JobKind.ARCHIVE_OVERDUE)

    def _draw_map(self) -> None:
        store, chart = self._services.updater.store, self._services.chart
        if is_due(store, chart, _now().date()):
            draw_beside(store, chart)
            log.info("The map of practice is drawn.")

    def _send_mail(self) -> None:
        tally = self._services.post.send_due(self._beside.is_over)
        if tally.failed:
            with self._services.database.begin() as session:
                bounces.note_refused(session, _now())
        if tally.trouble is not None:
            log.error("Mail waits: %s", tally.trouble)
        if tally.sent or tally.deferred or tally.failed:
            log.info(
                "Messages: %d sent, %d put off, %d given up.",
                tally.sent,
                tally.deferred,
                tally.failed,
            )

    def _send_sign_in_links(self) -> None:
        services, now = self._services, _now()
        base, name = services.settings.base_url, services.settings.site_name
        with services.database.begin() as session:
            answer_link_requests(
                session,
                services.links,
                lambda token: f"{base}{sign_in_link_address(token)}",
                name,
                now,
            )

    def _take_lease(self) -> bool:
        with self._services.database.begin() as session:
            return take_lease(session, LEASE, self._holder, _now(), LEASE_SECONDS)

    def _drop_lease(self) -> None:
        with self._services.database.begin() as session:
            drop_lease(session, LEASE, self._holder)

    def _keep_lease(self, done: threading.Event, lost: threading.Event) -> None:
        while not done.wait(RENEW_SECONDS):
            try:
                if self._take_lease():
                    continue
            except StorageFailed as error:
                # Others cannot take it either; if it lasts, the lease ends and we find out.
                log.error("The lease could not be renewed: %s", error)
                continue
            log.error("Another process took the lease; stopping after the job in hand.")
            lost.set()
            return


def _now() -> datetime:
    return datetime.now(UTC)
