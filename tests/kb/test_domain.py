"""The words and orders that a case study's closed lists promise to people."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from kb.domain import CaseStudy, Cost, EvidenceStrength, is_due_for_review
from kb.schema import read_front_matter
from tests.factories import an_id


def a_study(**front_matter: object) -> CaseStudy:
    given = {"id": an_id("x"), "title": "T", "summary": "S", "status": "draft"} | front_matter
    return CaseStudy("x", read_front_matter(given), "")


def test_evidence_is_ranked_from_what_staff_saw_to_what_outsiders_measured() -> None:
    assert [(e.value, e.rank) for e in EvidenceStrength] == [
        ("described", 1),
        ("before-after", 2),
        ("comparison", 3),
        ("external", 4),
    ]


def test_every_strength_of_evidence_has_a_label_and_an_honest_line() -> None:
    assert all(e.label and e.description.endswith(".") for e in EvidenceStrength)
    assert len({e.label for e in EvidenceStrength}) == 4
    assert EvidenceStrength.DESCRIBED.description == "What staff saw; no impact was measured."


def test_costs_are_shown_as_words() -> None:
    assert [cost.label for cost in Cost] == [
        "Very low cost",
        "Low cost",
        "Moderate cost",
        "High cost",
        "Very high cost",
    ]


@pytest.mark.parametrize(
    ("review_by", "due"),
    [(None, False), ("2026-03-03", False), ("2026-03-02", True), ("2025-01-01", True)],
)
def test_a_study_is_due_on_its_review_date_and_never_without_one(
    review_by: str | None, due: bool
) -> None:
    study = a_study(review_by=review_by)
    assert is_due_for_review(study.meta, date(2026, 3, 2)) is due


def test_what_the_authors_did_not_say_is_none_and_never_zero() -> None:
    effort = a_study(effort={"cost": "low"}).meta.effort
    assert effort is not None
    assert (effort.staff, effort.minutes_per_week, effort.group_size) == (None, None, None)


def test_a_study_cannot_be_altered_once_read() -> None:
    study = a_study()
    with pytest.raises(FrozenInstanceError):
        study.slug = "other"  # type: ignore[misc]
    assert study.id == study.meta.id
