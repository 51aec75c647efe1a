"""Publication in the browser: now, at a time, by an admin alone; begun from and archived too."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.desk.clock import read_london
from kb.desk.publishing import Publisher
from kb.desk.school import Sender, ask_school
from kb.domain import CaseStudy, CaseStudyId, Role, Status
from kb.errors import Invalid
from web import caching
from web.addresses import (
    EDIT,
    approval_address,
    archive_address,
    bring_back_address,
    copy_address,
    practice_address,
    review_address,
    saved_address,
)
from web.context import library, settings, wired
from web.edit.acts import carry_out
from web.edit.beginning import begin_from
from web.edit.desk import desk, sent_version
from web.signed_in import needs, person
from web.view import absolute

bp = Blueprint("publishing", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@bp.post("/<case_id>/publish")
@needs(Role.EDITOR)
def publish(case_id: str) -> Response:
    """Bring a text live now; of one that nobody else agreed to an admin gives the reason."""
    study, reason = CaseStudyId(case_id), request.form.get("reason", "")

    def act() -> str:
        _publisher().publish(person(), study, sent_version(), _now(), reason=reason)
        return f"{saved_address(case_id)}?done=published"

    return carry_out(study, act)


@bp.post("/<case_id>/schedule")
@needs(Role.EDITOR)
def schedule(case_id: str) -> Response:
    """Set the day and time, as clocks in London show it."""

    def act() -> str:
        at = read_london(f"{request.form.get('day', '')}T{request.form.get('time', '')}")
        _publisher().schedule(person(), CaseStudyId(case_id), sent_version(), at, _now())
        return f"{review_address(case_id)}?done=scheduled"

    return carry_out(CaseStudyId(case_id), act)


@bp.post("/<case_id>/unschedule")
@needs(Role.EDITOR)
def unschedule(case_id: str) -> Response:
    """Take the time back."""

    def act() -> str:
        _publisher().unschedule(person(), CaseStudyId(case_id), sent_version(), _now())
        return f"{review_address(case_id)}?done=unscheduled"

    return carry_out(CaseStudyId(case_id), act)


@bp.post("/<case_id>/ask-school")
@needs(Role.EDITOR)
def ask(case_id: str) -> Response:
    """Send somebody at the school a link to read and answer by."""

    def act() -> str:
        sender = Sender(
            wired().services.links,
            lambda token: absolute(approval_address(token)),
            settings().site_name,
        )
        address = request.form.get("email", "")
        with desk() as at:
            study = CaseStudyId(case_id)
            ask_school(at.session, at.person, study, sent_version(), address, sender, at.now)
        return f"{review_address(case_id)}?done=school-asked"

    return carry_out(CaseStudyId(case_id), act)


@bp.post("/begin/<slug>")
@needs(Role.CONTRIBUTOR)
def begin(slug: str) -> Response:
    """A new version of a study that is live, or the one that is begun already."""
    study = _study(slug)
    with desk() as at:
        copy, is_new = begin_from(at, study.id)
        if is_new:
            at.record("begin", study.id, title=copy.title, version=str(copy.version))
    return redirect(copy_address(copy.id), code=303)


@bp.get("/archive/<slug>")
@needs(Role.EDITOR)
def show_archive(slug: str) -> str:
    """What archiving means, and why it is done."""
    return _archive_page(_study(slug))


@bp.post("/archive/<slug>")
@needs(Role.EDITOR)
def archive(slug: str) -> Response:
    """Take a study out of search, with a reason."""
    reason = request.form.get("reason", "")
    return _restate(
        slug, "archived", lambda study: _publisher().archive(person(), study, reason, _now())
    )


@bp.post("/bring-back/<slug>")
@needs(Role.EDITOR)
def bring_back(slug: str) -> Response:
    """Publish an archived study again."""
    return _restate(
        slug, "brought-back", lambda study: _publisher().bring_back(person(), study, _now())
    )


def _restate(slug: str, said: str, act: Callable[[CaseStudyId], str]) -> Response:
    study = _study(slug)
    try:
        act(study.id)
    except Invalid as error:
        reason = request.form.get("reason", "")
        return make_response(_archive_page(study, str(error), reason), 422)
    return redirect(f"{saved_address(study.id)}?done={said}", code=303)


def _archive_page(study: CaseStudy, problem: str | None = None, reason: str = "") -> str:
    return render_template(
        "edit/archive.html",
        meta=study.meta,
        is_archived=study.meta.status is Status.ARCHIVED,
        href=practice_address(study.slug),
        archive_href=archive_address(study.slug),
        bring_back_href=bring_back_address(study.slug),
        problem=problem,
        reason=reason,
    )


def _study(slug: str) -> CaseStudy:
    with library() as studies:
        return studies.get(slug).study


def _publisher() -> Publisher:
    return wired().services.publisher()


def _now() -> datetime:
    return datetime.now(UTC)
