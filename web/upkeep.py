"""What the keeper does for the desk: publishes at the time, ends what was cut off, archives,
reminds."""

import logging
from datetime import datetime, timedelta

from kb.desk.clock import london_day
from kb.desk.copies import forget_versions
from kb.desk.publishing import Publisher, is_anything_due
from kb.desk.queues import past_grace
from kb.desk.reminders import daily_messages
from kb.domain import CaseStudyId
from kb.errors import KbError, StorageFailed
from kb.mail import queue_all
from web.addresses import EDIT, review_address
from web.services import Services

# A disk that refused is not asked twice a second.
_AGAIN_AFTER = timedelta(seconds=30)

# Each takes a tenth of a second, in which nobody's edit is indexed.
ARCHIVED_AT_ONCE = 20

log = logging.getLogger(__name__)


class Upkeep:
    """One keeper's; none of it needs to know when it last was done by another."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._not_before: datetime | None = None

    def begin(self, now: datetime) -> None:
        """End what the last process was cut off in: with the lease, nobody else is a keeper.

        A web process may be publishing right now; taking its text the rest of the way twice
        records it once.
        """
        try:
            self._services.publisher().finish_abandoned(now, older_than=timedelta(0))
        except KbError as error:
            log.error("What was cut off waits: %s", error)

    def turn(self, now: datetime) -> None:
        """Publish what is due; trouble with the disk is logged, and tried again soon."""
        if self._not_before and now < self._not_before:
            return
        self._not_before = None
        try:
            self._publish(now)
        except KbError as error:
            log.error("What is due could not be published, and is tried again: %s", error)
            self._not_before = now + _AGAIN_AFTER

    def archive(self, now: datetime) -> bool:
        """Archive what nobody looked at in time, some at a time; True if more may be left.

        Raises:
            StorageFailed: the disk refused; the rest waits for the next try.
        """
        with self._services.database.read() as session:
            overdue = past_grace(session, london_day(now))
        if not overdue:
            return False
        publisher = self._services.publisher()
        archived = 0
        for each in overdue:
            if archived == ARCHIVED_AT_ONCE:
                return True
            why = f"Nobody looked at it again by {each.review_by} or in the days of grace."
            archived += self._archive_one(publisher, each.id, each.slug, why, now)
        return False

    def forget(self, now: datetime) -> None:
        """Drop old versions of copies that are no more."""
        with self._services.database.begin() as session:
            forget_versions(session, now)

    def remind(self, now: datetime) -> None:
        """Leave the day's messages in the outbox; asked again the same day, it leaves none."""
        services = self._services
        base = services.settings.base_url
        policies = services.content().vocabularies["policy"]
        with services.database.begin() as session:
            messages = daily_messages(
                session,
                policies,
                review_address=lambda case_id: f"{base}{review_address(case_id)}",
                desk_address=f"{base}{EDIT}",
                site_name=services.settings.site_name,
                now=now,
            )
            queue_all(session, messages, now)

    def _publish(self, now: datetime) -> None:
        with self._services.database.read() as session:
            if not is_anything_due(session, now):
                return
        publisher = self._services.publisher()
        publisher.finish_abandoned(now)
        for slug in publisher.publish_due(now):
            log.info("%s went live at its time.", slug)

    def _archive_one(
        self, publisher: Publisher, case_id: CaseStudyId, slug: str, why: str, now: datetime
    ) -> bool:
        try:
            publisher.archive_overdue(case_id, why, now)
        except StorageFailed:
            raise
        except KbError as error:
            # A file changed by hand, say: the others are archived all the same.
            log.error("%s could not be archived: %s", slug, error)
            return False
        log.info("%s is archived. %s", slug, why)
        return True
