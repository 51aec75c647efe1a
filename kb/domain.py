"""A case study as a typed value: one definition for files, catalogue, index and pages.

The dataclasses double as the schema of the front matter: `kb.content` validates against
them with pydantic, which reads `__pydantic_config__` and the annotations.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

CaseStudyId = NewType("CaseStudyId", str)
TermKey = NewType("TermKey", str)
PersonId = NewType("PersonId", str)

ID_PATTERN = "^[0-9A-Za-z]{10,26}$"
SECTION_HEADINGS = ("Context", "Challenge", "What we did", "Impact", "What we learned")
OPTIONAL_HEADINGS = ("Resources", "Contact")


class Status(StrEnum):
    """Where a study stands in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


# Everybody may read a study of one of these; only what is published is searched for.
READABLE = (Status.PUBLISHED, Status.ARCHIVED)


class EvidenceStrength(StrEnum):
    """How well the school's own claim is supported, weakest first."""

    DESCRIBED = "described"
    BEFORE_AFTER = "before-after"
    COMPARISON = "comparison"
    EXTERNAL = "external"

    @property
    def label(self) -> str:
        """What people read."""
        return _EVIDENCE[self][0]

    @property
    def description(self) -> str:
        """What the label promises, in one line."""
        return _EVIDENCE[self][1]

    @property
    def rank(self) -> int:
        """1 for the weakest to 4 for the strongest."""
        return list(EvidenceStrength).index(self) + 1


class Cost(StrEnum):
    """What it takes in money, per class of 25 a year."""

    VERY_LOW = "very-low"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    VERY_HIGH = "very-high"

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.value.replace('-', ' ').capitalize()} cost"


class Role(StrEnum):
    """What a person with an account may do; each may do all that those before it may."""

    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.capitalize()

    @property
    def description(self) -> str:
        """What the role may do, in one line."""
        return _ROLES[self]

    def may_act_as(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


_ROLES = {
    Role.CONTRIBUTOR: "Writes case studies and hands them in for review.",
    Role.EDITOR: "Edits, reviews and publishes every case study.",
    Role.ADMIN: "Does all that editors do, invites people, changes roles and reads the audit log.",
}
_EVIDENCE = {
    EvidenceStrength.DESCRIBED: ("Described", "What staff saw; no impact was measured."),
    EvidenceStrength.BEFORE_AFTER: (
        "Before and after",
        "Measured before and after; other things changed too.",
    ),
    EvidenceStrength.COMPARISON: ("Compared", "Measured against similar pupils or classes."),
    EvidenceStrength.EXTERNAL: (
        "Evaluated from outside",
        "Evaluated by somebody outside the school.",
    ),
}


def _iso_date(value: object) -> object:
    # pydantic alone reads the number 20260302 as seconds since 1970.
    if isinstance(value, str | date):
        return value
    raise ValueError("must be a date like 2026-03-02")


def _printable(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    raise ValueError("it holds a control character")


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)
]
ShortText = Annotated[Text, StringConstraints(max_length=160)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Date = Annotated[date, BeforeValidator(_iso_date)]
Key = Annotated[TermKey, StringConstraints(min_length=1)]
Keys = tuple[Key, ...]

_CLOSED = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class School:
    """The school as it was in `academic_year`; percentages are of pupils on roll."""

    __pydantic_config__ = _CLOSED

    name: ShortText
    type: Key
    academic_year: Annotated[str, StringConstraints(pattern=r"^20\d\d/\d\d$")]
    urn: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None
    pupils: Count | None = None
    fsm6_percent: Percent | None = None
    sen_support_percent: Percent | None = None
    ehcp_percent: Percent | None = None
    eal_percent: Percent | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The school's own evidence, and the research strand it may be read beside."""

    __pydantic_config__ = _CLOSED

    strength: EvidenceStrength
    eef_strand: Key | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes. None means that the authors did not say, never zero."""

    __pydantic_config__ = _CLOSED

    cost: Cost | None = None
    staff: Count | None = None
    delivered_by: Keys = ()
    group_size: Count | None = None
    minutes_per_week: Count | None = None
    training_hours: Annotated[float, Field(ge=0, le=1000)] | None = None
    weeks_to_change: Count | None = None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Everything above the text of a study; see the README's table of fields."""

    __pydantic_config__ = _CLOSED

    id: Annotated[CaseStudyId, StringConstraints(pattern=ID_PATTERN)]
    title: ShortText
    summary: Annotated[Text, StringConstraints(max_length=600)]
    status: Status
    answers: Annotated[
        tuple[Annotated[Text, StringConstraints(max_length=300)], ...], Field(max_length=5)
    ] = ()
    values: Annotated[Keys, Field(max_length=3)] = ()
    focus: Keys = ()
    needs: Keys = ()
    conditions: Keys = ()
    provision: Keys = ()
    disadvantage: Keys = ()
    groups: Keys = ()
    phases: Keys = ()
    key_stages: Keys = ()
    subjects: Keys = ()
    settings: Keys = ()
    themes: Keys = ()
    region: Key | None = None
    subregion: Key | None = None
    la: ShortText | None = None
    hub: Key | None = None
    school: School | None = None
    evidence: Evidence | None = None
    effort: Effort | None = None
    authors: tuple[ShortText, ...] = ()
    contact: ShortText | None = None
    first_published: Date | None = None
    updated: Date | None = None
    review_by: Date | None = None
    aliases: tuple[ShortText, ...] = ()
    policies: Keys = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """One version of a case study: its slug, its front matter and its Markdown."""

    slug: str
    meta: FrontMatter
    body_md: str

    @property
    def id(self) -> CaseStudyId:
        """The opaque id that everything about people refers to."""
        return self.meta.id


@dataclass(frozen=True, slots=True)
class Published:
    """A study that everybody may read: a published one or, where that is said, an archived one.

    Attributes:
        study: its last approved version.
        digest: changes whenever the study does.
        since: the day from which it counts: its front matter's, else the day it went live.
    """

    study: CaseStudy
    digest: str
    since: date


def read_id(value: object) -> CaseStudyId | None:
    """The id that a value is; None if it cannot be one."""
    if isinstance(value, str) and re.fullmatch(ID_PATTERN.strip("^$"), value):
        return CaseStudyId(value)
    return None


def is_due_for_review(meta: FrontMatter, today: date) -> bool:
    """Say whether the study's review date has come; a study without one is never due."""
    return meta.review_by is not None and meta.review_by <= today
