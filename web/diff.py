"""What changed between two versions of a study, in words, under the study's own headings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from kb.domain import CaseStudy
from kb.markdown import render
from kb.vocabulary import Vocabularies
from web.facts import Fact, effort_of, facts_of, school_of

# Beyond, comparing word by word takes seconds: the whole paragraph is shown as another.
_MOST_PAIRS = 4_000_000


class Kind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that share a fate; pieces stand a space apart."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What changed under a heading: its changed paragraphs, each in pieces."""

    heading: str
    paragraphs: tuple[tuple[Piece, ...], ...]


def changes(before: CaseStudy, after: CaseStudy, vocabularies: Vocabularies) -> list[Change]:
    """Every heading under which something changed, front matter first; none if all is the same."""
    return compare(_said(before, vocabularies), _said(after, vocabularies))


def compare(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> list[Change]:
    """Every heading under which paragraphs changed, in the order of the newer text."""
    headings = [*new, *(heading for heading in old if heading not in new)]
    found = (
        Change(heading, tuple(_paragraphs(old.get(heading, []), new.get(heading, []))))
        for heading in headings
    )
    return [change for change in found if change.paragraphs]


def _said(study: CaseStudy, vocabularies: Vocabularies) -> dict[str, list[str]]:
    """What a study says under each heading, as paragraphs."""
    said = metadata(study, vocabularies)
    for section in render(study.body_md).sections:
        said.setdefault(section.heading, []).extend(block.text for block in section.blocks)
    return said


def metadata(study: CaseStudy, vocabularies: Vocabularies) -> dict[str, list[str]]:
    """What readers see of a study's front matter, as paragraphs."""
    meta = study.meta
    return {
        "Title": [meta.title],
        "Summary": [meta.summary],
        "Questions it answers": list(meta.answers),
        "Values": [vocabularies["value"].label(key) for key in meta.values],
        "What it is about": _lines(facts_of(meta, vocabularies)),
        "What it takes": _lines(effort_of(meta.effort, vocabularies)) if meta.effort else [],
        "The school": _lines(school_of(meta.school, vocabularies)) if meta.school else [],
        "Evidence": [meta.evidence.strength.label] if meta.evidence else [],
        "Status": [meta.status.value.capitalize()],
    }


def _lines(facts: Iterator[Fact]) -> list[str]:
    return [
        f"{fact.name}: {', '.join([*(link.label for link in fact.links), *fact.texts])}"
        for fact in facts
    ]


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    for tag, start, end, first, last in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = old[start:end], new[first:last]
        both = min(len(gone), len(come))
        for before, after in zip(gone, come, strict=False):
            yield tuple(_pieces(before, after))
        yield from ((Piece(Kind.REMOVED, text),) for text in gone[both:])
        yield from ((Piece(Kind.ADDED, text),) for text in come[both:])


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = old.split(), new.split()
    if len(before) * len(after) > _MOST_PAIRS:
        yield from (Piece(Kind.REMOVED, old), Piece(Kind.ADDED, new))
        return
    for tag, start, end, first, last in SequenceMatcher(None, before, after, False).get_opcodes():
        gone, come = " ".join(before[start:end]), " ".join(after[first:last])
        if tag == "equal":
            yield Piece(Kind.KEPT, come)
            continue
        if gone:
            yield Piece(Kind.REMOVED, gone)
        if come:
            yield Piece(Kind.ADDED, come)
