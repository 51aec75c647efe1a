"""What readers say of a study: of use, or not for them and why; never who said it.

A row is a study, a day, a verdict and perhaps a reason: no address, no session, no time of day.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kb.domain import CaseStudyId
from kb.errors import Busy, Invalid
from kb.models import FeedbackRow
from kb.texts import plain_line

MAX_CHARS = 500
# Nobody's study is judged more often; more than that is a machine, and fills the disk.
MOST_A_DAY = 200


class Verdict(StrEnum):
    """What a reader made of a study."""

    USEFUL = "useful"
    NOT_FOR_US = "not-for-us"

    @property
    def label(self) -> str:
        """What people read."""
        return "Useful to us" if self is Verdict.USEFUL else "Not for us"


def read_feedback(verdict: str, reason: str) -> tuple[Verdict, str | None]:
    """What a reader sent, as it is kept.

    Raises:
        Invalid: no such verdict, or a reason that is too long; says what to do.
    """
    text = plain_line(reason)
    if len(text) > MAX_CHARS:
        raise Invalid(
            f"The reason has {len(text)} characters, and at most {MAX_CHARS} are kept. "
            "Please shorten it."
        )
    try:
        return Verdict(verdict), text or None
    except ValueError:
        raise Invalid("Please choose one of the two first.") from None


def record(
    session: Session, case_id: CaseStudyId, verdict: Verdict, reason: str | None, day: date
) -> None:
    """Keep it.

    Raises:
        Busy: the study has been judged too often that day.
    """
    of_the_day = select(func.count()).where(
        FeedbackRow.case_study_id == case_id, FeedbackRow.day == day
    )
    if (session.scalar(of_the_day) or 0) >= MOST_A_DAY:
        raise Busy("This case study was judged very often today. Please try again tomorrow.")
    row = {"case_study_id": case_id, "verdict": verdict.value, "reason": reason, "day": day}
    session.execute(insert(FeedbackRow), [row])
