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
    "Zoë was late on Mondays.": "Zoë",
    "Jayden-Lee was late on Mondays.": "Jayden",
    # Numbers and addresses
    "Write to head.smith@school.example.": "head.smith@school.example",
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


# Written without a look at the patterns: 35 of 40 were noticed at first, and 17 of the 22 of
# UNSEEN_HARMLESS left alone.
UNSEEN = """
Ellie (Y5) hid under the table every lunchtime.
For Kai, 7, the bell was the worst part of the day.
Our youngest, Freya, could not yet hold a pencil.
One boy, Tariq, refused to come in at all.
Sofia's mum told us she had not slept for weeks.
D.W. sat apart from the others in the pupil room.
Student Noah P made the most progress.
We worked with Aaliyah and her foster carer from October.
Both Ethan and Lucas were excluded twice in Year 9.
Twins Maya and Ravi joined Reception in January.
UPN: K123456789012
Her date of birth is 12th June 2013.
DOB 12/06/2013
d.o.b. 12.6.13
Email his mother at lucy.brown72@gmail.com.
Text 07700 900 123 to reach the family.
The home number, 01632 960983, rang out.
He lives near LS6 3HN with his nan.
On 3rd October 8X went home early after the fight.
Class 5H had its photograph taken on 12 May 2025.
On 9 June Mrs Jones's Elm class sang to the governors.
Three of the four looked-after pupils in Year 10 stayed.
There are only two Black boys in the sixth form.
Our only deaf pupil now signs with friends.
Just one girl in Year 11 uses a wheelchair.
2 refugee children arrived from Sudan.
Four young carers in Year 8 came every week.
The only child with Down syndrome in Year 2 led the dance.
Two Muslim girls in Year 7 asked for a prayer room.
Three pupils with EHCPs moved to a special school.
Two brothers from a Traveller family joined in Year 3.
One Year 6 pupil had lost her father in the autumn.
Three children on child protection plans were absent.
two autistic year 5 boys used the den.
The two girls with selective mutism now whisper.
A Year 4 child called Sam drew the map.
We chose Ben because he was new to English.
Poppy, who has cerebral palsy, led the line.
Grace from Year 3 read to the governors.
Mark, aged 12, mended the bicycle.
"""
UNSEEN_HARMLESS = """
The deputy, Sarah Jones, led the work.
Dr Helen Wright from the university trained us.
We used the work of Dylan Wiliam and Mary Myatt.
The Matthew effect is well known in reading.
Martin Luther King was the subject of assembly for Year 6.
Our school is in St Helens, near Victoria Park.
Pupils in Years 3 and 4 swim on Fridays.
We had 14 adults and 220 children.
Two members of staff support pupils with autism.
In three weeks, most pupils with ADHD sat longer.
Four classes of Year 7 pupils took part.
The Jordan river was a topic in Year 6.
On 12 May 2025 all classes went to the sea.
We bought 4B pencils for every child.
The Key Stage 2 results came out on 9 July.
One or two pupils in each class have an EHCP.
Each teacher picks three children who receive free school meals for reading aloud.
Ask two pupils to describe the picture.
Roald Dahl is loved by our boys.
Teachers called Year 6 families in June.
King Henry the Eighth and Anne Boleyn bored my pupils.
The Harry Potter club had 30 girls.
"""


@pytest.mark.parametrize("words", UNSEEN.strip().splitlines())
def test_what_authors_write_of_pupils_is_noticed(words: str) -> None:
    assert quotes(with_words(words), HintKind.PUPIL)


@pytest.mark.parametrize("words", UNSEEN_HARMLESS.strip().splitlines())
def test_what_authors_write_of_others_is_left_alone(words: str) -> None:
    assert quotes(with_words(words), HintKind.PUPIL) == []


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
    words = "Ask for Sarah. Ring 0114 496 0000, or write to S10 2TN or jane.smith@school.example."
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


def test_what_is_said_of_a_picture_is_looked_at_too() -> None:
    draft = with_words("\n\n![Amy B. at the gate](../media/gate/photo.png)", "Challenge")
    (hint,) = hints(draft)
    assert (hint.kind, hint.quote, hint.heading) == (HintKind.PUPIL, "Amy B.", "Challenge")
    assert "Amy B." in draft.body_md.split("\n")[(hint.line or 0) - 1]


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
