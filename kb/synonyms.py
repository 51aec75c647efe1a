"""Words that mean the same, and short forms that mean several things, as editors keep them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

Problem = tuple[int, str]

_NOTE = re.compile(r"\s*\(([^()]*)\)\s*$")
DEFAULT = "default"
CAPITALS_ONLY = "upper-case-only"


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A short form that may mean several things.

    Attributes:
        short: as people write it, in capitals.
        readings: what it may mean.
        default: the reading that is searched for without asking; None to ask.
        capitals_only: whether it is one only where typed in capitals (`it`, `re`).
    """

    short: str
    readings: tuple[str, ...]
    default: str | None
    capitals_only: bool


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of terms that mean the same, the first as it is shown; short forms by themselves."""

    groups: tuple[tuple[str, ...], ...]
    short_forms: tuple[ShortForm, ...]


def same_form(term: str) -> str:
    """What two spellings of one term share: case, hyphens and spaces do not tell them apart."""
    return " ".join(term.casefold().replace("-", " ").split())


def read_groups(source: str) -> tuple[tuple[tuple[str, ...], ...], list[Problem]]:
    """The groups of `synonyms.txt`, one a line, and what is wrong with it.

    A term counts only where it comes first; a group of one term is left out.
    """
    groups: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for number, line in _lines(source):
        kept: dict[str, str] = {}
        terms = [term.strip() for term in line.split(",")]
        if not all(terms):
            problems.append((number, "has an empty term; take out the comma too many"))
        for term in filter(None, terms):
            form = same_form(term)
            if form in first_line:
                problems.append(
                    (
                        number,
                        f"“{term}” is also in the group of line {first_line[form]}; keep it in one",
                    )
                )
            elif kept.setdefault(form, term) == term and terms.count(term) > 1:
                problems.append((number, f"“{term}” is in its own group twice; keep one"))
        if len(kept) > 1:
            groups.append(tuple(kept.values()))
            first_line |= dict.fromkeys(kept, number)
        else:
            problems.append(
                (number, "a group needs two terms or more, with commas between; add one")
            )
    return tuple(groups), list(dict.fromkeys(problems))


def read_short_forms(
    source: str, terms: Collection[str]
) -> tuple[tuple[ShortForm, ...], list[Problem]]:
    """The short forms of `synonyms_ambiguous.txt`, and what is wrong with it.

    A line is `SHORT: reading | reading (default)`, or `SHORT: reading (UPPER-CASE-ONLY)`.

    Args:
        source: the text of the file.
        terms: every term of a group of synonyms, by `same_form`.
    """
    found: dict[str, ShortForm] = {}
    problems: list[Problem] = []
    lines = list(_lines(source))
    shorts = {same_form(line.partition(":")[0]) for _, line in lines if ":" in line}
    for number, line in lines:
        short, colon, rest = (part.strip() for part in line.partition(":"))
        form, faults = _short_form(short, rest if colon else "", shorts)
        problems += ((number, fault) for fault in faults)
        if form and form.default is None and same_form(short) in terms:
            problems.append(
                (number, f"“{short}” is in synonyms.txt and so never asked about; mark a default")
            )
        if form is not None and found.setdefault(short.casefold(), form) is not form:
            problems.append((number, f"“{short}” has a line already; put its readings there"))
    return tuple(found.values()), problems


def _short_form(short: str, rest: str, shorts: set[str]) -> tuple[ShortForm | None, Sequence[str]]:
    faults = []
    readings: list[str] = []
    default = None
    capitals_only = False
    for part in filter(None, (part.strip() for part in rest.split("|"))):
        note = _NOTE.search(part)
        reading = part[: note.start()] if note else part
        marked = note[1].casefold() if note else ""
        if not reading:
            faults.append(f"“{short}” has a note without a reading; write what it means")
            continue
        if same_form(reading) in shorts:
            faults.append(
                f"“{reading}” is a short form itself, which leads round in a loop; write it out"
            )
            continue
        if marked.startswith(DEFAULT):
            if default is not None:
                faults.append(f"“{short}” has two defaults; keep one")
            default = default or reading
        elif marked == CAPITALS_ONLY:
            capitals_only = True
        elif marked:
            faults.append(f"“({marked})” is neither (default) nor (UPPER-CASE-ONLY)")
        readings.append(reading)
    if not short or not readings:
        faults.append("needs a short form, a colon and what it may mean: TA: teaching assistant")
        return None, faults
    if capitals_only and len(readings) == 1:
        default = readings[0]
    return ShortForm(short, tuple(readings), default, capitals_only), faults


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers; `#` begins a comment line."""
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
