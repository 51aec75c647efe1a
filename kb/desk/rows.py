"""The row of a working copy, for those of this package who change it."""

from sqlalchemy.orm import Session

from kb.desk.models import WorkingCopyRow
from kb.domain import CaseStudyId
from kb.errors import Overtaken, WorkingCopyNotFound


def row_of(session: Session, case_id: CaseStudyId) -> WorkingCopyRow:
    """Raises WorkingCopyNotFound: nobody is at work on the study."""
    row = session.get(WorkingCopyRow, case_id)
    if row is None:
        raise WorkingCopyNotFound
    return row


def row_at(session: Session, case_id: CaseStudyId, version: int, changed: str) -> WorkingCopyRow:
    """The row, if it still is at the version that somebody saw.

    Raises:
        WorkingCopyNotFound: nobody is at work on the study.
        Overtaken: it is at another; `changed` says so, and what to do.
    """
    row = row_of(session, case_id)
    if row.version != version:
        raise Overtaken(changed)
    return row
