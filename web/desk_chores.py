"""What the keeper does for people who write: publishes at its time, keeps current, reminds."""

import logging
from datetime import datetime, timedelta

from kb.desk.clock import london_day
from kb.desk.copies import forget_versions
from kb.desk.publishing import is_anything_due
from kb.desk.queues import past_grace
from kb.desk.reminders import daily_messages
from kb.errors import KbError
from kb.mail import queue_all
from web.addresses import EDIT, review_address
from web.services import Services

log = logging.getLogger(__name__)

_OVERDUE = "Its review date passed, and nobody looked at it in time."


class DeskChores:
    """Each may be done at any time and any number of times."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def begin(self, now: datetime) -> None:
        """Finish what a crash left; whoever is on the same way now writes the same file."""
        self._services.publisher().finish_abandoned(now, older_than=timedelta(0))

    def turn(self, now: datetime) -> None:
        """Bring live what is due, and finish what some process left on its way."""
        with self._services.database.read() as session:
            if not is_anything_due(session, now):
                return
        publisher = self._services.publisher()
        publisher.finish_abandoned(now)
        for slug in publisher.publish_due(now):
            log.info("Published at its time: %s", slug)

    def keep_current(self, now: datetime) -> None:
        """Archive what nobody looked at in time, and forget old versions of drafts."""
        database = self._services.database
        with database.begin() as session:
            forget_versions(session, now)
            overdue = past_grace(session, london_day(now))
        publisher = self._services.publisher()
        for each in overdue:
            try:
                publisher.archive_overdue(each.id, _OVERDUE, now)
            except KbError as error:
                # One whose file was changed outside must not keep the others.
                log.error("%s could not be archived: %s", each.slug, error)
            else:
                log.info("Archived, because nobody looked at it in time: %s", each.slug)

    def remind(self, now: datetime) -> None:
        """Leave the day's messages in the outbox."""
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
