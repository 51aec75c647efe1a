"""Words that may point to a pupil: names, numbers, addresses, a date with a class, small counts."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.hints.hint import Hint, HintKind
from kb.hints.names import first_names, initials, may_hold_a_name, says_renamed
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
    r"send|senco|sendco|support|team)[\d._-]*|[\w.-]*(?:hub|office|team|school|academy|support)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.£])(?:\+44[ -]?|0)(?:\(0\) ?)?[1-9](?:[ -]?\d){8,9}(?![\w.]?\d)")
_POSTCODE = re.compile(r"\b(?!KS|Y)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
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
    is_renamed = any(says_renamed(piece.text) for piece in written.pieces)
    for piece in (*written.pieces, *written.descriptions):
        marks = [*_numbers(piece), *_dated_classes(piece)]
        marks += [Mark(quote, _NAMED, is_blocking=True) for quote in initials(piece)]
        if not is_renamed:
            marks += [Mark(name, _NAMED) for name in first_names(piece)]
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
    return may_hold_a_name(text)


_NAMED = "may be a pupil’s name. Write “Child A”, or “a pupil”."
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
        if not _OFFICE.fullmatch(match[0].partition("@")[0]):
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


def _dated_classes(piece: Piece) -> Iterator[Mark]:
    if not _CLASS.search(piece.text):
        return
    for sentence in piece.sentences():
        dated, named = _DATE.search(sentence), _CLASS.search(sentence)
        if dated and named:
            message = (
                f"names a class beside a date ({dated[0]}), from which pupils can be known. "
                "Name the year group, or the month."
            )
            yield Mark(named[0], message)
