"""Who else has a study open right now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.desk.models import PresenceRow
from kb.domain import CaseStudyId, PersonId

# A browser that is open tells of itself three times within this.
SEEN_FOR = timedelta(seconds=75)


def seen(
    session: Session, case_id: CaseStudyId, person_id: PersonId, now: datetime
) -> Sequence[PersonId]:
    """Record that somebody has a study open; returns who else has, by id."""
    session.execute(delete(PresenceRow).where(PresenceRow.seen_at < now - SEEN_FOR))
    session.merge(PresenceRow(case_study_id=case_id, person_id=person_id, seen_at=now))
    session.flush()
    others = session.scalars(
        select(PresenceRow.person_id)
        .where(PresenceRow.case_study_id == case_id, PresenceRow.person_id != person_id)
        .order_by(PresenceRow.person_id)
    )
    return [PersonId(each) for each in others]


def left(session: Session, case_id: CaseStudyId, person_id: PersonId) -> None:
    """Record that somebody closed it."""
    session.execute(
        delete(PresenceRow).where(
            PresenceRow.case_study_id == case_id, PresenceRow.person_id == person_id
        )
    )
