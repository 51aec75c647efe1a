"""Everything that an author may want to look at, in order of place."""

from collections.abc import Callable
from dataclasses import dataclass

from kb.glossary import Glossary
from kb.hints import evidence, lengths, lessons, links, pupils, reading, short_forms, vague
from kb.hints.draft import Draft
from kb.hints.hint import Hint
from kb.hints.written import Written


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a draft may refer to.

    Attributes:
        glossary: the terms that the library explains wherever they stand.
        knows: whether a case study can be read at a slug.
        has_media: whether there is a file, by its path below media/.
    """

    glossary: Glossary
    knows: Callable[[str], bool]
    has_media: Callable[[str], bool]


def hints_of(draft: Draft, around: Surroundings) -> tuple[Hint, ...]:
    """The hints for a draft, in order of place; none before something stands under a heading.

    Takes some milliseconds, so that it may run while somebody types.
    """
    written = Written(draft)
    if not any(written.sections.values()):
        return ()
    found = [
        *pupils.hints(written),
        *vague.hints(written),
        *short_forms.hints(written, around.glossary),
        *lengths.hints(written),
        *evidence.hints(written),
        *lessons.hints(written),
        *reading.hints(written),
        *links.hints(written, around.knows, around.has_media),
    ]
    # Of the same words in several places, the first.
    by_key: dict[str, Hint] = {}
    for hint in sorted(found, key=_place):
        by_key.setdefault(hint.key, hint)
    return tuple(by_key.values())


def _place(hint: Hint) -> tuple[int, int]:
    """By line; in a form, whose title has none, by field first."""
    fields = ("title", "summary", "answers")
    field = fields.index(hint.field) if hint.field in fields else len(fields)
    return (hint.line or 0, field)
