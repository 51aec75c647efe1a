"""A working copy of a study that is live, with its pictures."""

from kb.desk.values import WorkingCopy
from kb.domain import CaseStudyId
from kb.errors import WorkingCopyNotFound
from web.context import wired
from web.edit.desk import Desk


def begin_from(at: Desk, case_id: CaseStudyId) -> tuple[WorkingCopy, bool]:
    """The working copy of a study, and whether it is new; raises as `Copies.begin_from`.

    Raises:
        StorageFailed: its pictures could not be taken over; nothing is begun.
    """
    try:
        return at.copies.get(case_id), False
    except WorkingCopyNotFound:
        copy = at.copies.begin_from(case_id, at.now)
        # Within the transaction: a draft without its pictures is none.
        wired().services.pictures.begin_from(copy.id, copy.slug)
        return copy, True
