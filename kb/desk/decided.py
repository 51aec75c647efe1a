"""Hints that somebody decided on: no problem, by the words that they were about."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.desk.copies import Copies
from kb.desk.models import DecidedHintRow
from kb.domain import CaseStudyId
from kb.people import Person

_MAX_KEY = 60


class Decided:
    """Inside the caller's transaction; for those who may see the copy."""

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person

    def keys(self, case_id: CaseStudyId) -> frozenset[str]:
        """The keys of the hints that are no problem; raises as `Copies.get`."""
        Copies(self._session, self._person).get(case_id)
        rows = select(DecidedHintRow.key).where(DecidedHintRow.case_study_id == case_id)
        return frozenset(self._session.scalars(rows))

    def decide(self, case_id: CaseStudyId, key: str, now: datetime) -> None:
        """Say that a hint is no problem."""
        Copies(self._session, self._person).get(case_id)
        self._session.merge(
            DecidedHintRow(
                case_study_id=case_id,
                key=key[:_MAX_KEY],
                decided_by=self._person.id,
                decided_at=now,
            )
        )
        self._session.flush()

    def ask_again(self, case_id: CaseStudyId, key: str) -> None:
        """Take such a decision back."""
        Copies(self._session, self._person).get(case_id)
        self._session.execute(
            delete(DecidedHintRow).where(
                DecidedHintRow.case_study_id == case_id, DecidedHintRow.key == key
            )
        )
