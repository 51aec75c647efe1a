"""Counts under five of pupils who are set apart by something: “two of the three Year 4 girls”."""

import re
from collections.abc import Iterator

from kb.hints.written import Piece

_NUMBER = r"(?:one|two|three|four|[1-4])"
_PEOPLE = (
    r"(?:pupils?|child|children|girls?|boys?|students?|learners?|families|family|siblings|"
    r"brothers|sisters|twins|teenagers?|teens|"
    r"(?:carers?|refugees?|travellers?)(?! (?:pupil|child|girl|boy|student|famil)))"
)
# A year group is not a count: Year 4 pupils, Years 1 and 2, Key Stage 2.
_YEARS = re.compile(
    r"\b(?:[Yy]ear|Years|[Kk]ey [Ss]tages?|KS|Y|Yrs?|[Gg]rade|[Ll]evel|[Ww]eeks?|[Ss]teps?|"
    r"[Ss]tage|[Tt]erm|[Qq]uestions?|[Bb]and|[Ss]et|[Tt]ier|[Ll]ayer|[Ll]ist) ?\d+"
    r"(?:(?:,|, and| and| to| or|[–-]) ?\d+)*"
)
_COUNT = re.compile(
    rf"(?<![\w.,:/£%-])(?:(?:{_NUMBER}) (?:out )?of (?:the |our |my |these |those )?(?:\w+ )??"
    rf"(?P<of>{_NUMBER})|(?:only |just )?(?P<alone>{_NUMBER})|the only|our only|my only)"
    rf"(?P<between>(?: [\w’'-]+){{0,5}}?) (?P<who>{_PEOPLE})\b"
    r"(?=(?P<rest>(?:(?!, (?:and|but|so|while)\b)[^.;:!?|]){0,60}))",
    re.IGNORECASE,
)
_OF_OURS = re.compile(r"^ of (?:our|the|these|those|my)\b")
# One of our Year 2 pupils may be any of them.
_ONE = frozenset({None, "one", "One", "1"})
# Two in five, two staff for 19 pupils, three quarters of our pupils: it is not the pupils who are
# two or three.
_ANOTHER = re.compile(
    r"\d|\b(?:in|per|every|each|or|to|a|an|of|for|on|by|from|with|who|that|quarters?|thirds?|"
    r"halves|times|minutes|hours|days|weeks|terms|years|staff|teachers?|adults?|assistants?|classes|"
    r"schools?)\b"
)
_EACH = re.compile(r"\b(?:each|every)\b[^.;:!?]{0,40}$", re.IGNORECASE)
# A group of four, three or four: a size, not those pupils.
_SIZE_BEFORE = re.compile(
    r"\b(?:groups?|pairs?|sets?|lists?|trios?|tables?|teams?|circles?|bunch|classes|most|up to|"
    r"at least|least|fewer|more|than|or|to|every|each|between|about|difference|of)"
    r"(?: of| than| are| with)?$",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\b(?:Year \d+(?! to| and|s)|Reception|autis\w+|ADHD|Down(?:’s|'s)? syndrome|dyslexi\w+|"
    r"dyspraxi\w+|dyscalculi\w+|epilep\w+|diabet\w+|cancer|asthma|cerebral palsy|wheelchairs?|deaf|"
    r"blind|hearing|vision|visual\w*|visually|mut(?:e|ism)|Tourette\w*|anxiety|self-harm\w*|"
    r"EHC\w*|EHC plans?|SEND?|SEMH|SLCN|special educational|disab\w+|diagnos\w+|medical|"
    r"looked[- ]after|in care|foster\w*|adopt\w+|social workers?|child protection|young carers?|"
    r"safeguarding|prison|bereave\w+|refugees?|asylum|Travellers?|Gypsy|Roma|Black|Asian|white|"
    r"Chinese|Polish|Romanian|Somali|Muslim|Christian|Jewish|Hindu|Sikh|EAL|English as an "
    r"additional language|new to English|free school meals?|pupil premium|service (?:child|pupil|"
    r"famil)\w*|excluded|suspend\w+|expelled|pregnan\w+|gay|lesbian|trans(?:gender)?)\b"
)


def small_counts(piece: Piece) -> Iterator[str]:
    """The words of each such count in a piece."""
    masked = _YEARS.sub(lambda match: re.sub(r"\S", "Y", match[0]), piece.text)
    for match in _COUNT.finditer(masked):
        between = match["between"]
        if match["alone"] not in _ONE:
            between = _OF_OURS.sub("", between)
        before = piece.text[max(match.start() - 60, 0) : match.start()].rstrip()
        if _ANOTHER.search(between) or _SIZE_BEFORE.search(before) or _EACH.search(before):
            continue
        said = piece.text[match.start() : match.end("rest")]
        if found := _SETS_APART.search(said):
            end = max(found.end(), match.end("who") - match.start())
            yield said[:end]
