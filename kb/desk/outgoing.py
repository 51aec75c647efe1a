"""The way of a text into its file: noted, written, recorded; finished after any crash.

Three steps, each whole or not at all: a row notes what is to be written; the file is written; one
transaction records the revision, ends the working copy, asks for the index and removes the note.
Whoever finds a note that is older than a moment takes the rest of the way.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.content import ContentFolder, Unreadable
from kb.database import Database
from kb.desk.files import remove, write_whole
from kb.desk.models import OutgoingRow, PresenceRow, WorkingCopyRow
from kb.desk.pictures import DraftPictures
from kb.desk.values import BY_BROWSER, PUBLISH
from kb.domain import CaseStudyId, PersonId
from kb.errors import Busy, Overtaken, StorageFailed
from kb.jobs import JobKind, Jobs
from kb.models import RevisionRow
from kb.people import audit

# A process that is at work on a note is done with it, or dead, after this.
ABANDONED_AFTER = timedelta(seconds=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A text on its way.

    Attributes:
        id: the study's.
        slug: the name that its file is to have.
        old_slug: the name that its file has, if that is another.
        source: the whole text of the file.
        base_revision_id: the revision that the file holds beforehand; None for no file.
        sent_by: who does it; None for the library itself.
        act: what it is called in the audit log: publish, archive, bring-back.
        is_substantial: whether readers are told again.
        note: a reason that was given.
    """

    id: CaseStudyId
    slug: str
    old_slug: str | None
    source: str
    base_revision_id: int | None
    sent_by: PersonId | None
    act: str
    is_substantial: bool = False
    note: str = ""


