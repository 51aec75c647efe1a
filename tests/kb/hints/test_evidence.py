"""An evidence label is held against what the text says."""

import pytest

from kb.domain import EvidenceStrength
from kb.hints.hint import HintKind
from tests.kb.hints.drafts import SECTIONS, a_draft, hints, quotes, with_words

BEFORE_AFTER, COMPARISON, EXTERNAL = list(EvidenceStrength)[1:]
VAGUE = "Children came in calmly and teachers said that Mondays felt different to all of us. "
UNMEASURED = {
    BEFORE_AFTER: [
        VAGUE,
        VAGUE + "By 14 March 2025 Year 4 were in on time, after six weeks.",
        VAGUE + "Late marks fell to 12.",
    ],
    COMPARISON: [
        VAGUE,
        "Late marks fell from 41 to 12 in a term. There was no comparison group.",
        "Compared with last year, late marks fell from 41 to 12 in a term.",
        "Half knew one gate and half knew the other. Late marks fell from 41 to 12.",
    ],
    EXTERNAL: [
        "Late marks fell from 41 to 12 in a term, which we counted ourselves in the office.",
        "We went to an outside theatre. Late marks fell from 41 to 12 in a term.",
    ],
}
MEASURED = {
    BEFORE_AFTER: ["Late marks fell from 41 to 12.", "Half were late; now a quarter are."],
    COMPARISON: [
        "Our late marks fell from 41 to 12, the other three classes' from 40 to 30.",
        "We compared them with 35 others. They gained 0.9 of a grade.",
        "Years 7 and 8 carried on as usual, and their late marks rose.",
        "Pupils on the waiting list gained less.",
    ],
    EXTERNAL: [
        "A university team tested all of them twice.",
        "An independent evaluator wrote a report.",
        "The local authority reviewed our figures.",
    ],
}


def about_evidence(strength: EvidenceStrength | None, impact: str) -> list[str]:
    draft = a_draft({"Impact": impact}, strength=strength)
    return [hint.message for hint in hints(draft, HintKind.EVIDENCE)]


@pytest.mark.parametrize(
    ("strength", "impact"), [(s, text) for s, texts in UNMEASURED.items() for text in texts]
)
def test_a_label_that_the_text_does_not_bear_out_is_named(
    strength: EvidenceStrength, impact: str
) -> None:
    (message,) = about_evidence(strength, impact)
    assert f"“{strength.label}”" in message


@pytest.mark.parametrize(
    ("strength", "impact"), [(s, text) for s, texts in MEASURED.items() for text in texts]
)
def test_a_label_that_the_text_bears_out_is_left_alone(
    strength: EvidenceStrength, impact: str
) -> None:
    assert about_evidence(strength, impact) == []


@pytest.mark.parametrize("strength", [None, EvidenceStrength.DESCRIBED])
def test_nothing_promised_is_nothing_to_hold_against(strength: EvidenceStrength | None) -> None:
    assert about_evidence(strength, VAGUE) == []


def test_nothing_is_said_of_the_label_before_impact_is_begun() -> None:
    assert about_evidence(COMPARISON, "") == []


CLAIMED = [
    "The apples gave us four months of additional progress.",
    "Pupils made +5 months in a year.",
    "The EEF says that our pupils made 4 months’ progress.",
]
QUOTED = [
    "The EEF toolkit puts such meetings at four months of additional progress on average.",
    "Their reading age rose by 5 months' progress on the test.",
    "After five months we saw progress.",
]


@pytest.mark.parametrize("words", CLAIMED)
def test_months_of_progress_are_not_a_schools_own(words: str) -> None:
    (hint,) = hints(with_words(words, "Impact"), HintKind.EVIDENCE)
    assert "month" in hint.quote
    assert hint.heading == "Impact"


@pytest.mark.parametrize("words", QUOTED)
def test_months_that_are_said_to_be_the_researchs_stand(words: str) -> None:
    assert quotes(with_words(words, "Impact"), HintKind.EVIDENCE) == []


def test_months_claimed_in_the_summary_are_noticed() -> None:
    summary = f"{SECTIONS['Context']} We gained three months of extra progress."
    assert quotes(a_draft(summary=summary), HintKind.EVIDENCE) == ["three months of extra progress"]
