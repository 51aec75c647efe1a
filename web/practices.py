"""A case study's page, and its Markdown."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from kb.desk.clock import LONDON
from kb.desk.queues import changed_policies
from kb.domain import CaseStudy, Status, is_due_for_review
from kb.errors import CaseStudyNotFound
from kb.glossary import Glossary
from kb.markdown import render
from kb.vocabulary import Vocabularies
from web.addresses import (
    PRACTICE,
    briefing_address,
    compare_address,
    practice_address,
    search_address,
    versions_address,
)
from web.cards import document_card, tags
from web.citation import cite, public_summary, public_title
from web.context import history, library, searcher
from web.facts import contact_of, effort_of, facts_of, school_of, strand_of
from web.feedback import form_of
from web.linked import linked_data
from web.prose import for_page
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
        is_archived = published.study.meta.status is Status.ARCHIVED
        latest = versions.versions(published.study.id)[:1] if is_archived else []
    vocabularies = searcher().vocabularies()
    meta = published.study.meta
    shown = page_of(published.study, vocabularies, searcher().glossary())
    related = searcher().related(published.study.id)
    return render_template(
        "practices/show.html",
        **shown,
        since=published.since,
        citation=cite(published),
        study_href=practice_address(slug),
        public_title=public_title(meta),
        public_summary=public_summary(meta),
        linked=linked_data(published, shown["theme"], vocabularies),
        source_href=_source_address(slug),
        briefing_href=briefing_address(slug),
        feedback=form_of(slug),
        is_archived=is_archived,
        archived_on=latest[0].recorded_at.astimezone(LONDON).date() if latest else None,
        instead_href=search_address([("q", meta.title)]),
        versions_href=versions_address(slug) if has_earlier else None,
        changed_policies=[
            vocabularies["policy"][key].label
            for key in changed_policies(meta, vocabularies["policy"], datetime.now(UTC).date())
        ],
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
        related=[document_card(document, vocabularies) for document in related],
        compare_href=compare_address([slug, *(document.slug for document in related)]),
    )


def page_of(study: CaseStudy, vocabularies: Vocabularies, glossary: Glossary) -> dict[str, Any]:
    """What the article of a study shows, be it live or a draft; by the names in its template."""
    meta = study.meta
    rendered = render(study.body_md)
    return {
        "study": study,
        "meta": meta,
        "minutes": max(1, round(rendered.word_count / _WORDS_A_MINUTE)),
        "body": safe_html(for_page(rendered, glossary)),
        "sections": rendered.sections,
        "values": tags("value", "value", meta.values, vocabularies),
        "theme": next(iter(tags("theme", "theme", meta.themes, vocabularies)), None),
        "facts": tuple(facts_of(meta, vocabularies)),
        "effort": tuple(effort_of(meta.effort, vocabularies)) if meta.effort else (),
        "school": tuple(school_of(meta.school, vocabularies)) if meta.school else (),
        "strand": strand_of(meta, vocabularies),
        "contact": contact_of(meta, vocabularies),
    }


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
        headers={
            "Content-Disposition": f'attachment; filename="{slug}.md"',
            # The page is what search engines should lead to.
            "X-Robots-Tag": "noindex",
        },
    )


def _source_address(slug: str) -> str:
    return f"{practice_address(slug)}.md"