def note(session: Session, parcel: Parcel, now: datetime) -> None:
    """The first step, inside the caller's transaction.

    Raises:
        Busy: another text of this study is on its way.
    """
    row = OutgoingRow(
        case_study_id=parcel.id,
        slug=parcel.slug,
        old_slug=parcel.old_slug,
        source=parcel.source,
        base_revision_id=parcel.base_revision_id,
        sent_by=parcel.sent_by,
        act=parcel.act,
        is_substantial=parcel.is_substantial,
        note=parcel.note,
        sent_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Busy(
            "This case study is being published right now. Look again in a moment."
        ) from None


def check_untouched(
    session: Session, folder: ContentFolder, base_revision_id: int | None, slug: str
) -> None:
    """See that the file of a slug holds what the text began from.

    Raises:
        Overtaken: it holds something else.
    """
    base = _base(session, base_revision_id)
    if _held(folder, slug) != base:
        raise Overtaken(
            f"The file {folder.shown(f'{slug}.md')} was changed outside the browser"
            + (", or is new there" if base is None else "")
            + ". Nothing was written over it. If its change is sound it is taken up within "
            "seconds, and you can compare; if it has a fault, kb check names it."
        )


class Dispatch:
    """Takes noted texts the rest of the way; owns its transactions."""

    def __init__(self, database: Database, folder: ContentFolder, pictures: DraftPictures) -> None:
        self._database = database
        self._folder = folder
        self._pictures = pictures

    def send(self, case_id: CaseStudyId, now: datetime) -> None:
        """Write the file and record it.

        Raises:
            StorageFailed: the disk refused; the note is taken back, the working copy is as it was.
        """
        with self._database.read() as session:
            row = session.get(OutgoingRow, case_id)
        if row is None:
            return
        try:
            self._write(row)
        except StorageFailed:
            self._forget(case_id)
            raise
        self._record(case_id, now)

    def finish_abandoned(self, now: datetime, *, older_than: timedelta = ABANDONED_AFTER) -> int:
        """Take what a crash left on the way to its end; returns how many texts that were.

        A file that somebody changed meanwhile stays as it is, and the working copy too.
        """
        with self._database.read() as session:
            rows = list(
                session.scalars(select(OutgoingRow).where(OutgoingRow.sent_at <= now - older_than))
            )
        for row in rows:
            self._finish(row, now)
        return len(rows)

    def _finish(self, row: OutgoingRow, now: datetime) -> None:
        case_id = CaseStudyId(row.case_study_id)
        with self._database.read() as session:
            base = _base(session, row.base_revision_id)
        held = _held(self._folder, row.slug)
        if held is None and row.old_slug:
            held = _held(self._folder, row.old_slug)
        if held not in {row.source, base}:
            log.error("%s was changed outside; what was to be published waits.", row.slug)
            self._forget(case_id)
            return
        log.warning("Finishing the publication of %s, which was cut off.", row.slug)
        self.send(case_id, now)

    def _write(self, row: OutgoingRow) -> None:
        self._pictures.publish(CaseStudyId(row.case_study_id), row.slug, row.source)
        write_whole(self._folder.path(f"{row.slug}.md"), row.source.encode())
        if row.old_slug:
            remove(self._folder.path(f"{row.old_slug}.md"))

    def _record(self, case_id: CaseStudyId, now: datetime) -> None:
        with self._database.begin() as session:
            row = session.get(OutgoingRow, case_id)
            if row is None:
                # Another process was quicker.
                return
            revision = _revise(session, self._folder, row, now)
            _end_copy(session, row, revision)
            Jobs(session).queue(JobKind.INDEX, now)
            audit.record(
                session,
                row.act,
                by=PersonId(row.sent_by) if row.sent_by else None,
                about=case_id,
                detail={"slug": row.slug, "revision": str(revision.number), "note": row.note},
                now=now,
            )
            session.delete(row)
        if row.act == PUBLISH:
            self._forget_pictures(case_id)

    def _forget_pictures(self, case_id: CaseStudyId) -> None:
        try:
            self._pictures.forget(case_id)
        except (StorageFailed, Busy) as error:
            # The text is live: what is left over takes room, and nothing else.
            log.warning("The draft's pictures of %s are still there: %s", case_id, error)

    def _forget(self, case_id: CaseStudyId) -> None:
        with self._database.begin() as session:
            session.execute(delete(OutgoingRow).where(OutgoingRow.case_study_id == case_id))


def _base(session: Session, revision_id: int | None) -> str | None:
    row = session.get(RevisionRow, revision_id) if revision_id is not None else None
    return row.source if row else None


def _held(folder: ContentFolder, slug: str) -> str | None:
    """What the file of a slug holds; None if there is none, "" for what is no text."""
    path = folder.path(f"{slug}.md")
    if not path.exists():
        return None
    try:
        return folder.text(path)
    except Unreadable:
        return ""


def _revise(
    session: Session, folder: ContentFolder, row: OutgoingRow, now: datetime
) -> RevisionRow:
    """The revision of what was written: a new one, or the one that a reader of files made of it."""
    path = folder.shown(f"{row.slug}.md")
    last = session.scalars(
        select(RevisionRow)
        .where(RevisionRow.case_study_id == row.case_study_id)
        .order_by(RevisionRow.number.desc())
        .limit(1)
    ).first()
    is_new = last is None or (last.source, last.path) != (row.source, path)
    if last is not None and not is_new and last.id == row.base_revision_id:
        # Nothing changed: who wrote what is there stays on record.
        return last
    if last is None or is_new:
        highest = select(func.max(RevisionRow.number)).where(
            RevisionRow.case_study_id == row.case_study_id
        )
        last = RevisionRow(
            case_study_id=row.case_study_id,
            number=(session.scalar(highest) or 0) + 1,
            path=path,
            slug=row.slug,
            source=row.source,
            recorded_at=now,
        )
        session.add(last)
    last.origin, last.published_by = BY_BROWSER, row.sent_by
    last.is_substantial, last.note = row.is_substantial, row.note or None
    session.flush()
    return last


def _end_copy(session: Session, row: OutgoingRow, revision: RevisionRow) -> None:
    """End the working copy that was published; let one that was not begin from what is live now."""
    copy = session.get(WorkingCopyRow, row.case_study_id)
    if copy is None:
        return
    if row.act == PUBLISH:
        session.delete(copy)
        session.execute(delete(PresenceRow).where(PresenceRow.case_study_id == row.case_study_id))
    elif copy.base_revision_id == row.base_revision_id:
        copy.base_revision_id = revision.id
