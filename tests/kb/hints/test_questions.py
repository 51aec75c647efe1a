"""Which searches are suggested to a study as questions that it answers."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from kb import querylog
from kb.domain import CaseStudyId
from kb.hints.draft import Draft
from kb.hints.likeness import LikeStudy
from kb.hints.questions import MOST, suggested_answers
from tests.factories import Installation
from tests.kb.hints.drafts import a_draft

TODAY = date(2026, 3, 2)


class SharedWords:
    """A text is as near as its share of words that the draft's title holds, too."""

    def alike(self, draft: Draft, own: CaseStudyId | None) -> Sequence[LikeStudy]:
        return []

    def nearness(self, draft: Draft, texts: Sequence[str]) -> Sequence[float]:
        title = set(draft.title.casefold().split())
        return [len(title & set(text.split())) / len(text.split()) for text in texts]


def suggested(
    site: Installation, *queries: str, days: int = 5, total: int = 0, **draft: object
) -> list[str]:
    """What is suggested to a study of this title, if that was asked on so many days."""
    with site.database.begin() as session:
        for day in range(days):
            asked = [(query, total) for query in queries]
            querylog.record(session, asked, TODAY - timedelta(days=day))
        given = {"title": "Meeting children at the gate"} | draft
        return suggested_answers(session, TODAY, a_draft(**given), SharedWords())


def test_a_question_that_found_nothing_on_five_days_is_suggested(site: Installation) -> None:
    assert suggested(site, "Children at the gate") == ["children at the gate"]


def test_a_question_of_four_days_is_nobodys_to_see(site: Installation) -> None:
    assert suggested(site, "children at the gate", days=4) == []


@pytest.mark.parametrize(("total", "count"), [(2, 1), (3, 0)])
def test_a_question_that_found_enough_is_answered(
    site: Installation, total: int, count: int
) -> None:
    assert len(suggested(site, "children at the gate", total=total)) == count


@pytest.mark.parametrize(
    "query",
    [
        "jayden at the gate",
        "meeting h801200001001 at the gate",
        "gate",
        "the gate",
        "children at the gate value:equity",
        '"at the gate" children',
        "children at the gate -bus",
        "quite another thing altogether",
    ],
)
def test_what_may_name_somebody_or_is_no_question_is_left_out(
    site: Installation, query: str
) -> None:
    assert suggested(site, query) == []


def test_what_the_study_says_it_answers_is_left_out(site: Installation) -> None:
    assert suggested(site, "children at the gate", answers=("Children, at the gate?",)) == []


def test_the_nearest_come_first_and_are_few(site: Installation) -> None:
    queries = [f"children at the gate {'x ' * n}" for n in range(MOST + 2)]
    assert suggested(site, *reversed(queries)) == [query.strip() for query in queries[:MOST]]
