"""The page on which a working copy is written: saved, kept as it is typed, looked at."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.content import ContentFolder, Reading
from kb.desk import checking, presence
from kb.desk.revisions import Revisions, is_behind
from kb.desk.values import SETTLED, WorkingCopy
from kb.domain import CaseStudyId, Role, Status
from kb.errors import Invalid, Overtaken, StorageFailed
from kb.hints.hint import Hint
from web import caching
from web.addresses import (
    EDIT,
    copy_address,
    practice_address,
    preview_address,
    review_address,
)
from web.context import library, searcher, wired
from web.edit.desk import Desk, desk, reading_desk, sent_version
from web.edit.form import EFFORT_NUMBERS, SCHOOL_NUMBERS, StudyForm, read_form
from web.edit.looking import Look, draft_body, hints_for, look, shown_study
from web.practices import page_of
from web.signed_in import needs

bp = Blueprint("writing", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)

log = logging.getLogger(__name__)

_NO_ROOM = "The library cannot keep anything right now. Leave this page open and save again later."


@bp.get("/new")
@needs(Role.CONTRIBUTOR)
def new() -> str:
    """Where a new study begins: its title."""
    return render_template("edit/new.html", title="", problem=None)


@bp.post("/new")
@needs(Role.CONTRIBUTOR)
def begin() -> Response | tuple[str, int]:
    """Begin a study, and go to its page."""
    title = request.form.get("title", "")
    try:
        with desk() as at:
            copy = at.copies.begin_new(title, at.now)
            at.record("begin", copy.id, title=copy.title, version=str(copy.version))
    except Invalid as error:
        return render_template("edit/new.html", title=title[:200], problem=str(error)), 422
    return redirect(copy_address(copy.id), code=303)


@bp.get("/<case_id>")
@needs(Role.CONTRIBUTOR)
def show(case_id: str) -> str:
    """The form, the text, and what is said of it."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
        return _page(at, copy)


@bp.post("/<case_id>")
@needs(Role.CONTRIBUTOR)
def save(case_id: str) -> Response | tuple[str, int]:
    """Keep what was written; then on to wherever the button leads."""
    try:
        with desk() as at:
            copy = _save(at, CaseStudyId(case_id))
    except (Overtaken, Invalid, StorageFailed) as error:
        return _unsaved(CaseStudyId(case_id), error)
    onward = {"preview": preview_address, "review": review_address}
    return redirect(onward.get(request.form.get("then", ""), copy_address)(copy.id), code=303)


@bp.post("/<case_id>/autosave")
@needs(Role.CONTRIBUTOR)
def autosave(case_id: str) -> Response | tuple[Response, int]:
    """As `save`, for the page's script; JSON with the new version, or why it was not kept."""
    try:
        with desk() as at:
            copy = _save(at, CaseStudyId(case_id), is_autosave=True)
            others = _others(at, copy)
    except Overtaken as error:
        return jsonify(problem=str(error), overtaken=True), 409
    except Invalid as error:
        return jsonify(problem=str(error)), 422
    return jsonify(version=copy.version, others=others)


@bp.post("/<case_id>/here")
@needs(Role.CONTRIBUTOR)
def here(case_id: str) -> Response:
    """Who else has the study open, and which version is saved now."""
    with desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
        return jsonify(version=copy.version, others=_others(at, copy))


@bp.post("/<case_id>/look")
@needs(Role.CONTRIBUTOR)
def look_at(case_id: str) -> Response:
    """What is typed, looked at without being kept: preview, lengths and notes as HTML."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
        decided = at.decided.keys(copy.id)
    typed = replace(copy, source=read_form(request.form, copy.source))
    seen = look_of(typed, decided, wired().services.content())
    return jsonify(
        preview=render_template("edit/_preview.html", look=seen),
        notes=render_template("edit/_notes.html", look=seen),
    )


@bp.get("/<case_id>/preview")
@needs(Role.CONTRIBUTOR)
def preview(case_id: str) -> str:
    """The study's page as it would be, by the renderer of the live page."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
    study = shown_study(copy)
    context = page_of(study, searcher().vocabularies(), searcher().glossary())
    context["body"] = draft_body(copy, study.body_md, searcher().glossary())
    return render_template(
        "edit/preview.html",
        **context,
        copy=copy,
        write_href=copy_address(copy.id),
        review_href=review_address(copy.id),
        since=at.now.date(),
        is_draft=True,
    )


