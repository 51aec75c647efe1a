"""Publication: now, at a time, or after four eyes were waived; and archiving, which is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.content import ContentFolder
from kb.database import Database
from kb.desk import checking, text
from kb.desk.clock import london_day
from kb.desk.copies import copy_of
from kb.desk.models import OutgoingRow, WorkingCopyRow
from kb.desk.outgoing import ABANDONED_AFTER, Dispatch, Parcel, check_untouched, note
from kb.desk.pictures import DraftPictures
from kb.desk.review import read_note
from kb.desk.rows import row_at
from kb.desk.values import PUBLISH, SETTLED, CopyState
from kb.domain import CaseStudyId, PersonId, Role, Status
from kb.errors import Invalid, KbError, NotAllowed, Overtaken, StorageFailed
from kb.models import CatalogueRow, RevisionRow
from kb.people import Person, audit

RENEW = "renew"
_CHANGED = "The text changed since you opened it. Look at it again first."
RENEWED_AT_MOST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class _Live:
    """A study as its file and the catalogue have it."""

    slug: str
    status: Status
    revision_id: int
    source: str


class Publisher:
    """Owns its transactions, because it writes files too."""

    def __init__(self, database: Database, folder: ContentFolder, pictures: DraftPictures) -> None:
        self._database = database
        self._folder = folder
        self._pictures = pictures
        self._dispatch = Dispatch(database, folder, pictures)

    def publish(
        self, person: Person, case_id: CaseStudyId, version: int, now: datetime, *, reason: str = ""
    ) -> str:
        """Bring an approved text live; returns its slug.

        Args:
            person: an editor, or an admin who gives a reason for publishing unapproved.
            case_id: the study.
            version: the one that was approved.
            now: an aware time.
            reason: why nobody else agreed to it; recorded.

        Raises:
            NotAllowed: no editor, or not approved and not an admin.
            Invalid: something is wrong with the text, or an admin gave no reason.
            Overtaken: the text, or the file, changed meanwhile.
            Busy: it is on its way already.
            StorageFailed: the disk refused; the working copy is as it was.
        """
        with self._database.begin() as session:
            row = row_at(session, case_id, version, _CHANGED)
            _may_publish(person, row, reason)
            parcel = self._parcel(session, row, london_day(now))
            row.state = CopyState.APPROVED.value
            note(session, replace(parcel, sent_by=person.id, note=read_note(reason)), now)
        self._dispatch.send(case_id, now)
        return parcel.slug

    def schedule(
        self, person: Person, case_id: CaseStudyId, version: int, at: datetime, now: datetime
    ) -> None:
        """Let an approved text go live at a time; raises as `publish` does."""
        if at <= now:
            raise Invalid("This time has passed. Choose a later one, or publish now.")
        with self._database.begin() as session:
            row = row_at(session, case_id, version, _CHANGED)
            if CopyState(row.state) not in SETTLED:
                raise NotAllowed("Only an approved text can be set to go live.")
            _may_publish(person, row, "")
            # What would be refused then is refused now.
            self._parcel(session, row, london_day(at))
            row.state, row.publish_at = CopyState.SCHEDULED.value, at
            row.scheduled_by, row.problem = person.id, None
            audit.record(
                session,
                "schedule",
                by=person.id,
                about=case_id,
                detail={"at": at.isoformat()},
                now=now,
            )

    def unschedule(self, person: Person, case_id: CaseStudyId, version: int, now: datetime) -> None:
        """Take a time back; the text stays approved.

        Raises:
            NotAllowed: no editor.
            Invalid: no time is set.
            Overtaken: the text changed meanwhile.
        """
        with self._database.begin() as session:
            row = row_at(session, case_id, version, _CHANGED)
            _may_publish(person, row, "")
            if CopyState(row.state) is not CopyState.SCHEDULED:
                raise Invalid("No time is set for this text. Open it again to see.")
            row.state, row.publish_at = CopyState.APPROVED.value, None
            audit.record(session, "unschedule", by=person.id, about=case_id, now=now)

    def publish_due(self, now: datetime) -> Sequence[str]:
        """Bring live whatever is due, each once, however often or late this is called.

        Returns:
            The slugs that went live. One that cannot is approved again, its problem noted.
        """
        with self._database.read() as session:
            due = list(
                session.execute(
                    select(WorkingCopyRow.case_study_id, WorkingCopyRow.slug)
                    .where(
                        WorkingCopyRow.state == CopyState.SCHEDULED.value,
                        WorkingCopyRow.publish_at <= now,
                    )
                    .order_by(WorkingCopyRow.publish_at)
                )
            )
        return [slug for case_id, slug in due if self._publish_one(CaseStudyId(case_id), now)]

    def archive(self, person: Person, case_id: CaseStudyId, reason: str, now: datetime) -> str:
        """Take a study out of search; its address stays. Returns the slug.

        Raises:
            NotAllowed: no editor.
            Invalid: it is not published, or no reason is given.
        """
        if not reason.strip():
            raise Invalid("Say why it is archived; readers of the audit log will want to know.")
        return self._restate(person, case_id, Status.PUBLISHED, Status.ARCHIVED, reason, now)

    def bring_back(self, person: Person, case_id: CaseStudyId, now: datetime) -> str:
        """Publish an archived study again as it was; raises as `archive` does."""
        return self._restate(person, case_id, Status.ARCHIVED, Status.PUBLISHED, "", now)

    def renew(self, person: Person, case_id: CaseStudyId, until: date, now: datetime) -> str:
        """Say that a published study still holds, until a day; nothing else of it changes.

        Returns:
            Its slug.

        Raises:
            NotAllowed: no editor.
            Invalid: it is not published, somebody is at work on it, or the day has come already
                or lies more than five years ahead.
        """
        today = london_day(now)
        if not today < until <= today + RENEWED_AT_MOST:
            raise Invalid("Choose a day after today, within the next five years.")
        dates = {"review_by": until.isoformat(), "updated": today.isoformat()}
        return self._alter(person, case_id, Status.PUBLISHED, RENEW, dates, "", now)

    def archive_overdue(self, case_id: CaseStudyId, why: str, now: datetime) -> None:
        """Archive a study that nobody looked at in time, in the library's own name."""
        self._restate(None, case_id, Status.PUBLISHED, Status.ARCHIVED, why, now)

    def finish_abandoned(self, now: datetime, *, older_than: timedelta = ABANDONED_AFTER) -> int:
        """As `Dispatch.finish_abandoned`."""
        return self._dispatch.finish_abandoned(now, older_than=older_than)

    def _publish_one(self, case_id: CaseStudyId, now: datetime) -> bool:
        try:
            with self._database.begin() as session:
                row = session.get(WorkingCopyRow, case_id)
                if row is None or row.publish_at is None or row.publish_at > now:
                    return False
                if CopyState(row.state) is not CopyState.SCHEDULED:
                    return False
                parcel = self._parcel(session, row, london_day(now))
                sent_by = PersonId(row.scheduled_by) if row.scheduled_by else None
                row.state = CopyState.APPROVED.value
                note(session, replace(parcel, sent_by=sent_by), now)
            self._dispatch.send(case_id, now)
        except StorageFailed:
            # The disk, not the text: tried again with the next look.
            self._mark(case_id, CopyState.SCHEDULED, None)
            raise
        except KbError as error:
            self._mark(case_id, CopyState.APPROVED, str(error))
            return False
        return True

    def _mark(self, case_id: CaseStudyId, state: CopyState, problem: str | None) -> None:
        with self._database.begin() as session:
            if (row := session.get(WorkingCopyRow, case_id)) is not None:
                row.state, row.problem = state.value, problem
                if problem:
                    row.publish_at = None

    def _parcel(self, session: Session, row: WorkingCopyRow, today: date) -> Parcel:
        """What is to be written for a working copy; raises Invalid or Overtaken."""
        copy = copy_of(row)
        live = _live(session, copy.id)
        if (live.revision_id if live else None) != copy.base_revision_id:
            raise Overtaken(
                "What is live changed since this text was begun. Compare the two, take over what "
                "is missing, and say that you did."
            )
        old_slug = live.slug if live and live.slug != copy.slug else None
        check_untouched(session, self._folder, copy.base_revision_id, old_slug or copy.slug)
        if old_slug:
            check_untouched(session, self._folder, None, copy.slug)
        source = checking.live_text(copy, old_slug, today)
        reading = checking.read_source(
            self._folder, copy.slug, source, self._pictures.finder(copy.id, copy.slug)
        )
        if reading.claimed_id != copy.id:
            raise Invalid("The id in this text is another study's. Take a version before it.")
        if found := checking.faults(reading):
            raise Invalid(f"This must be mended before it can go live: {found[0].message}")
        return Parcel(
            id=copy.id,
            slug=copy.slug,
            old_slug=old_slug,
            source=source,
            base_revision_id=copy.base_revision_id,
            sent_by=None,
            act=PUBLISH,
            is_substantial=copy.is_substantial,
        )

    def _restate(
        self,
        person: Person | None,
        case_id: CaseStudyId,
        was: Status,
        becomes: Status,
        reason: str,
        now: datetime,
    ) -> str:
        act = "archive" if becomes is Status.ARCHIVED else "bring-back"
        return self._alter(person, case_id, was, act, {"status": becomes.value}, reason, now)

    def _alter(
        self,
        person: Person | None,
        case_id: CaseStudyId,
        was: Status,
        act: str,
        changes: Mapping[str, str],
        reason: str,
        now: datetime,
    ) -> str:
        """Set keys of what is live, by the road that every publication takes."""
        if person and not person.role.may_act_as(Role.EDITOR):
            raise NotAllowed("Only an editor can archive a case study, bring one back or renew it.")
        with self._database.begin() as session:
            live = _live(session, case_id)
            if live is None or live.status is not was:
                raise Invalid(f"This case study is not {was.value}. Open it again to see.")
            if act == RENEW and session.get(WorkingCopyRow, case_id) is not None:
                # Its own date would be written over the new one when it goes live.
                raise Invalid("Somebody is at work on this case study. Set the date there.")
            check_untouched(session, self._folder, live.revision_id, live.slug)
            parcel = Parcel(
                id=case_id,
                slug=live.slug,
                old_slug=None,
                source=text.altered(live.source, **changes),
                base_revision_id=live.revision_id,
                sent_by=person.id if person else None,
                act=act,
                note=read_note(reason),
            )
            note(session, parcel, now)
        self._dispatch.send(case_id, now)
        return live.slug


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether `publish_due` or `finish_abandoned` has work: two looks at small tables."""
    due = select(WorkingCopyRow.case_study_id).where(
        WorkingCopyRow.state == CopyState.SCHEDULED.value, WorkingCopyRow.publish_at <= now
    )
    left = select(OutgoingRow.case_study_id).where(OutgoingRow.sent_at <= now - ABANDONED_AFTER)
    return any(session.scalars(each.limit(1)).first() for each in (due, left))


def _live(session: Session, case_id: CaseStudyId) -> _Live | None:
    row = session.execute(
        select(CatalogueRow.slug, CatalogueRow.status, RevisionRow.id, RevisionRow.source)
        .join(RevisionRow, CatalogueRow.revision_id == RevisionRow.id)
        .where(CatalogueRow.id == case_id)
    ).first()
    return _Live(row.slug, Status(row.status), row.id, row.source) if row else None


def _may_publish(person: Person, row: WorkingCopyRow, reason: str) -> None:
    if not person.role.may_act_as(Role.EDITOR):
        raise NotAllowed("Only an editor can publish a case study.")
    if CopyState(row.state) in SETTLED:
        return
    if not person.role.may_act_as(Role.ADMIN):
        raise NotAllowed("Somebody who did not write this text has to agree to it first.")
    if not reason.strip():
        raise Invalid("Nobody else agreed to this text. Give a reason; it is recorded.")
