"""A title or summary that could stand over any study."""

import re
from collections.abc import Iterator

from kb.hints.hint import Hint, HintKind
from kb.hints.written import Written

_WORD = re.compile(r"[A-Za-z0-9][\w’'-]*")
# Words that tell nobody what a school did.
_EMPTY = frozenset(
    """a about across action after again all also an and any approach approaches are around as at
    be became been before being best better between both but by case can challenge challenges
    change changed changes changing child children classroom college culture curriculum deliver
    delivering develop developed developing development did different do does each education
    educational effective effectively embed embedded embedding engage engaged engagement engaging
    enhance enhanced enhancing ensure ensuring every everyone excellence excellent experience
    experiences for from fully gap gaps good great had happy has have help helped helping high
    holistic how ideas impact impactful implement implementation implemented implementing improve
    improved improvement improvements improving in inclusion inclusive initiative initiatives
    innovation innovative inspire inspiring into is it its journey key learn learned learner
    learners learning lesson lessons made make making many matter matters more most much need needs
    new of on one opportunities opportunity or other our outcome outcomes outstanding over overall
    people positive practice practices practise progress project projects promote promoting provide
    provided providing provision pupil pupils quality raise raised raising really results school
    school's schools staff standard standards strategies strategy strengthen strengthening strong
    student students study success successful successfully support supported supporting system
    systems teach teacher teachers teaching team that the their them there they things this through
    to together towards transform transformation transforming tried up us use used using very was
    way ways we were what when which who whole whole-school with work worked working works year
    years young""".split()  # noqa: SIM905
)
_FEWEST = {"title": 2, "summary": 5}


def hints(written: Written) -> Iterator[Hint]:
    """The title or the summary, if it holds next to no word of its own."""
    for piece in written.pieces:
        if piece.field in _FEWEST and _concrete(piece.text) < _FEWEST[piece.field]:
            yield written.hint(HintKind.VAGUE, _MESSAGES[piece.field], piece, piece.text)


def _concrete(text: str) -> int:
    """How many different words say something of their own."""
    return len({word.casefold() for word in _WORD.findall(text)} - _EMPTY)


_MESSAGES = {
    "title": (
        "The title could stand over any study. Say what you did and for whom, such as “Meeting "
        "children at the gate on Mondays”."
    ),
    "summary": (
        "The summary does not say what you did. Name who did what with whom, and what came of it."
    ),
}
