"""Review: a draft is handed in, talked about and agreed to by somebody who did not write it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.desk.models import CommentRow, DecisionRow, WorkingCopyRow, WorkingVersionRow
from kb.desk.rows import row_at, row_of
from kb.desk.values import CopyState, Decision, Verdict
from kb.domain import CaseStudyId, PersonId, Role
from kb.errors import Invalid, NotAllowed
from kb.findings import Finding
from kb.people import Person

MAX_NOTE_CHARS = 2_000
_CHANGED = "The text changed since you opened it. Look at the present version, then decide."


class Review:
    """What may happen to a working copy between writing and publication.

    Inside the caller's transaction. Every act names the version that it is about: a text that
    changed in between is not what was agreed to, and the act raises `Overtaken`.
    """

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self._person = person

    def submit(
        self,
        case_id: CaseStudyId,
        version: int,
        faults: Sequence[Finding],
        *,
        is_substantial: bool,
    ) -> None:
        """Hand a draft in for review.

        Args:
            case_id: the study.
            version: the one to hand in.
            faults: what is wrong with it; one is enough to keep it back.
            is_substantial: whether readers should be told of the change again.

        Raises:
            Invalid: something is wrong with the text, or it is in review already.
        """
        row = self._own(case_id, version)
        if CopyState(row.state) not in {CopyState.DRAFT, CopyState.CHANGES_ASKED}:
            raise Invalid("This text is in review already.")
        if faults:
            raise Invalid(
                f"{len(faults)} things must be mended before review, the first: {faults[0].message}"
                if len(faults) > 1
                else f"One thing must be mended before review: {faults[0].message}"
            )
        row.state, row.is_substantial = CopyState.IN_REVIEW.value, is_substantial
        self._session.flush()

    def take_back(self, case_id: CaseStudyId, version: int) -> None:
        """Make it a draft again, whatever was agreed or set for it."""
        row = self._own(case_id, version)
        row.state, row.publish_at = CopyState.DRAFT.value, None
        self._session.flush()

    def ask_changes(self, case_id: CaseStudyId, version: int, note: str, now: datetime) -> None:
        """Send a text back with what should change.

        Raises:
            Invalid: nothing is said, or it is not in review.
            NotAllowed: this person is no editor.
        """
        row = self._in_review(case_id, version)
        if not note.strip():
            raise Invalid("Say what should change, so that the author knows what to do.")
        self._decide(row, Verdict.CHANGES_ASKED, note, now)
        row.state = CopyState.CHANGES_ASKED.value
        self._session.flush()

    def approve(self, case_id: CaseStudyId, version: int, note: str, now: datetime) -> None:
        """Agree to a text that somebody else wrote.

        Raises:
            NotAllowed: this person is no editor, or wrote some of it; an admin publishes
                their own with a reason, which `Publisher.publish` asks for.
            Invalid: it is not in review, or comments are still open.
        """
        row = self._in_review(case_id, version)
        if self._person.id in self.writers(case_id):
            raise NotAllowed(
                "You wrote some of this text, so somebody else has to agree to it. "
                "An admin can publish their own with a reason, which is recorded."
            )
        if open_points := self.open_points(case_id):
            raise Invalid(
                f"{open_points} comments are still open. Resolve each, or ask for changes."
                if open_points > 1
                else "One comment is still open. Resolve it, or ask for changes."
            )
        self._decide(row, Verdict.APPROVED, note, now)
        row.state, row.problem = CopyState.APPROVED.value, None
        self._session.flush()

    def decisions(self, case_id: CaseStudyId) -> Sequence[Decision]:
        """What was decided on a study's texts, newest first; by the school's people too."""
        rows = self._session.scalars(
            select(DecisionRow)
            .where(DecisionRow.case_study_id == case_id)
            .order_by(DecisionRow.id.desc())
        )
        return [decision_of(row) for row in rows]

    def writers(self, case_id: CaseStudyId) -> frozenset[PersonId]:
        """Everybody who saved some of the present working copy, and who began it."""
        row = row_of(self._session, case_id)
        saved = self._session.scalars(
            select(WorkingVersionRow.saved_by).where(
                WorkingVersionRow.case_study_id == case_id,
                WorkingVersionRow.saved_at >= row.began_at,
            )
        )
        return frozenset(map(PersonId, {row.owner, row.saved_by, *saved}))

    def open_points(self, case_id: CaseStudyId) -> int:
        """How many comments on the present working copy wait to be resolved."""
        row = row_of(self._session, case_id)
        return (
            self._session.scalar(
                select(func.count()).where(
                    CommentRow.case_study_id == row.case_study_id,
                    CommentRow.said_at >= row.began_at,
                    CommentRow.resolved_at.is_(None),
                )
            )
            or 0
        )

    def _decide(self, row: WorkingCopyRow, verdict: Verdict, note: str, now: datetime) -> None:
        self._session.add(
            DecisionRow(
                case_study_id=row.case_study_id,
                version=row.version,
                verdict=verdict.value,
                decided_by=self._person.id,
                note=read_note(note),
                decided_at=now,
            )
        )

    def _own(self, case_id: CaseStudyId, version: int) -> WorkingCopyRow:
        row = row_at(self._session, case_id, version, _CHANGED)
        if row.owner != self._person.id and not self._person.role.may_act_as(Role.EDITOR):
            raise NotAllowed("This is a colleague's draft. Ask them, or an editor.")
        return row

    def _in_review(self, case_id: CaseStudyId, version: int) -> WorkingCopyRow:
        if not self._person.role.may_act_as(Role.EDITOR):
            raise NotAllowed("Only an editor can review a case study.")
        row = row_at(self._session, case_id, version, _CHANGED)
        if CopyState(row.state) is not CopyState.IN_REVIEW:
            raise Invalid("This text is not in review. Open it again to see where it stands.")
        return row


def decide_for_school(
    session: Session,
    case_id: CaseStudyId,
    version: int,
    verdict: Verdict,
    *,
    name: str,
    note: str,
    now: datetime,
) -> None:
    """Record what a school without an account said of its own study, by a signed link.

    An approval is a record beside the editors' own; a wish for changes sends the text back.

    Raises:
        WorkingCopyNotFound: nobody is at work on it any more.
        Overtaken: the text changed since the link was sent.
        Invalid: no name, no reason for changes, or the school has answered already.
    """
    row = row_at(session, case_id, version, _CHANGED)
    name = " ".join(name.split())[:160]
    if not name:
        raise Invalid("Please give your name and role, so that it is known who answered.")
    if verdict is Verdict.CHANGES_ASKED and not note.strip():
        raise Invalid("Please say what should change.")
    answered = select(DecisionRow.id).where(
        DecisionRow.case_study_id == case_id,
        DecisionRow.version == version,
        DecisionRow.school_name.is_not(None),
    )
    if session.scalars(answered).first() is not None:
        raise Invalid("This version was answered already; nothing more is needed.")
    session.add(
        DecisionRow(
            case_study_id=case_id,
            version=version,
            verdict=verdict.value,
            decided_by=None,
            school_name=name,
            note=read_note(note),
            decided_at=now,
        )
    )
    if verdict is Verdict.CHANGES_ASKED:
        row.state, row.publish_at = CopyState.CHANGES_ASKED.value, None
    session.flush()


def read_note(raw: str) -> str:
    """A note as it is kept; raises Invalid for one that is too long."""
    note = raw.strip()
    if len(note) > MAX_NOTE_CHARS:
        raise Invalid(f"A note has at most {MAX_NOTE_CHARS:,} characters; this has {len(note):,}.")
    return note


def decision_of(row: DecisionRow) -> Decision:
    """The value of a row."""
    return Decision(
        version=row.version,
        verdict=Verdict(row.verdict),
        decided_by=PersonId(row.decided_by) if row.decided_by else None,
        school_name=row.school_name,
        note=row.note,
        decided_at=row.decided_at,
    )
