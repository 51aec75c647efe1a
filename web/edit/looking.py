"""A draft looked at while it is written: as readers would see it, how long it is, what is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from kb.content import ContentFolder
from kb.desk import checking, text
from kb.desk.values import WorkingCopy
from kb.domain import CaseStudy, Status
from kb.errors import Invalid
from kb.findings import Severity
from kb.frontmatter import FrontMatterBroken
from kb.glossary import Glossary
from kb.hints.check import Surroundings, hints_of
from kb.hints.hint import Hint
from kb.hints.lengths import GUIDE_WORDS, section_words
from kb.hints.source import read_draft
from kb.markdown import render
from kb.rules import FindPicture
from kb.schema import FrontMatterInvalid, read_front_matter
from web.addresses import pictures_address
from web.prose import for_page
from web.view import safe_html

_KEY = re.compile(r"([a-z_]+):")
_HEADING = re.compile(r"##\s+(.+)")
# Only where a file is edited by hand.
_FILE_ADVICE = ", or set status: draft"
_PLACES = {
    "title": "Title",
    "summary": "Summary",
    "answers": "Questions it answers",
    "values": "Values",
    "phases": "Phase",
    "settings": "Setting",
    "region": "Region",
    "evidence": "Evidence",
    "review_by": "Look at again by",
    "school": "The school",
    "effort": "What it takes",
    "body_md": "Text",
}

_PLACEHOLDERS = {
    "id": "0000000000",
    "title": "Untitled case study",
    "summary": "No summary yet.",
    "status": Status.DRAFT.value,
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to mend, and where: the field's name in the form, and words for it."""

    field: str
    place: str
    message: str
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Length:
    """How many words stand under a heading, and how many are asked for."""

    heading: str
    words: int
    least: int
    most: int

    @property
    def verdict(self) -> str:
        """In a few words."""
        if not self.words:
            return "nothing yet"
        if self.words < self.least:
            return "short"
        return "long" if self.words > self.most else "good"


@dataclass(frozen=True, slots=True)
class Look:
    """All that is said of a draft."""

    title: str
    summary: str
    body: Markup
    notes: tuple[Note, ...]
    hints: tuple[Hint, ...]
    decided: tuple[Hint, ...]
    lengths: tuple[Length, ...]

    @property
    def faults(self) -> int:
        """How many things must be mended before it is handed in."""
        return sum(note.is_fault for note in self.notes)

    @property
    def grave(self) -> int:
        """How many hints somebody has to decide on before it is handed in."""
        return sum(hint.is_blocking for hint in self.hints)


def look(
    folder: ContentFolder,
    copy: WorkingCopy,
    picture: FindPicture,
    glossary: Glossary,
    knows: Callable[[str], bool],
    decided: frozenset[str] = frozenset(),
) -> Look:
    """Everything about a working copy, or about what somebody has typed into one.

    Args:
        folder: the content, for its vocabularies and published pictures.
        copy: the copy, its source as it is to be looked at.
        picture: where the draft's pictures lie.
        glossary: the terms that pages explain.
        knows: whether a link may lead to a slug.
        decided: the keys of hints that somebody found to be no problem.
    """
    data, body_md = text.parts(copy.source)
    hints = hints_for(copy, glossary, knows)
    return Look(
        title=str(data.get("title") or ""),
        summary=str(data.get("summary") or ""),
        body=draft_body(copy, body_md, glossary),
        notes=tuple(_notes(folder, copy, picture)),
        hints=tuple(hint for hint in hints if hint.key not in decided),
        decided=tuple(hint for hint in hints if hint.key in decided),
        lengths=tuple(
            Length(heading, words, *GUIDE_WORDS.get(heading, (0, 10_000)))
            for heading, words in section_words(body_md).items()
        ),
    )


def draft_body(
    copy: WorkingCopy, body_md: str, glossary: Glossary, pictures: str | None = None
) -> Markup:
    """A draft's text as its page would show it; its own pictures come from the draft.

    A text that cannot be rendered says why instead.

    Args:
        copy: the draft.
        body_md: its text.
        glossary: the terms that pages explain.
        pictures: the address below which its pictures are; by default that of those who edit it.
    """
    try:
        html = safe_html(for_page(render(body_md), glossary))
    except Invalid as error:
        return Markup("<p>{}</p>").format(error)
    own = Markup('src="/media/{}/').format(copy.slug)
    return html.replace(own, Markup('src="{}/').format(pictures or pictures_address(copy.id)))


def shown_study(copy: WorkingCopy) -> CaseStudy:
    """A study that can be shown of a draft: what cannot be right is left out."""
    data, body_md = text.parts(copy.source)
    data |= {"id": copy.id, "status": Status.PUBLISHED.value}
    return as_study(copy.slug, data, body_md)[0]


def as_study(slug: str, data: Mapping[str, Any], body_md: str) -> tuple[CaseStudy, frozenset[str]]:
    """A study of front matter that may be full of faults, and the keys that had to be left out."""
    left_out: set[str] = set()
    while True:
        kept = {key: value for key, value in data.items() if key not in left_out}
        try:
            meta = read_front_matter(_PLACEHOLDERS | kept)
        except FrontMatterInvalid as error:
            wrong = {path[0] for path, _ in error.problems if path} - left_out
            if not wrong:
                raise
            left_out |= {str(key) for key in wrong}
        else:
            return CaseStudy(slug, meta, body_md), frozenset(left_out)


def _notes(folder: ContentFolder, copy: WorkingCopy, picture: FindPicture) -> Sequence[Note]:
    data, body_md = text.parts(copy.source)
    missing = [key for key in ("title", "summary") if not str(data.get(key) or "").strip()]
    # One missing line would keep all others from being looked at.
    stand_ins = {key: _PLACEHOLDERS[key] for key in missing}
    whole = replace(copy, source=text.compose(data | stand_ins, body_md)) if missing else copy
    reading = checking.check(folder, whole, picture, status=Status.PUBLISHED)
    lines = reading.source.split("\n")
    return [
        *(Note(key, _PLACES[key], f"{_PLACES[key]} is missing", is_fault=True) for key in missing),
        *(
            Note(
                *_place(lines, found.line),
                message=found.message.replace(_FILE_ADVICE, ""),
                is_fault=found.severity is Severity.FAULT,
            )
            for found in reading.findings
        ),
    ]


def hints_for(
    copy: WorkingCopy, glossary: Glossary, knows: Callable[[str], bool]
) -> tuple[Hint, ...]:
    """The hints for a working copy, decided on or not."""
    try:
        draft = read_draft(copy.source)
    except FrontMatterBroken:
        return ()
    # A picture that is missing is a fault already; lines are the file's, which nobody sees here.
    around = Surroundings(glossary, knows, has_media=lambda _: True)
    return tuple(replace(hint, line=None) for hint in hints_of(draft, around))


def _place(lines: Sequence[str], line: int) -> tuple[str, str]:
    """The field that a line of the file belongs to, and what people call the place."""
    end = next((n for n, text in enumerate(lines[1:], 2) if text.rstrip() == "---"), len(lines))
    above = reversed(lines[: min(line, len(lines))])
    if line > end:
        heading = next((m[1] for text in above if (m := _HEADING.match(text))), "Text")
        return "body_md", heading.strip()
    key = next((m[1] for text in above if (m := _KEY.match(text))), "title")
    if key == "status":
        # Something is missing that has no line of its own; the message names it.
        return "title", "Before it can be published"
    return key, _PLACES.get(key, key.replace("_", " ").capitalize())
