"""The form of a study: what it shows of a file's front matter, and what it makes of it again.

The file's text stays the truth: a key that the form does not know is kept as it was, and a value
that cannot be right is kept too, so that it can be shown, said and mended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kb.desk import text
from kb.domain import Cost, EvidenceStrength
from kb.rules import TERM_FIELDS
from kb.vocabulary import Vocabularies

Sent = MultiDict[str, str]

LISTS = tuple(name for name in TERM_FIELDS if name not in {"values", "region", "subregion", "hub"})
_CHOICES = ("region", "subregion", "hub")
_TEXTS = ("title", "summary", "la", "contact", "review_by")
SCHOOL_TEXTS = ("name", "type", "academic_year", "urn")
SCHOOL_NUMBERS = {
    "pupils": "Pupils on roll",
    "fsm6_percent": "Free school meals in six years, %",
    "sen_support_percent": "SEN support, %",
    "ehcp_percent": "EHC plans, %",
    "eal_percent": "English as an additional language, %",
}
EFFORT_NUMBERS = {
    "staff": "Staff involved",
    "group_size": "Pupils in a group",
    "minutes_per_week": "Staff minutes a week",
    "training_hours": "Hours of training",
    "weeks_to_change": "Weeks until the first change",
}
MOST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    key: str
    label: str
    description: str
    is_chosen: bool
    is_within: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A field whose values come from a vocabulary, with its options."""

    name: str
    label: str
    options: tuple[Option, ...]
    # What the file holds that the vocabulary does not know: shown, so that it can be taken out.
    unknown: tuple[str, ...] = ()


_LABELS = {
    "focus": "Focus",
    "needs": "SEND needs",
    "conditions": "Conditions",
    "provision": "Provision",
    "disadvantage": "Disadvantage",
    "groups": "Groups of pupils",
    "phases": "Phase",
    "key_stages": "Key stages",
    "subjects": "Subjects",
    "settings": "Setting",
    "themes": "Themes",
    "policies": "Policies it depends on",
    "region": "Region",
    "subregion": "Part of the region",
    "hub": "Hub",
}


class StudyForm:
    """What the page of a working copy shows."""

    def __init__(self, source: str, slug: str, vocabularies: Vocabularies) -> None:
        self._data, self.body = text.parts(source)
        self._vocabularies = vocabularies
        self.slug = slug

    def text_of(self, name: str) -> str:
        """What a plain field holds."""
        return _shown(self._data.get(name))

    @property
    def answers(self) -> list[str]:
        """The questions, one a box, with empty boxes behind them."""
        held = [_shown(each) for each in _list(self._data.get("answers"))]
        return [*held, *[""] * (MOST_ANSWERS - len(held))]

    @property
    def authors(self) -> str:
        """The authors on one line."""
        return "; ".join(_shown(each) for each in _list(self._data.get("authors")))

    @property
    def main_value(self) -> str:
        """The value that stands first."""
        return next(iter(map(str, _list(self._data.get("values")))), "")

    @property
    def is_illustrative(self) -> bool:
        """Whether it is written for this project, of no real school."""
        return self._data.get("illustrative") is True

    def choice(self, name: str) -> Choice:
        """A field of a vocabulary with its options; `values` too."""
        held = [str(each) for each in _list(self._data.get(name))]
        return self._choice(name, TERM_FIELDS[name], held, _LABELS.get(name, "Values"))

    def inner(self, group: str, name: str) -> str:
        """A field of the school, the evidence or the effort."""
        return _shown(_mapping(self._data.get(group)).get(name))

    @property
    def school_type(self) -> Choice:
        """The types of school."""
        return self._choice("school.type", "school-type", [self.inner("school", "type")], "Type")

    @property
    def strand(self) -> Choice:
        """The strands of research."""
        held = [self.inner("evidence", "eef_strand")]
        return self._choice("evidence.eef_strand", "eef-strand", held, "Research strand")

    @property
    def delivered_by(self) -> Choice:
        """Who does it."""
        held = map(str, _list(_mapping(self._data.get("effort")).get("delivered_by")))
        return self._choice("effort.delivered_by", "delivered-by", list(held), "Delivered by")

    @property
    def strengths(self) -> list[Option]:
        """How well the claim is supported."""
        held = self.inner("evidence", "strength")
        return [Option(s.value, s.label, s.description, s.value == held) for s in EvidenceStrength]

    @property
    def costs(self) -> list[Option]:
        """What it costs."""
        held = self.inner("effort", "cost")
        return [Option(cost.value, cost.label, "", cost.value == held) for cost in Cost]

    def _choice(self, name: str, kind: str, held: list[str], label: str) -> Choice:
        vocabulary = self._vocabularies[kind]
        options = tuple(
            Option(t.key, t.label, t.description, t.key in held, t.parent is not None)
            for t in vocabulary
        )
        unknown = tuple(each for each in held if each and each not in vocabulary)
        return Choice(name, label, options, unknown)


def read_form(sent: Sent, source: str) -> str:
    """The file as a form wants it: what it says takes the place of what the file said.

    Args:
        sent: the fields, as `StudyForm` names them.
        source: the file before.
    """
    before, _ = text.parts(source)
    data = before | dict(_read(sent, before))
    return text.compose(data, _plain_lines(sent.get("body", "")))


def _read(sent: Sent, before: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in (*_TEXTS, *_CHOICES):
        yield name, _one_line(sent, name)
    yield "answers", [line for raw in sent.getlist("answers") if (line := " ".join(raw.split()))]
    yield "values", _values(sent)
    for name in LISTS:
        yield name, list(dict.fromkeys(filter(None, sent.getlist(name))))
    yield "authors", [a for raw in sent.get("authors", "").split(";") if (a := raw.strip())]
    yield "illustrative", True if sent.get("illustrative") else None
    for group, texts, numbers, lists in (
        ("school", SCHOOL_TEXTS, SCHOOL_NUMBERS, ()),
        ("evidence", ("strength", "eef_strand"), {}, ()),
        ("effort", ("cost",), EFFORT_NUMBERS, ("delivered_by",)),
    ):
        yield group, _group(sent, group, texts, numbers, lists, _mapping(before.get(group)))


def _group(
    sent: Sent,
    group: str,
    texts: tuple[str, ...],
    numbers: Mapping[str, str],
    lists: tuple[str, ...],
    before: Mapping[str, Any],
) -> dict[str, object]:
    found: dict[str, object] = dict(before)
    found |= {name: _one_line(sent, f"{group}.{name}") for name in texts}
    found |= {name: _number(_one_line(sent, f"{group}.{name}")) for name in numbers}
    found |= {name: sent.getlist(f"{group}.{name}") for name in lists}
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def _values(sent: Sent) -> list[str]:
    chosen = list(dict.fromkeys(filter(None, sent.getlist("values"))))
    first = sent.get("main_value", "")
    return sorted(chosen, key=lambda key: key != first) if first in chosen else chosen


def _one_line(sent: Sent, name: str) -> str:
    return " ".join(sent.get(name, "").split())


def _number(raw: str) -> object:
    """The number that somebody typed; what is none stays text, and is said to be none."""
    try:
        number = float(raw.replace(",", "").removesuffix("%"))
    except ValueError:
        return raw
    if number != number or abs(number) > 1e9:
        return raw
    return int(number) if number == int(number) else number


def _plain_lines(raw: str) -> str:
    # Browsers send a form's lines as CRLF.
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def _shown(value: object) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None or isinstance(value, dict) else [value]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
