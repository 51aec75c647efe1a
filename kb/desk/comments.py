"""What reviewers say of a working copy, heading by heading, until each point is resolved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.desk.copies import Copies
from kb.desk.models import CommentRow
from kb.desk.values import Comment
from kb.domain import CaseStudyId, PersonId
from kb.errors import Invalid, NotFound
from kb.people import Person

MAX_CHARS = 4_000


class Comments:
    """Said and resolved by those who may see the copy; inside the caller's transaction."""

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person
        self._copies = Copies(session, person)

    def of(self, case_id: CaseStudyId) -> Sequence[Comment]:
        """Those on the present working copy, oldest first, resolved ones too."""
        copy = self._copies.get(case_id)
        rows = self._session.scalars(
            select(CommentRow)
            .where(CommentRow.case_study_id == case_id, CommentRow.said_at >= copy.began_at)
            .order_by(CommentRow.id)
        )
        return [_comment(row) for row in rows]

    def say(self, case_id: CaseStudyId, heading: str | None, text: str, now: datetime) -> None:
        """Say something of a heading, or of the whole (None).

        Raises:
            Invalid: nothing is said, or too much.
        """
        self._copies.get(case_id)
        if not text.strip():
            raise Invalid("The comment is empty. Write what you think, then send it.")
        if len(text) > MAX_CHARS:
            raise Invalid(
                f"A comment has at most {MAX_CHARS:,} characters; this has {len(text):,}."
            )
        self._session.add(
            CommentRow(
                case_study_id=case_id,
                heading=heading[:160] if heading else None,
                text=text.strip(),
                said_by=self._person.id,
                said_at=now,
            )
        )
        self._session.flush()

    def resolve(
        self, case_id: CaseStudyId, comment_id: int, now: datetime, *, is_resolved: bool = True
    ) -> None:
        """Close a point, or open it again; raises NotFound if there is none such."""
        self._copies.get(case_id)
        row = self._session.get(CommentRow, comment_id)
        if row is None or row.case_study_id != case_id:
            raise NotFound("This comment is no longer there.")
        row.resolved_by = self._person.id if is_resolved else None
        row.resolved_at = now if is_resolved else None
        self._session.flush()


def _comment(row: CommentRow) -> Comment:
    return Comment(
        id=row.id,
        heading=row.heading,
        text=row.text,
        said_by=PersonId(row.said_by),
        said_at=row.said_at,
        resolved_by=PersonId(row.resolved_by) if row.resolved_by else None,
        resolved_at=row.resolved_at,
    )