def _save(at: Desk, case_id: CaseStudyId, *, is_autosave: bool = False) -> WorkingCopy:
    """Keep the form's study over the version that it began from; raises as `Copies.save`."""
    copy = at.copies.get(case_id)
    slug = request.form.get("slug", "").strip() or None
    saved = at.copies.save(
        case_id,
        sent_version(),
        read_form(request.form, copy.source),
        at.now,
        slug=slug,
        is_autosave=is_autosave,
    )
    if key := request.form.get("no_problem"):
        at.decided.decide(case_id, key, at.now)
    if key := request.form.get("ask_again"):
        at.decided.ask_again(case_id, key)
    if not is_autosave and saved.version != copy.version:
        at.record("save", saved.id, title=saved.title, version=str(saved.version))
    return saved


def _unsaved(case_id: CaseStudyId, error: Overtaken | Invalid | StorageFailed) -> tuple[str, int]:
    """The page with what was typed, and why it was not kept: nothing is lost by sending it."""
    with reading_desk() as at:
        copy = at.copies.get(case_id)
        typed = replace(copy, source=read_form(request.form, copy.source))
        if isinstance(error, Overtaken):
            return _page(at, typed, theirs=copy), 409
        if isinstance(error, StorageFailed):
            # What went wrong names files of the server: the log's business alone.
            log.error("%s", error)
            return _page(at, typed, problem=_NO_ROOM), 503
        return _page(at, typed, problem=str(error)), 422


def _page(
    at: Desk, copy: WorkingCopy, *, theirs: WorkingCopy | None = None, problem: str | None = None
) -> str:
    folder = wired().services.content()
    revisions = Revisions(at.session, at.person)
    live, base = revisions.live(copy.id), revisions.base(copy.id)
    names = at.names([copy.owner, (theirs or copy).saved_by])
    return render_template(
        "edit/write.html",
        copy=copy,
        form=StudyForm(copy.source, copy.slug, folder.vocabularies),
        school_numbers=SCHOOL_NUMBERS,
        effort_numbers=EFFORT_NUMBERS,
        look=look_of(copy, at.decided.keys(copy.id), folder),
        me=at.person,
        owner=names[copy.owner],
        theirs=theirs,
        theirs_by=names[theirs.saved_by] if theirs else None,
        problem=problem,
        is_settled=copy.state in SETTLED,
        has_newer_live=is_behind(live, base),
        live_href=practice_address(live.slug) if live else None,
        write_href=copy_address(copy.id),
        review_href=review_address(copy.id),
        preview_href=preview_address(copy.id),
    )


def checked(copy: WorkingCopy, status: Status) -> Reading:
    """A working copy as `kb check` would read it with this status."""
    services = wired().services
    picture = services.pictures.finder(copy.id, copy.slug)
    return checking.check(services.content(), copy, picture, status=status)


def look_of(copy: WorkingCopy, decided: frozenset[str], folder: ContentFolder) -> Look:
    """All that is said of a working copy; hints that are `decided` stand apart."""
    picture = wired().services.pictures.finder(copy.id, copy.slug)
    with library() as studies:
        return look(folder, copy, picture, searcher().glossary(), studies.knows, decided)


def undecided(copy: WorkingCopy, decided: frozenset[str]) -> Sequence[Hint]:
    """The hints for a working copy that nobody decided on."""
    with library() as studies:
        found = hints_for(copy, searcher().glossary(), studies.knows)
    return [hint for hint in found if hint.key not in decided]


def _others(at: Desk, copy: WorkingCopy) -> list[str]:
    ids = presence.seen(at.session, copy.id, at.person.id, at.now)
    return sorted(at.names(ids).values())
