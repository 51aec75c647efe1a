"""Use cases on working copies: begin, read, save, give up, take up again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, count

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kb.desk import text
from kb.desk.models import WorkingCopyRow, WorkingVersionRow
from kb.desk.rows import row_of
from kb.desk.values import PUBLISH, SETTLED, CopyState, WorkingCopy, WorkingVersion
from kb.domain import CaseStudyId, PersonId, Role
from kb.drafts import new_id, slug_of
from kb.errors import Invalid, NotAllowed, Overtaken, VersionNotFound, WorkingCopyNotFound
from kb.models import AliasRow, AuditRow, CatalogueRow, RevisionRow
from kb.people import Person
from kb.rules import SLUG

# Saved by the same person within this time, a version takes the place of the one before it.
ONE_SITTING = timedelta(minutes=10)
KEPT_FOR = timedelta(days=90)
MAX_CHARS = 200_000


class Copies:
    """Working copies, inside the caller's transaction, as one person may see and change them."""

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person

    def begin_new(self, title: str, now: datetime) -> WorkingCopy:
        """A new study with its headings in place, at an address that nobody else has.

        Raises:
            Invalid: a title that cannot be one, or that gives no address.
        """
        title = " ".join(title.split())
        if not title or len(title) > 160 or not title.isprintable():
            raise Invalid("A title has 1 to 160 letters, on one line.")
        case_id = new_id()
        wanted = slug_of(title)
        numbered = (f"{wanted}-{number}" for number in count(2))
        slug = next(each for each in chain([wanted], numbered) if self._is_free(each, case_id))
        return self._begin(case_id, slug, text.blank(case_id, title), None, now)

    def begin_from(self, case_id: CaseStudyId, now: datetime) -> WorkingCopy:
        """The working copy of a study that has a file: the present one, or a new one.

        Raises:
            WorkingCopyNotFound: there is no such study.
        """
        if (row := self._session.get(WorkingCopyRow, case_id)) is not None:
            return self._allowed(row)
        # The newest revision, not the catalogue's: what was just published is not read yet.
        live = self._session.execute(
            select(RevisionRow.slug, RevisionRow.id, RevisionRow.source)
            .join(CatalogueRow, CatalogueRow.id == RevisionRow.case_study_id)
            .where(RevisionRow.case_study_id == case_id)
            .order_by(RevisionRow.number.desc())
            .limit(1)
        ).first()
        if live is None:
            raise WorkingCopyNotFound
        return self._begin(case_id, live.slug, live.source, live.id, now)

    def get(self, case_id: CaseStudyId) -> WorkingCopy:
        """The working copy of a study.

        Raises:
            WorkingCopyNotFound: nobody is at work on it.
            NotAllowed: it is a colleague's, and this person is no editor.
        """
        return self._allowed(row_of(self._session, case_id))

    def save(
        self,
        case_id: CaseStudyId,
        version: int,
        source: str,
        now: datetime,
        *,
        slug: str | None = None,
        is_autosave: bool = False,
    ) -> WorkingCopy:
        """Keep a new text over the version that it began from.

        Raises:
            Overtaken: somebody saved a later version; nothing is changed.
            NotAllowed: a colleague's, or agreed to and not taken back.
            Invalid: too long to be a study, or an address that cannot be had.
        """
        row = self._writable(case_id, version)
        if len(source) > MAX_CHARS:
            raise Invalid(
                f"The text has {len(source):,} characters, and at most {MAX_CHARS:,} are kept."
            )
        wanted = row.slug if slug is None else self._free_slug(slug, case_id)
        if wanted != row.slug:
            source = text.moved_media(source, row.slug, wanted)
        if (source, wanted) == (row.source, row.slug):
            return copy_of(row)
        self._keep(row, wanted, source, now, is_autosave=is_autosave)
        return copy_of(row)

    def versions(self, case_id: CaseStudyId) -> Sequence[WorkingVersion]:
        """What was saved of it, newest first, of copies that were published or given up too.

        Editors see all of it, others what was saved of their own copies.

        Raises:
            NotAllowed: a colleague is at work on it, and this person is no editor.
        """
        if (row := self._session.get(WorkingCopyRow, case_id)) is not None:
            self._see(PersonId(row.owner))
        wanted = select(WorkingVersionRow).where(WorkingVersionRow.case_study_id == case_id)
        if not self._person.role.may_act_as(Role.EDITOR):
            wanted = wanted.where(WorkingVersionRow.owner == self._person.id)
        rows = self._session.scalars(wanted.order_by(WorkingVersionRow.version.desc()))
        return [
            WorkingVersion(r.version, r.slug, r.source, PersonId(r.saved_by), r.saved_at)
            for r in rows
        ]

    def version(
        self, case_id: CaseStudyId, number: int
    ) -> tuple[WorkingVersion, WorkingVersion | None]:
        """One of `versions`, and the one before it, None for the first; raises VersionNotFound."""
        later = iter(self.versions(case_id))
        for version in later:
            if version.version == number:
                return version, next(later, None)
        raise VersionNotFound(number)

    def discard(self, case_id: CaseStudyId, version: int) -> None:
        """Give a working copy up; `recover` takes it up again, for `KEPT_FOR`.

        Raises:
            Overtaken: somebody saved a later version than the one that is given up.
            NotAllowed: a colleague's, or agreed to and not taken back.
        """
        row = self._writable(case_id, version)
        self._session.delete(row)
        self._session.flush()

    def was_given_up(self, case_id: CaseStudyId) -> bool:
        """Whether there is something for `recover`: saved, not at work, not published since."""
        saved = self.versions(case_id)
        if not saved or self._session.get(WorkingCopyRow, case_id) is not None:
            return False
        # On record even where nothing had changed, which makes no revision.
        published = select(AuditRow.id).where(
            AuditRow.about == case_id,
            AuditRow.act == PUBLISH,
            AuditRow.at >= saved[0].saved_at,
        )
        return self._session.scalars(published.limit(1)).first() is None

    def recover(self, case_id: CaseStudyId, now: datetime) -> WorkingCopy:
        """The working copy that was given up, as it last was.

        Raises:
            WorkingCopyNotFound: there is none to take up.
            NotAllowed: it was a colleague's, and this person is no editor.
            Invalid: somebody began another meanwhile, or its address is taken.
        """
        last = self._session.scalars(
            select(WorkingVersionRow)
            .where(WorkingVersionRow.case_study_id == case_id)
            .order_by(WorkingVersionRow.version.desc())
            .limit(1)
        ).first()
        if last is None:
            raise WorkingCopyNotFound
        if self._session.get(WorkingCopyRow, case_id) is not None:
            raise Invalid("There is a working copy of this case study already: open that one.")
        self._see(PersonId(last.owner))
        slug = self._free_slug(last.slug, case_id)
        return self._begin(
            case_id, slug, last.source, last.base_revision_id, now, owner=PersonId(last.owner)
        )

    def take_base(
        self, case_id: CaseStudyId, version: int, live_number: int, now: datetime
    ) -> WorkingCopy:
        """Say that what was published meanwhile is taken account of in this copy's text.

        Args:
            case_id: the study.
            version: of the working copy.
            live_number: the number of the revision that was compared.
            now: an aware time.

        Raises:
            Overtaken: the text, or what is live, changed since they were compared.
            NotAllowed: a colleague's, or agreed to and not taken back.
        """
        row = self._writable(case_id, version)
        live = self._session.execute(
            select(RevisionRow.id, RevisionRow.number)
            .join(CatalogueRow, CatalogueRow.revision_id == RevisionRow.id)
            .where(CatalogueRow.id == case_id)
        ).first()
        if live is None or live.number != live_number:
            raise Overtaken("What is live changed again. Compare once more, then say so.")
        row.base_revision_id = live.id
        self._keep(row, row.slug, row.source, now, is_autosave=False)
        return copy_of(row)

    def _begin(
        self,
        case_id: CaseStudyId,
        slug: str,
        source: str,
        base: int | None,
        now: datetime,
        owner: PersonId | None = None,
    ) -> WorkingCopy:
        row = WorkingCopyRow(
            case_study_id=case_id,
            slug=slug,
            state=CopyState.DRAFT.value,
            source=source,
            version=self._last_version(case_id),
            base_revision_id=base,
            owner=owner or self._person.id,
            began_at=now,
            saved_by=self._person.id,
            saved_at=now,
        )
        self._session.add(row)
        self._session.flush()
        self._keep(row, slug, source, now, is_autosave=False)
        return copy_of(row)

    def _keep(
        self, row: WorkingCopyRow, slug: str, source: str, now: datetime, *, is_autosave: bool
    ) -> None:
        row.slug, row.source, row.version = slug, source, row.version + 1
        row.saved_by, row.saved_at = self._person.id, now
        last = self._session.scalars(
            select(WorkingVersionRow)
            .where(WorkingVersionRow.case_study_id == row.case_study_id)
            .order_by(WorkingVersionRow.version.desc())
            .limit(1)
        ).first()
        kept = {
            "version": row.version,
            "slug": slug,
            "source": source,
            "base_revision_id": row.base_revision_id,
            "owner": row.owner,
        }
        if (
            is_autosave
            and last
            and last.saved_by == self._person.id
            and now - last.saved_at < ONE_SITTING
        ):
            self._session.execute(
                update(WorkingVersionRow)
                .where(
                    WorkingVersionRow.case_study_id == row.case_study_id,
                    WorkingVersionRow.version == last.version,
                )
                .values(kept)
            )
        else:
            self._session.execute(
                insert(WorkingVersionRow).values(
                    case_study_id=row.case_study_id,
                    saved_by=self._person.id,
                    saved_at=now,
                    **kept,
                )
            )
        self._session.flush()

    def _last_version(self, case_id: CaseStudyId) -> int:
        highest = select(func.max(WorkingVersionRow.version)).where(
            WorkingVersionRow.case_study_id == case_id
        )
        return self._session.scalar(highest) or 0

    def _writable(self, case_id: CaseStudyId, version: int) -> WorkingCopyRow:
        row = row_of(self._session, case_id)
        self._see(PersonId(row.owner))
        if row.version != version:
            raise Overtaken("Somebody saved this case study since you opened it.")
        if CopyState(row.state) in SETTLED:
            raise NotAllowed(
                "This text was agreed to. Take it back to a draft first, then change it."
            )
        return row

    def _allowed(self, row: WorkingCopyRow) -> WorkingCopy:
        self._see(PersonId(row.owner))
        return copy_of(row)

    def _see(self, owner: PersonId) -> None:
        if owner != self._person.id and not self._person.role.may_act_as(Role.EDITOR):
            raise NotAllowed("This is a colleague's draft. Ask them, or an editor, for it.")

    def _free_slug(self, slug: str, case_id: CaseStudyId) -> str:
        """The address, if no other study has it or is to have it."""
        if not SLUG.fullmatch(slug):
            raise Invalid(f"“{slug}” is not an address: use a-z, 0-9 and single hyphens.")
        if not self._is_free(slug, case_id):
            raise Invalid(
                f"Another case study has the address “{slug}”. Choose another title or address."
            )
        return slug

    def _is_free(self, slug: str, case_id: CaseStudyId) -> bool:
        holders = (
            (WorkingCopyRow.slug, WorkingCopyRow.case_study_id),
            (CatalogueRow.slug, CatalogueRow.id),
            (AliasRow.slug, AliasRow.case_study_id),
        )
        return not any(
            self._session.scalars(select(holder).where(held == slug, holder != case_id)).first()
            for held, holder in holders
        )


def forget_versions(session: Session, now: datetime) -> None:
    """Drop what was saved long ago of copies that nobody is at work on any more."""
    at_work = select(WorkingCopyRow.case_study_id)
    session.execute(
        delete(WorkingVersionRow).where(
            WorkingVersionRow.saved_at < now - KEPT_FOR,
            WorkingVersionRow.case_study_id.not_in(at_work),
        )
    )


def copy_of(row: WorkingCopyRow) -> WorkingCopy:
    """The value of a row."""
    return WorkingCopy(
        id=CaseStudyId(row.case_study_id),
        slug=row.slug,
        state=CopyState(row.state),
        source=row.source,
        version=row.version,
        base_revision_id=row.base_revision_id,
        owner=PersonId(row.owner),
        began_at=row.began_at,
        saved_by=PersonId(row.saved_by),
        saved_at=row.saved_at,
        is_substantial=row.is_substantial,
        publish_at=row.publish_at,
        problem=row.problem,
    )
