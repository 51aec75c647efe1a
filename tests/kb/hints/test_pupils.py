"""What may point to a pupil is noticed, and what points to nobody is left alone."""

import pytest

from kb.hints.hint import HintKind
from kb.hints.pupils import may_name_somebody
from tests.kb.hints.drafts import a_draft, hints, quotes, with_words

PLANTED = {
    # Names and initials
    "It was hardest for Amy B. after lunch.": "Amy B.",
    "It was hardest for Amy B after lunch.": "Amy B",
    "We sat down with Tyrell K. and his mother.": "Tyrell K.",
    "The pupil (J.S.) was ten.": "J.S.",
    "Jayden, aged 9, liked the apples.": "Jayden",
    "Zofia in Year 4 liked the apples.": "Zofia",
    "The apples were Oluwaseun’s idea; he is autistic.": "Oluwaseun",
    "A pupil called Mohammed came first.": "Mohammed",
    "Maisie has ADHD and came late.": "Maisie",
    "Amy Shaw, a Year 6 girl, came late.": "Amy",
    # Numbers and addresses
    "Her number is H801200001001.": "H801200001001",
    "Her number is H80120000100A.": "H80120000100A",
    "One was born on 3 May 2014 by the sea.": "born on 3 May 2014",
    "We wrote date of birth: 03/05/2014 on it.": "date of birth: 03/05/2014",
    "(DOB 3.5.14)": "DOB 3.5.14",
    "Born 2014-05-03, he was small.": "Born 2014-05-03",
    "Write to jane.smith@school.example please.": "jane.smith@school.example",
    "Ring 0114 496 0000 for more.": "0114 496 0000",
    "Ring +44 7700 900123 for more.": "+44 7700 900123",
    "The family of S10 2TN moved.": "S10 2TN",
    # A date with a named class
    "On 14 March 2025 we took 4B to the gate.": "4B",
    "On 14/03/2025 everybody in Willow class was late.": "Willow class",
    # Small counts
    "We met two of the three Year 4 girls.": "two of the three Year 4 girls",
    "There were three autistic boys.": "three autistic boys",
    "The two pupils with cerebral palsy came too.": "two pupils with cerebral palsy",
    "She is the only Traveller child here.": "the only Traveller child",
    "We have 4 of our pupils in care.": "4 of our pupils in care",
    "Four pupils read, and 3 girls are in care.": "3 girls are in care",
    "One looked-after boy in Year 9 came.": "One looked-after boy",
}


@pytest.mark.parametrize("words", PLANTED)
def test_words_that_may_point_to_a_pupil_are_quoted(words: str) -> None:
    assert quotes(with_words(words), HintKind.PUPIL) == [PLANTED[words]]


HARMLESS = [
    "Child A liked apples. So did Pupil B., and Class C and Year 4.",
    "In Week B. the teacher uses it. In Plan B we did not.",
    "Mr Harry Adams and Mrs Sarah Khan stood at the gate with the pupils.",
    "We read Michael Rosen aloud.",
    "Grace matters, and every child in Year 4 will mark the summer in May.",
    "We mistyped a date of birth, and two were born abroad.",
    "Write to office@school.example or to south-hub@network.example.",
    "In 2024/25 we had 1,124 pupils; 0.75 of a grade, £1,380 and 01/09/2025.",
    "On 14 March 2025 we took Year 4 to the gate. Class 4B came in May.",
    "Groups of three autistic pupils met. Up to four pupils with ADHD came.",
    "Two in five children are Muslim, and three quarters of our pupils speak Polish.",
    "Years 1 and 2 pupils with Down syndrome came, and Year 4 autistic pupils.",
    "Two teachers taught 19 Year 7 pupils. It took three terms for autistic pupils.",
    "That is a difference of two or three Year 2 children.",
    "A few autistic boys came, and twelve Year 4 girls.",
    "Two pupils read aloud. One of our weaker Year 2 pupils did not.",
    "We asked E. Example for the U.K. and the U.S. figures.",
]


@pytest.mark.parametrize("words", HARMLESS)
def test_words_that_point_to_nobody_are_left_alone(words: str) -> None:
    assert quotes(with_words(words), HintKind.PUPIL) == []


@pytest.mark.parametrize(
    "words",
    ["We call him Jayden (not his real name). He is nine.", "All names have been changed."],
)
def test_names_that_the_text_says_are_changed_are_left_alone(words: str) -> None:
    draft = with_words(f"{words} Amy, aged 9, was late.")
    assert quotes(draft, HintKind.PUPIL) == []
    assert quotes(with_words(f"{words} Amy B. was late."), HintKind.PUPIL) == ["Amy B."]


def test_a_schools_telephone_and_postcode_may_stand_under_contact() -> None:
    words = "Ring 0114 496 0000, or write to S10 2TN or jane.smith@school.example."
    assert quotes(with_words(words, "Contact"), HintKind.PUPIL) == ["jane.smith@school.example"]


@pytest.mark.parametrize("field", ["title", "summary"])
def test_title_and_summary_are_looked_at_too(field: str) -> None:
    words = "Meeting Jayden, aged 9, at the gate on wet Monday mornings"
    (hint,) = hints(a_draft(**{field: words}))
    assert (hint.kind, hint.quote, hint.heading, hint.field) == ("pupil", "Jayden", None, field)


def test_answers_are_looked_at_too() -> None:
    (hint,) = hints(a_draft(answers=("What helps?", "How do we help Jayden, aged 9?")))
    assert (hint.quote, hint.field) == ("Jayden", "answers")


def test_a_table_is_looked_at_too() -> None:
    table = "| Pupil | Late |\n|---|---|\n| Amy B. | 4 |"
    assert quotes(with_words(f"\n\n{table}\n"), HintKind.PUPIL) == ["Amy B."]


def test_what_names_somebody_outright_is_to_be_decided_on_before_submission() -> None:
    draft = with_words("Amy B. came, H801200001001. Two Year 4 girls did not.")
    assert [(hint.quote, hint.is_blocking) for hint in hints(draft)] == [
        ("H801200001001", True),
        ("Amy B.", True),
        ("Two Year 4 girls", False),
    ]


@pytest.mark.parametrize(
    "query", ["jayden won't sit still", "h801200001001", "help AMY read", "mail jo@home.example"]
)
def test_a_search_that_may_name_somebody_is_known(query: str) -> None:
    assert may_name_somebody(query)


@pytest.mark.parametrize("query", ["child won't speak in class", "y4 boys writing", "ebsa 2025"])
def test_a_search_that_names_nobody_is_known_too(query: str) -> None:
    assert not may_name_somebody(query)
