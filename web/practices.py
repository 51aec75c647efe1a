"""A case study's page, and its Markdown."""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from kb.domain import Status, is_due_for_review
from kb.errors import CaseStudyNotFound
from kb.markdown import render
from web.addresses import (
    PRACTICE,
    compare_address,
    practice_address,
    search_address,
    versions_address,
)
from web.cards import document_card, tags
from web.context import history, library, searcher
from web.facts import contact_of, effort_of, facts_of, school_of, strand_of
from web.feedback import form_of
from web.view import safe_html

bp = Blueprint("practices", __name__, url_prefix=PRACTICE)

_WORDS_A_MINUTE = 220


@bp.get("/<slug>")
def show(slug: str) -> str | WerkzeugResponse:
    """The study; an address that it once had leads to the present one."""
    with history() as (studies, versions):
        try:
            published = studies.get(slug)
        except CaseStudyNotFound:
            return redirect(practice_address(studies.moved_to(slug)), code=301)
        has_earlier = versions.has_earlier(published.study.id)
    vocabularies = searcher().vocabularies()
    meta = published.study.meta
    rendered = render(published.study.body_md)
    related = searcher().related(published.study.id)
    return render_template(
        "practices/show.html",
        study=published.study,
        meta=meta,
        since=published.since,
        minutes=max(1, round(rendered.word_count / _WORDS_A_MINUTE)),
        body=safe_html(rendered),
        sections=rendered.sections,
        values=tags("value", "value", meta.values, vocabularies),
        theme=next(iter(tags("theme", "theme", meta.themes, vocabularies)), None),
        source_href=_source_address(slug),
        facts=tuple(facts_of(meta, vocabularies)),
        effort=tuple(effort_of(meta.effort, vocabularies)) if meta.effort else (),
        school=tuple(school_of(meta.school, vocabularies)) if meta.school else (),
        strand=strand_of(meta, vocabularies),
        contact=contact_of(meta, vocabularies),
        feedback=form_of(slug),
        is_archived=meta.status is Status.ARCHIVED,
        instead_href=search_address([("q", meta.title)]),
        versions_href=versions_address(slug) if has_earlier else None,
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
        related=[document_card(document, vocabularies) for document in related],
        compare_href=compare_address([slug, *(document.slug for document in related)]),
    )


@bp.get("/<slug>.md")
def source(slug: str) -> WerkzeugResponse:
    """The study as the file it is."""
    with library() as studies:
        try:
            text = studies.source(slug)
        except CaseStudyNotFound:
            return redirect(_source_address(studies.moved_to(slug)), code=301)
    return Response(
        text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.md"'},
    )


def _source_address(slug: str) -> str:
    return f"{practice_address(slug)}.md"
