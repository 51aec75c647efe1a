"""Two to four case studies side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from kb.domain import FrontMatter, Published, Status, is_due_for_review
from kb.errors import CaseStudyNotFound
from kb.library import Library
from kb.markdown import render
from kb.vocabulary import Vocabularies
from web.addresses import COMPARE, practice_address
from web.context import library, searcher
from web.facts import Fact, contact_of, effort_of, facts_of, school_of

bp = Blueprint("compare", __name__)

MOST = 4
# What was found and what was learned decide; the rest is for the study's own page.
_SECTIONS = ("Impact", "What we learned")
_LONGEST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Part:
    """What a study says under a heading, without its tables' lines, and where that stands."""

    paragraphs: tuple[str, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """One study of the comparison; `parts` by heading."""

    meta: FrontMatter
    slug: str
    href: str
    school: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    effort: tuple[Fact, ...]
    parts: Mapping[str, Part]
    contact: str | None
    is_archived: bool
    review_due: bool


@bp.get(COMPARE)
def show() -> str:
    """The studies that the address names, as far as there are such, and what is missing."""
    asked = list(dict.fromkeys(request.args.getlist("slug")))
    found: dict[str, Published] = {}
    missing = []
    with library() as studies:
        for slug in asked:
            if len(found) == MOST:
                break
            try:
                published = _present(studies, slug)
                found[published.study.slug] = published
            except CaseStudyNotFound:
                missing.append(slug[:_LONGEST_SHOWN])
    vocabularies = searcher().vocabularies()
    return render_template(
        "compare/show.html",
        columns=[_column(published, vocabularies) for published in found.values()],
        headings=_SECTIONS,
        missing=missing[:MOST],
        most=MOST,
        has_more=len(asked) > len(missing) + len(found),
    )


def _present(studies: Library, slug: str) -> Published:
    """The study at an address, or the one that moved away from it."""
    try:
        return studies.get(slug)
    except CaseStudyNotFound:
        return studies.get(studies.moved_to(slug))


def _column(published: Published, vocabularies: Vocabularies) -> Column:
    study, meta = published.study, published.study.meta
    return Column(
        meta=meta,
        slug=study.slug,
        href=practice_address(study.slug),
        school=tuple(school_of(meta.school, vocabularies)) if meta.school else (),
        facts=tuple(facts_of(meta, vocabularies)),
        effort=tuple(effort_of(meta.effort, vocabularies)) if meta.effort else (),
        parts=_parts(published),
        contact=contact_of(meta, vocabularies),
        is_archived=meta.status is Status.ARCHIVED,
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
    )


def _parts(published: Published) -> dict[str, Part]:
    href = practice_address(published.study.slug)
    return {
        section.heading: Part(
            # A table's line or a list's is little without the others.
            tuple(block.text for block in section.blocks if block.is_paragraph),
            f"{href}#{section.anchor}",
        )
        for section in render(published.study.body_md).sections
        if section.heading in _SECTIONS
    }
