"""Whether the evidence label promises more than the text bears out."""

import re
from collections.abc import Callable, Iterator, Mapping

from kb.domain import EvidenceStrength
from kb.hints.hint import Hint, HintKind
from kb.hints.written import Written

HEADING = "Impact"
_COMPARED = re.compile(
    r"\bcompar\w+|\bcontrol (?:group|class|school)|\bas usual\b|\busual (?:lessons|teaching)|"
    r"\bother (?:class|form|school|group|pupil|child|band|set|department|nurser|famil)\w*|"
    r"\b(?:with|and|than) (?:the )?(?:\d+ )?others\b|\bthe other(?:s| two| three| four| \d+)\b|"
    r"\bdid not (?:take part|have it|use it)|\b(?:still )?waiting\b|\bmatched\b|\bclassmates\b|"
    r"\bsimilar (?:pupils|classes|schools|children)|\bnational(?:ly)?\b|\bold scheme\b|"
    r"\bthe rest of the (?:year|school|class)|\bparallel (?:class|form|group)|"
    r"\b(?:band|group|class|set) (?:B|2|two)\b|\bwithout (?:it|the|a plan|any)\b",
    re.IGNORECASE,
)
# Last year's figures are a before, not a comparison.
_NOT_COMPARED = re.compile(
    r"\b(?:no|without a|not a) (?:comparison|control)\b|"
    r"\bcompared (?:with|to) (?:(?:the|in) )?(?:last|previous|autumn|spring|summer|start|"
    r"year before|"
    r"term before|20\d\d|September|October|January)\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\buniversit\w+|\bevaluators?\b|\bresearch\w*|\bindependent\w*|\bexternal\w*|\boutside\b|"
    r"\bpartner\b|\bconsultant|\blocal authority|\bcouncil[’']s\b|\bcharity\b|\btrust\b|"
    r"\bEEF\b|\bNFER\b|\binstitute\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\bevaluat\w+|\btest(?:ed|s|ing)?\b|\bmeasur\w+|\bassess\w+|\bcompar\w+|\breport\w*|"
    r"\breview\w*|\banaly\w+|\bstud(?:y|ied)\b|\btrial\w*",
    re.IGNORECASE,
)
_WORD_NUMBERS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|halved|"
    "doubled|third|quarter|quarters"
)
# What is a number and no figure: a year, a year group, a date, how long it took.
_NO_FIGURE = re.compile(
    r"\b(?:19|20)\d\d(?:/\d\d)?\b|\b(?:Years?|Key Stages?|KS|Y) ?\d+(?:(?:,| and| to|–) ?\d+)*|"
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:January|February|March|April|May|June|July|August|September|"
    rf"October|November|December)\b|\b(?:\d+|{_WORD_NUMBERS}) (?:weeks?|months?|terms?|half-terms?|"
    r"years?|minutes?|hours?|days?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(rf"\d[\d.,]*|\b(?:{_WORD_NUMBERS})\b", re.IGNORECASE)
_MONTHS_OF_PROGRESS = re.compile(
    r"\b(?:\+?\d+|one|two|three|four|five|six|seven|eight) (?:additional |extra |"
    r"more )?months?[’']? "
    r"(?:of )?(?:additional |extra |more )?progress\b|\+\d+ months?\b",
    re.IGNORECASE,
)
# The toolkit speaks of pupils in many trials; a test's own scale is the school's to claim.
_OF_RESEARCH = re.compile(
    r"\b(?:EEF|Toolkit|Endowment|research\w*|stud(?:y|ies) (?:found|show)|trials?|on average|"
    r"strand|"
    r"elsewhere|other schools)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|ours|us|my|I)\b")
_TESTED = re.compile(r"\b(?:reading|spelling|standardised) (?:age|test|score)s?\b", re.IGNORECASE)


def hints(written: Written) -> Iterator[Hint]:
    """A label stronger than the text, or the months of a research strand taken for its own."""
    strength = written.draft.strength
    # As long as nothing stands under Impact, there is nothing to hold the label against.
    says = _MISSING.get(strength) if written.text_of(HEADING) else None
    if says and (message := says(written)):
        yield written.section_hint(HintKind.EVIDENCE, message, HEADING)
    yield from _months(written)


def _before_after(written: Written) -> str | None:
    impact = _NO_FIGURE.sub(" ", written.text_of(HEADING))
    if len(_FIGURE.findall(impact)) >= 2:
        return None
    return (
        "The evidence label is “Before and after”, but “Impact” does not give two figures. Give "
        "the figure before and the figure after, or choose “Described”."
    )


def _comparison(written: Written) -> str | None:
    if _COMPARED.search(_NOT_COMPARED.sub(" ", written.text_of(HEADING))):
        return None
    return (
        "The evidence label is “Compared”, but “Impact” names no pupils or classes to compare "
        "with. Say who they were and how they did, or choose “Before and after”."
    )


def _external(written: Written) -> str | None:
    sentences = (sentence for piece in written.pieces for sentence in piece.sentences())
    if any(_OUTSIDE.search(sentence) and _MEASURED.search(sentence) for sentence in sentences):
        return None
    return (
        "The evidence label is “Evaluated from outside”, but the text names nobody outside the "
        "school. Say who evaluated it, or choose another label."
    )


_MISSING: Mapping[EvidenceStrength | None, Callable[[Written], str | None]] = {
    EvidenceStrength.BEFORE_AFTER: _before_after,
    EvidenceStrength.COMPARISON: _comparison,
    EvidenceStrength.EXTERNAL: _external,
}


def _months(written: Written) -> Iterator[Hint]:
    for piece in written.pieces:
        for sentence in piece.sentences():
            match = _MONTHS_OF_PROGRESS.search(sentence)
            if match and _is_claimed(sentence):
                message = (
                    "Months of progress belong to a research strand, over many schools, never to "
                    "one school. Say what you measured yourselves, or that this is what the "
                    "research found."
                )
                yield written.hint(HintKind.EVIDENCE, message, piece, match[0])


def _is_claimed(sentence: str) -> bool:
    """Whether a sentence takes months of progress for the school's own."""
    if _TESTED.search(sentence):
        return False
    return not _OF_RESEARCH.search(sentence) or bool(_OWN.search(sentence))
