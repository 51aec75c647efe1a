"""A study on one sheet, to be talked over at a meeting of staff."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kb.domain import Status, is_due_for_review
from kb.errors import CaseStudyNotFound
from kb.markdown import render
from web.addresses import PRACTICE, briefing_address, practice_address, search_address
from web.citation import cite, public_summary, public_title
from web.context import library, searcher
from web.facts import effort_of, school_of
from web.points import points_of

bp = Blueprint("briefing", __name__, url_prefix=PRACTICE)

# What one sheet has room for when title and summary are as long as they may be; tests print it.
LINES = 24
# What to watch is never left without room, and takes what the steps leave.
MOST_LINES_DONE = 15
QUESTIONS = (
    "Which of our pupils is this for, and how do we know that they need it?",
    "What would we stop doing, or do less of, to make room for it?",
    "What would tell us after a term that it works, and what would make us stop?",
)


@bp.get("/<slug>/briefing")
def show(slug: str) -> str | Response:
    """The sheet; an address that the study once had leads to the present one."""
    with library() as studies:
        try:
            published = studies.get(slug)
        except CaseStudyNotFound:
            return redirect(briefing_address(studies.moved_to(slug)), code=301)
    vocabularies = searcher().vocabularies()
    meta = published.study.meta
    blocks = {s.heading: s.blocks for s in render(published.study.body_md).sections}
    steps = points_of(blocks.get("What we did", ()), MOST_LINES_DONE)
    return render_template(
        "briefing/show.html",
        meta=meta,
        is_archived=meta.status is Status.ARCHIVED,
        instead_href=search_address([("q", meta.title)]),
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
        study_href=practice_address(slug),
        public_title=public_title(meta),
        public_summary=public_summary(meta),
        steps=steps,
        watch=points_of(blocks.get("What we learned", ()), LINES - steps.lines),
        effort=tuple(effort_of(meta.effort, vocabularies)) if meta.effort else (),
        school=tuple(school_of(meta.school, vocabularies))[:3] if meta.school else (),
        questions=QUESTIONS,
        citation=cite(published),
    )
