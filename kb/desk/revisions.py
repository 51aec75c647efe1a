"""Every revision of a study, drafts too, for those who may edit it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.desk import text
from kb.desk.models import WorkingCopyRow
from kb.desk.values import BY_BROWSER, Revision
from kb.domain import READABLE, CaseStudyId, PersonId, Role
from kb.errors import VersionNotFound
from kb.models import CatalogueRow, RevisionRow
from kb.people import Person


class Revisions:
    """What its file was, inside the caller's transaction, as one person may see it.

    Editors see every revision; others those that everybody could read.
    """

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person

    def of(self, case_id: CaseStudyId) -> Sequence[Revision]:
        """All of them, newest first."""
        rows = self._session.scalars(
            select(RevisionRow)
            .where(RevisionRow.case_study_id == case_id)
            .order_by(RevisionRow.number.desc())
        )
        return [each for each in map(_revision, rows) if self._may_see(each)]

    def get(self, case_id: CaseStudyId, number: int) -> tuple[Revision, Revision | None]:
        """One of `of`, and the one before it; raises VersionNotFound."""
        found = self.of(case_id)
        for place, revision in enumerate(found):
            if revision.number == number:
                return revision, next(iter(found[place + 1 :]), None)
        raise VersionNotFound(number)

    def live(self, case_id: CaseStudyId) -> Revision | None:
        """What the study's file holds, as far as it was taken up."""
        row = self._session.scalars(
            select(RevisionRow)
            .join(CatalogueRow, CatalogueRow.revision_id == RevisionRow.id)
            .where(CatalogueRow.id == case_id)
        ).first()
        return _revision(row) if row else None

    def base(self, case_id: CaseStudyId) -> Revision | None:
        """What the study's working copy began from."""
        row = self._session.scalars(
            select(RevisionRow)
            .join(WorkingCopyRow, WorkingCopyRow.base_revision_id == RevisionRow.id)
            .where(WorkingCopyRow.case_study_id == case_id)
        ).first()
        return _revision(row) if row else None

    def _may_see(self, revision: Revision) -> bool:
        status = text.parts(revision.source)[0].get("status")
        return self._person.role.may_act_as(Role.EDITOR) or status in {*map(str, READABLE)}


def is_behind(live: Revision | None, base: Revision | None) -> bool:
    """Whether what is live changed since a working copy began from `base`."""
    return live is not None and base is not None and live.number != base.number


def _revision(row: RevisionRow) -> Revision:
    return Revision(
        number=row.number,
        slug=row.slug,
        source=row.source,
        recorded_at=row.recorded_at,
        is_by_file=row.origin != BY_BROWSER,
        published_by=PersonId(row.published_by) if row.published_by else None,
        is_substantial=row.is_substantial,
        reason=row.note or "",
    )
