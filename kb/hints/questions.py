"""Teachers' questions that a study could answer: searches that found little, again and again."""

import re
from datetime import date

from sqlalchemy.orm import Session

from kb import querylog
from kb.hints.draft import Draft
from kb.hints.likeness import Likeness
from kb.hints.pupils import may_name_somebody

MOST = 5
# The cosine of a search with the study's nearest passage. Of the judged queries, 39 % reach it with
# a study that answers them well, 3 % with another (tests/golden, 2026-11-28).
NEAR = 0.4
# Shorter ones are topics, not questions.
_FEWEST_WORDS = 3
# Filters, phrases and exclusions are not a question's words.
_COMMANDED = re.compile(r"[\"“”]|\w:\w|(?:^|\s)-\w")
_COMPARED = 200


def suggested_answers(session: Session, today: date, draft: Draft, likeness: Likeness) -> list[str]:
    """Up to `MOST` questions for `answers`, nearest first, in the words that were typed.

    Only what editors may see (see `querylog.for_editors`), nothing that may name somebody, and
    nothing that the draft says it answers already.
    """
    answered = {_plain(answer) for answer in draft.answers}
    questions = [
        asked.query
        for asked in querylog.for_editors(session, today)
        if asked.found_little and _is_question(asked.query) and _plain(asked.query) not in answered
    ][:_COMPARED]
    near = zip(likeness.nearness(draft, questions), questions, strict=True)
    return [question for cosine, question in sorted(near, reverse=True) if cosine >= NEAR][:MOST]


def _is_question(query: str) -> bool:
    return (
        len(query.split()) >= _FEWEST_WORDS
        and not _COMMANDED.search(query)
        and not may_name_somebody(query)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
