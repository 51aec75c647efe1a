"""Lessons, lengths, reading age, vague words, short forms and links."""

import pytest

from kb.hints.hint import HintKind
from kb.hints.lengths import GUIDE_WORDS, section_words
from kb.hints.reading import MOST_YEARS, reading_age
from tests.kb.hints.drafts import SECTIONS, a_draft, hints, quotes, with_words

LEARNED = "What we learned"
ROSY = (
    "Everybody loved it. The apples made mornings bright, families thanked us at the gate, and "
    "the team grew together. Could not be prouder! It was not only the children: staff have never "
    "been happier, and we saw nothing but smiles on every face from the first day of the term."
)
# Written without a look at the patterns.
CELEBRATED = [
    "We learned that consistency is key. When every member of staff follows the routine, children "
    "feel safe and ready to learn. Strong leadership, clear communication and training made "
    "all the difference, and we are excited to build on this success next year with more classes.",
    "The project was a huge success. Pupils were engaged, staff felt valued and parents gave "
    "wonderful feedback. The most important lesson is that relationships matter. We plan to roll "
    "the programme out across the trust in September and share our resources with other schools.",
    "We learned the value of patience, of high expectations and of listening to pupil voice. The "
    "impact surpassed all our hopes. There is no doubt that this has transformed our whole "
    "school, and we cannot recommend it highly enough to colleagues elsewhere in the county.",
]


@pytest.mark.parametrize("text", ["", "It went well.", "It did not work. " * 5])
def test_lessons_that_are_missing_or_short_are_named(text: str) -> None:
    (hint,) = hints(a_draft({LEARNED: text}))
    assert (hint.kind, hint.quote) == (HintKind.LESSONS_THIN, LEARNED)


def test_lessons_in_which_everything_worked_are_named() -> None:
    (hint,) = hints(a_draft({LEARNED: ROSY}))
    assert (hint.kind, hint.heading) == (HintKind.LESSONS_ROSY, LEARNED)
    assert hints(a_draft({LEARNED: f"{ROSY} The stall was a flop."})) == []


@pytest.mark.parametrize("text", CELEBRATED)
def test_lessons_that_only_celebrate_are_named(text: str) -> None:
    assert [hint.kind for hint in hints(a_draft({LEARNED: text}))] == [HintKind.LESSONS_ROSY]


def test_words_are_counted_under_each_heading() -> None:
    counted = section_words("## Context\n\nTwo *words*.\n\n- and three more\n\n## Odd\n\nOne.\n")
    assert counted == dict.fromkeys(GUIDE_WORDS, 0) | {"Context": 5, "Odd": 1}
    assert section_words("[" * 3000) == dict.fromkeys(GUIDE_WORDS, 0)


@pytest.mark.parametrize("heading", ["Context", "Challenge", "What we did", "Impact"])
def test_a_section_that_is_begun_and_short_is_named(heading: str) -> None:
    (hint,) = hints(a_draft({heading: "Not much was here from 41 to 12."}))
    assert (hint.kind, hint.quote) == (HintKind.LENGTH, heading)
    assert hints(a_draft({heading: ""})) == []


