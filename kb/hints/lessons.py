"""What we learned: whether there is enough of it, and whether anything did not work."""

import re
from collections.abc import Iterator

from kb.hints.hint import Hint, HintKind
from kb.hints.written import Written

HEADING = "What we learned"
# The shortest shipped one has 78 (72 studies, 2026-11-28).
FEW_WORDS = 40
# What goes on like praise: not only, not just, could not be prouder, never been happier.
_PRAISE = re.compile(
    r"\bnot (?:only|just|least|forget|expect\w*|be (?:happier|prouder|more|better)|"
    r"have (?:been|gone) (?:happier|prouder|better))\b|\bnever (?:been|looked back|seen)\b|"
    r"\bnothing but\b|\bno doubt\b|\b(?:cannot|can[’']t|could not|couldn[’']t) "
    r"(?:recommend|praise|thank|be (?:happier|prouder|more|better))\b",
    re.IGNORECASE,
)
_DID_NOT_WORK = re.compile(
    r"\b(?:not|nobody|no one|never|none|nothing|\w+n[’']t|cannot|fail\w*|flops?|flopped|mistakes?|"
    r"wrong\w*|worst|worse|worked least|harder|hardest|hard part|struggl\w+|problems?|difficult\w*|"
    r"too (?!many to|much to)\w+|stopp?(?:ed|ing)?|dropped|gave up|given up|abandon\w+|scrapped|"
    r"should have|ought to have|would (?:have|now|begin|start|change|do)|next time|in future|"
    r"differently|instead|unpopular|nuisance|slow to|least|lost|unsolved|little effect|"
    r"without effect|faded|slipped|missed|resist\w+|complain\w+|annoyed|regret\w*|barely|hardly|"
    r"limits?)\b",
    re.IGNORECASE,
)


def hints(written: Written) -> Iterator[Hint]:
    """Too few words under “What we learned”, or no word of what did not work."""
    said = written.text_of(HEADING)
    count = len(said.split())
    if count < FEW_WORDS:
        yield written.section_hint(HintKind.LESSONS_THIN, _thin(count), HEADING)
    elif not _DID_NOT_WORK.search(_PRAISE.sub(" ", said)):
        message = (
            "“What we learned” tells of nothing that did not work. Say what you stopped, what "
            "went wrong, or what you would change: colleagues learn most from that."
        )
        yield written.section_hint(HintKind.LESSONS_ROSY, message, HEADING)


def _thin(count: int) -> str:
    has = f"has only {count} words" if count else "is empty"
    return (
        f"“What we learned” {has}. Say what did not work, what you stopped, and what you would "
        "do another time."
    )
