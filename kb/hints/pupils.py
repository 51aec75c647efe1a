"""Words that may point to a pupil: names, numbers, addresses, a date with a class, small counts."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.hints.first_names import DOUBLE_NAMES, FIRST_NAMES
from kb.hints.hint import Hint, HintKind
from kb.hints.small_counts import small_counts
from kb.hints.written import Piece, Written


class Mark(NamedTuple):
    """Words that may point to a pupil, and what to do about them."""

    quote: str
    message: str
    is_blocking: bool = False


_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    "Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}})"
_DATE = re.compile(rf"\b{_DAY}\b")
_UPN = re.compile(r"\b[A-Z]\d{11}[0-9A-Z]\b")
_BIRTH = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on| in)?)\W{{0,3}}(?:is |was )?"
    rf"(?:{_DAY}(?: \d{{4}})?|(?:{_MONTHS}) \d{{4}}|\d{{4}}-\d\d-\d\d)",
    re.IGNORECASE,
)
# Each of the following holds a digit or an @; most pieces have neither.
_NUMBERED = re.compile(r"[@\d]")
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}\b")
# What stands before the @ of an office, not of a person.
_OFFICE = re.compile(
    r"(?:admin|contact|enquir(?:y|ies)|head|hello|help|hub|info|mail|office|post|reception|schools?|"
    r"send|senco|sendco|support|team)\b|[\w.-]*(?:hub|office|team|school|academy)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.£])(?:\+44[ -]?|0)(?:\(0\) ?)?[1-9](?:[ -]?\d){8,9}(?![\w.]?\d)")
_POSTCODE = re.compile(r"\b(?!KS|Y)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
_INITIAL = re.compile(r"\b(?P<name>[A-Z][a-z]+) (?:[A-HJ-Z](?P<dot>\.?)|I\.)(?![\w’'.&/-])")
_INITIALS = re.compile(r"(?<![\w.])(?!U\.K|U\.S|E\.U|A\.M|P\.M)[A-Z]\.\s?[A-Z]\.(?!\w)")
# What a letter may follow without being somebody's initial; Child A is nobody.
_LETTERED = frozenset(
    """Appendix Band Block Boy Cell Chart Child Class Code Cohort Column Department Diagram Figure
    Form Girl Grade Group Hall House Key Learner Level List Option Paper Parent Part Pathway Phase
    Plan Pupil Question Room Row School Section Set Sheet Site Staff Stage Step Student Table
    Teacher Tier Type Unit Version Vitamin Week Year""".split()  # noqa: SIM905
)
_ALL_NAMES = FIRST_NAMES | DOUBLE_NAMES
_NAME = re.compile(
    r"(?<![\w’'-])(?<!Mr )(?<!Mrs )(?<!Ms )(?<!Miss )(?<!Mx )(?<!Dr )(?<!Sir )(?<!St )(?<!Lady )"
    r"(?<!King )(?<!Queen )(?<!Prince )(?<!Saint )(?<![Tt]he )(?P<name>[A-Z][a-z]+)(?![\w-])"
)
# A surname, or what else goes on with a capital: Charlotte’s Web, the Matthew Effect.
_GOES_ON = re.compile(r"(?:[’']s)? [A-Z]")
# What says that the name before it is a pupil’s, whatever the name.
_OF_A_PUPIL = re.compile(
    r"(?: [A-Z][a-z]+)?(?:,? \(?(?:aged? )?(?:[3-9]|1\d)[,)]|,? \(?(?:who )?(?:is |was )?"
    r"(?:aged?|in|from|an?)?(?: \w+)?,? ?\(?(?:Year \d|Y\d|Reception\b|[Nn]ursery\b)|"
    r",? (?:who|is|was|has|had)\b(?: \w+){0,3} (?:autis\w+|ADHD|dyslexi\w+|dyspraxi\w+|EHCP?\b|"
    r"SEND?\b|anxi\w+|epilep\w+|cerebral|Down\b|diabet\w+|deaf|blind|adopted|in care)|"
    r"[’']s (?:mum|dad|mother|father|nan|parents?|family|foster|carer|behaviour|attendance)\b)"
)
_CALLED_BEFORE = re.compile(
    r"\b(?:call|called|named|name is|name was)(?: him| her| them)? $|"
    r"\b(?:pupil|child|boy|girl|student|[Tt]wins?),? $"
)
# Whose initials stand in such a sentence.
_IS_OF_PUPILS = re.compile(
    r"\b(?:pupils?|child|boys?|girls?|students?|aged|Year \d|Y\d|Reception|mother|mum|dad|father|"
    r"carer|sat|his|her)\b"
)
_RENAMED = re.compile(
    r"\bnot (?:his|her|their) real names?\b|\bnames? (?:has|have|is|are|was|were) (?:all )?"
    r"(?:been )?(?:changed|made up|invented)\b|\bpseudonyms?\b|\bmade-up names?\b",
    re.IGNORECASE,
)
_CLASS = re.compile(
    r"\b(?!2D|3D)(?:1[0-3]|[1-9])[A-Z]{1,2}\b|"
    r"\b(?!(?:Each|Every|This|That|The|One|My|Our|Your|Their|His|Her|Its|No|Any|Some|Whole|First|"
    r"Second|Third|Another|Both|In|A|An|Which|What|After|Before|During|Same|Next|Last)\b)"
    r"[A-Z][a-z]+ [Cc]lass\b"
)
# Where a school or a hub may be reached.
_PUBLIC = frozenset({"Contact", "Resources"})


def hints(written: Written) -> Iterator[Hint]:
    """What may point to a pupil, piece by piece; what is said of pictures, too."""
    is_renamed = any(_RENAMED.search(piece.text) for piece in written.pieces)
    for piece in (*written.pieces, *written.descriptions):
        marks = [*_numbers(piece), *_initials(piece), *_dated_classes(piece)]
        if not is_renamed:
            marks += _names(piece)
        marks += [Mark(quote, _COUNT) for quote in small_counts(piece)]
        for quote, message, is_blocking in dict.fromkeys(marks):
            said = f"“{quote}” {message}"
            yield written.hint(HintKind.PUPIL, said, piece, quote, is_blocking=is_blocking)


def may_name_somebody(text: str) -> bool:
    """Whether a short text, such as a search, may hold a name or a number of somebody's.

    Case is no help there: any word that is a common first name counts.
    """
    piece = Piece(text.upper(), "")
    if any(_numbers(piece)) or _EMAIL.search(text):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    return any(word.capitalize() in FIRST_NAMES for word in words)


_COUNT = (
    "is so small a count, with what sets these pupils apart, that somebody may know who they are. "
    "Say “a few”, or leave out what sets them apart."
)


def _numbers(piece: Piece) -> Iterator[Mark]:
    if not _NUMBERED.search(piece.text):
        return
    yield from _all(_UPN, piece, "looks like a pupil’s number (UPN). Take it out.")
    yield from _all(_BIRTH, piece, "looks like a date of birth. Give the year group instead.")
    for match in _EMAIL.finditer(piece.text):
        if not _OFFICE.match(match[0].partition("@")[0]):
            message = "looks like a person’s email address. Take it out; a hub’s may stay."
            yield Mark(match[0], message, is_blocking=True)
    if piece.heading not in _PUBLIC:
        yield from _all(_PHONE, piece, "looks like a telephone number. Take it out.")
        yield from _all(
            _POSTCODE, piece, "looks like a postcode. Name the town or the area instead."
        )


def _all(pattern: re.Pattern[str], piece: Piece, message: str) -> Iterator[Mark]:
    for match in pattern.finditer(piece.text):
        yield Mark(match[0], message, is_blocking=True)


def _initials(piece: Piece) -> Iterator[Mark]:
    for match in _INITIAL.finditer(piece.text):
        name = match["name"]
        # A letter may begin a sentence or be a grade: without a dot, the name must be one.
        if (
            name in FIRST_NAMES
            or name in DOUBLE_NAMES
            or (match["dot"] and name not in _LETTERED and _is_inside(match))
        ):
            yield Mark(match[0], _NAMED, is_blocking=True)
    for sentence in _sentences_with(_INITIALS, piece):
        if _IS_OF_PUPILS.search(sentence):
            for match in _INITIALS.finditer(sentence):
                yield Mark(match[0], _NAMED, is_blocking=True)


def _is_inside(match: re.Match[str]) -> bool:
    """Whether the name is not just the first word of a sentence."""
    before = match.string[: match.start()].rstrip()
    return bool(before) and before[-1] not in ".!?:|"


_NAMED = "may be a pupil’s name. Write “Child A”, or “a pupil”."


def _names(piece: Piece) -> Iterator[Mark]:
    for match in _NAME.finditer(piece.text):
        name = match["name"]
        is_alone = name in FIRST_NAMES and not _GOES_ON.match(piece.text, match.end())
        if is_alone or (name in _ALL_NAMES and _is_of_a_pupil(match)):
            yield Mark(name, _NAMED)


def _is_of_a_pupil(name: re.Match[str]) -> bool:
    """Whether the words around a name say that it is a pupil's."""
    before = name.string[max(name.start() - 24, 0) : name.start()]
    return bool(_OF_A_PUPIL.match(name.string, name.end()) or _CALLED_BEFORE.search(before))


def _dated_classes(piece: Piece) -> Iterator[Mark]:
    for sentence in _sentences_with(_CLASS, piece):
        dated, named = _DATE.search(sentence), _CLASS.search(sentence)
        if dated and named:
            message = (
                f"names a class beside a date ({dated[0]}), from which pupils can be known. "
                "Name the year group, or the month."
            )
            yield Mark(named[0], message)


def _sentences_with(pattern: re.Pattern[str], piece: Piece) -> Iterator[str]:
    """The sentences of a piece; none where the whole holds no match, as most do."""
    if pattern.search(piece.text):
        yield from piece.sentences()