@pytest.mark.parametrize("heading", GUIDE_WORDS)
def test_a_section_that_is_too_long_is_named(heading: str) -> None:
    text = "We did not stop at the gate then. " * (GUIDE_WORDS[heading][1] // 8)
    assert hints(a_draft({heading: text}), HintKind.LENGTH) == []
    (hint,) = hints(a_draft({heading: text * 2}), HintKind.LENGTH)
    assert hint.quote == heading


def test_easy_words_have_a_lower_reading_age_than_hard_ones() -> None:
    easy = ["The cat sat on the mat.", "It was glad."]
    hard = ["Institutional implementation necessitated considerable interdepartmental negotiation."]
    assert reading_age([]) == 0
    assert 0 < reading_age(["We met the children at the gate and walked them in each day."]) < 10
    assert reading_age(easy) < 7 < MOST_YEARS < reading_age(hard)


def test_a_text_that_is_hard_to_read_names_its_longest_sentences() -> None:
    hard = (
        "Interdepartmental implementation of differentiated accommodation necessitated "
        "considerable reorganisation of institutional responsibilities. "
    )
    longest = f"Notwithstanding considerations of all of these and other sorts here, {hard}" + "x "
    longest = longest.replace(
        ". x", " and so on and on, as it went with us at the gate in the end."
    )
    draft = a_draft({"What we did": hard * 8 + longest, "Context": hard * 4, "Challenge": hard * 3})
    (hint,) = hints(draft, HintKind.READING_AGE)
    assert hint.quote == longest.strip()
    assert "“Notwithstanding considerations of all of these …” (" in hint.message


def test_a_very_long_sentence_is_named_in_an_easy_text() -> None:
    sentence = "We met " + "the cat and " * 20 + "the dog."
    (hint,) = hints(with_words(sentence))
    assert (hint.kind, hint.quote) == (HintKind.LONG_SENTENCE, sentence)


@pytest.mark.parametrize(
    "title",
    [
        "Improving outcomes for all pupils",
        "Our journey to excellence",
        "A whole-school approach",
        "Raising standards through quality first teaching",
        "Attendance matters",
        "Closing the gap",
    ],
)
def test_a_title_that_fits_any_study_is_named(title: str) -> None:
    (hint,) = hints(a_draft(title=title))
    assert (hint.kind, hint.quote, hint.field) == (HintKind.VAGUE, title, "title")


def test_a_summary_that_fits_any_study_is_named() -> None:
    summary = "We worked together to improve outcomes and support all learners to achieve success."
    (hint,) = hints(a_draft(summary=summary))
    assert (hint.kind, hint.field) == (HintKind.VAGUE, "summary")


def test_a_short_form_that_nobody_explains_is_named_once() -> None:
    draft = with_words("The XQJ met. The XQJs met again.")
    assert quotes(draft, HintKind.SHORT_FORM) == ["XQJ"]


@pytest.mark.parametrize(
    "words",
    [
        "The extra quiet job (XQJ) was new. The XQJ met.",
        "The XQJ (extra quiet job) was new.",
        "Our SENCO, the TAs and the GCSE team in the UK met about SEND and PE.",
        "Class 4BX and A4 paper; see https://example.org/XQJ and mail@XQJ.example.",
        "It said “PLEASE DO TOUCH”.",
    ],
)
def test_a_short_form_that_somebody_explains_is_left_alone(words: str) -> None:
    assert quotes(with_words(words), HintKind.SHORT_FORM) == []


DEAD = {
    "[x](no-such-study.md)": "no-such-study.md",
    "[x](../case-studies/no-such-study.md#impact)": "../case-studies/no-such-study.md#impact",
    "[x](/practice/no-such-study)": "/practice/no-such-study",
    "![A gate](../media/gate/none.png)": "../media/gate/none.png",
    "[A sheet](../media/gate/none.png)": "../media/gate/none.png",
}
ALIVE = [
    "[x](known-study.md)",
    "[x](/practice/old-name#impact)",
    "[x](/practice/known-study.md)",
    "[x](https://example.org/practice/none)",
    "[x](#impact)",
    "![A gate](../media/gate/photo.png)",
]


@pytest.mark.parametrize("link", DEAD)
def test_a_link_that_leads_nowhere_is_named_with_its_place(link: str) -> None:
    (hint,) = hints(with_words(f"\n\nSee {link}.", "Challenge"))
    assert (hint.kind, hint.quote, hint.heading) == (HintKind.LINK, DEAD[link], "Challenge")
    assert (
        hint.line == a_draft().body_md[: a_draft().body_md.index("## What we did")].count("\n") + 1
    )


@pytest.mark.parametrize("link", ALIVE)
def test_a_link_that_leads_somewhere_is_left_alone(link: str) -> None:
    assert hints(with_words(f"See {link}.")) == []


def test_a_good_draft_gives_no_hint() -> None:
    assert hints(a_draft()) == []
    assert sum(len(text.split()) for text in SECTIONS.values()) > 250
