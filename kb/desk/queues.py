"""What lies on whose desk: mine, waiting for me, set to go live, due for review, overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kb.desk.copies import copy_of
from kb.desk.models import WorkingCopyRow, WorkingVersionRow
from kb.desk.values import CopyState, WorkingCopy
from kb.domain import CaseStudyId, FrontMatter, Role, Status, TermKey, is_due_for_review
from kb.models import CatalogueRow
from kb.people import Person
from kb.schema import load_front_matter
from kb.vocabulary import Vocabulary

# So long before its date a study is shown as due.
AHEAD = timedelta(days=60)
# So long after its date a study is archived.
GRACE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Due:
    """A published study that somebody should look at again, and why."""

    id: CaseStudyId
    slug: str
    title: str
    review_by: date | None
    policies: tuple[TermKey, ...]

    def is_overdue(self, today: date) -> bool:
        """Whether its date has passed."""
        return self.review_by is not None and self.review_by < today

    @property
    def archived_from(self) -> date | None:
        """The day from which it is archived, if nobody renews it."""
        return self.review_by + GRACE + timedelta(days=1) if self.review_by else None


class Queues:
    """What one person should see, inside the caller's transaction."""

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person

    def mine(self) -> Sequence[WorkingCopy]:
        """The working copies that this person began, last saved first."""
        return self._copies(WorkingCopyRow.owner == self._person.id)

    def waiting_for_me(self) -> Sequence[WorkingCopy]:
        """Own texts of which changes were asked; for editors also what waits for a reviewer.

        That is what is in review and not written by them, and what is approved.
        """
        asked = self._copies(
            WorkingCopyRow.owner == self._person.id,
            WorkingCopyRow.state == CopyState.CHANGES_ASKED.value,
        )
        if not self._person.role.may_act_as(Role.EDITOR):
            return asked
        in_review = self._copies(WorkingCopyRow.state == CopyState.IN_REVIEW.value)
        approved = self._copies(WorkingCopyRow.state == CopyState.APPROVED.value)
        return [*asked, *(copy for copy in in_review if not self._wrote(copy)), *approved]

    def scheduled(self) -> Sequence[WorkingCopy]:
        """What is set to go live, soonest first; editors see all, others their own."""
        found = self._copies(WorkingCopyRow.state == CopyState.SCHEDULED.value, *self._visible())
        return sorted(found, key=lambda copy: (copy.publish_at or copy.saved_at, copy.id))

    def others(self) -> Sequence[WorkingCopy]:
        """For editors: everything that colleagues are at work on, last saved first."""
        if not self._person.role.may_act_as(Role.EDITOR):
            return []
        return self._copies(WorkingCopyRow.owner != self._person.id)

    def _visible(self) -> tuple[ColumnElement[bool], ...]:
        if self._person.role.may_act_as(Role.EDITOR):
            return ()
        return (WorkingCopyRow.owner == self._person.id,)

    def _wrote(self, copy: WorkingCopy) -> bool:
        saved = select(WorkingVersionRow.version).where(
            WorkingVersionRow.case_study_id == copy.id,
            WorkingVersionRow.saved_by == self._person.id,
            WorkingVersionRow.saved_at >= copy.began_at,
        )
        return copy.owner == self._person.id or self._session.scalars(saved).first() is not None

    def _copies(self, *conditions: ColumnElement[bool]) -> Sequence[WorkingCopy]:
        rows = self._session.scalars(
            select(WorkingCopyRow)
            .where(*conditions)
            .order_by(WorkingCopyRow.saved_at.desc(), WorkingCopyRow.case_study_id)
        )
        return [copy_of(row) for row in rows]


def due(session: Session, policies: Vocabulary, today: date) -> Sequence[Due]:
    """Every published study whose review comes up, or whose policy changed; soonest first."""
    found = [
        Due(CaseStudyId(case_id), slug, meta.title, meta.review_by, changed)
        for case_id, slug, meta in _published(session)
        if (changed := changed_policies(meta, policies, today))
        or is_due_for_review(meta, today + AHEAD)
    ]
    return sorted(found, key=lambda each: (each.review_by or date.max, each.slug))


def past_grace(session: Session, today: date) -> Sequence[Due]:
    """The published studies that are to be archived, because nobody looked in time."""
    return [
        Due(CaseStudyId(case_id), slug, meta.title, meta.review_by, ())
        for case_id, slug, meta in _published(session)
        if meta.review_by and meta.review_by + GRACE < today
    ]


def changed_policies(meta: FrontMatter, policies: Vocabulary, today: date) -> tuple[TermKey, ...]:
    """The policies that a study depends on and that changed after it was last looked at."""
    looked = max(filter(None, (meta.updated, meta.first_published)), default=date.min)
    return tuple(
        key
        for key in meta.policies
        if key in policies and (changed := policies[key].changed) and looked < changed <= today
    )


def _published(session: Session) -> Iterator[tuple[str, str, FrontMatter]]:
    rows = session.execute(
        select(CatalogueRow.id, CatalogueRow.slug, CatalogueRow.meta).where(
            CatalogueRow.status == Status.PUBLISHED.value
        )
    )
    for case_id, slug, meta in rows:
        yield case_id, slug, load_front_matter(meta)
