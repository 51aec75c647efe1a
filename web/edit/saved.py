"""What was saved and published of a study: who and when, what changed, and back to any of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kb.desk import text
from kb.desk.revisions import Revisions
from kb.desk.values import Revision, WorkingCopy, WorkingVersion, title_of
from kb.domain import CaseStudyId, PersonId, Role
from kb.errors import WorkingCopyNotFound
from web import caching
from web.addresses import (
    EDIT,
    copy_address,
    practice_address,
    recover_address,
    review_address,
    revision_address,
    saved_address,
    saved_version_address,
)
from web.context import searcher
from web.edit.acts import carry_out, done
from web.edit.beginning import begin_from
from web.edit.desk import Desk, desk, reading_desk, sent_version
from web.edit.differences import differences
from web.signed_in import needs

bp = Blueprint("saved", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One text that was kept: `kind` is `version` or `revision`."""

    kind: str
    number: int
    name: str
    slug: str
    source: str
    before: str | None


@bp.get("/<case_id>/versions")
@needs(Role.CONTRIBUTOR)
def show(case_id: str) -> str:
    """Both lists, newest first."""
    study = CaseStudyId(case_id)
    with reading_desk() as at:
        copy = _copy(at, study)
        saved = at.copies.versions(study)
        revisions = Revisions(at.session, at.person).of(study)
        if not saved and not revisions:
            raise WorkingCopyNotFound
        names = _names(at, saved, revisions)
        was_given_up = at.copies.was_given_up(study)
    newest = copy or (revisions[0] if revisions else saved[0])
    return render_template(
        "edit/versions.html",
        title=title_of(newest.source),
        copy=copy,
        saved=[(each, saved_version_address(study, each.version)) for each in saved],
        revisions=[(each, revision_address(study, each.number)) for each in revisions],
        names=names,
        done=done(),
        was_given_up=was_given_up,
        live_href=practice_address(revisions[0].slug) if revisions else None,
        write_href=copy_address(study),
        review_href=review_address(study),
        recover_href=recover_address(study),
    )


@bp.get("/<case_id>/versions/<int:number>")
@needs(Role.CONTRIBUTOR)
def version(case_id: str, number: int) -> str:
    """What a saved version changed."""
    with reading_desk() as at:
        copy = _copy(at, CaseStudyId(case_id))
        return _change_page(CaseStudyId(case_id), _version(at, case_id, number), copy)


@bp.get("/<case_id>/revisions/<int:number>")
@needs(Role.CONTRIBUTOR)
def revision(case_id: str, number: int) -> str:
    """What a published revision changed."""
    with reading_desk() as at:
        copy = _copy(at, CaseStudyId(case_id))
        return _change_page(CaseStudyId(case_id), _revision(at, case_id, number), copy)


@bp.post("/<case_id>/versions/<int:number>/restore")
@needs(Role.CONTRIBUTOR)
def restore_version(case_id: str, number: int) -> Response:
    """Save a version as the newest of the working copy."""

    def act() -> str:
        with desk() as at:
            _restore(at, CaseStudyId(case_id), _version(at, case_id, number))
        return f"{review_address(case_id)}?done=restored"

    return carry_out(CaseStudyId(case_id), act)


@bp.post("/<case_id>/revisions/<int:number>/restore")
@needs(Role.CONTRIBUTOR)
def restore_revision(case_id: str, number: int) -> Response:
    """Save a revision as the newest version of the working copy."""

    def act() -> str:
        with desk() as at:
            _restore(at, CaseStudyId(case_id), _revision(at, case_id, number))
        return f"{review_address(case_id)}?done=restored"

    return carry_out(CaseStudyId(case_id), act)


def _restore(at: Desk, study: CaseStudyId, kept: _Kept) -> None:
    """Into the working copy that the form was about; without one, into a new one."""
    copy = _copy(at, study)
    if copy is None:
        copy = _begun(at, study)
        stale = copy.version
    else:
        stale = sent_version()
    source = kept.source
    if kept.kind == "version":
        # The draft's pictures moved with its address; those of a revision stay where they were.
        source = text.moved_media(source, kept.slug, copy.slug)
    saved = at.copies.save(study, stale, source, at.now)
    at.record("restore", study, version=str(saved.version), of=f"{kept.kind} {kept.number}")


def _begun(at: Desk, study: CaseStudyId) -> WorkingCopy:
    try:
        return begin_from(at, study)[0]
    except WorkingCopyNotFound:
        # Never published: what was given up is taken up.
        return at.copies.recover(study, at.now)


def _copy(at: Desk, study: CaseStudyId) -> WorkingCopy | None:
    try:
        return at.copies.get(study)
    except WorkingCopyNotFound:
        return None


def _version(at: Desk, case_id: str, number: int) -> _Kept:
    found, before = at.copies.version(CaseStudyId(case_id), number)
    old = before.source if before else None
    return _Kept("version", number, "Saved version", found.slug, found.source, old)


def _revision(at: Desk, case_id: str, number: int) -> _Kept:
    found, before = Revisions(at.session, at.person).get(CaseStudyId(case_id), number)
    old = before.source if before else None
    return _Kept("revision", number, "Published version", found.slug, found.source, old)


def _change_page(study: CaseStudyId, kept: _Kept, copy: WorkingCopy | None) -> str:
    vocabularies = searcher().vocabularies()
    made = kept.before is not None
    return render_template(
        "edit/version.html",
        kept=kept,
        title=title_of(kept.source),
        changes=differences(kept.before or "", kept.source, vocabularies) if made else None,
        copy=copy,
        action=f"{request.path}/restore",
        versions_href=saved_address(study),
    )


def _names(
    at: Desk, saved: Sequence[WorkingVersion], revisions: Sequence[Revision]
) -> Mapping[PersonId, str]:
    by = {each.published_by for each in revisions if each.published_by}
    return at.names({*by, *(each.saved_by for each in saved)})
