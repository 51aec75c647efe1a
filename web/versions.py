"""A study's earlier versions: when they came, and what each changed."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from kb.desk.clock import LONDON
from kb.errors import CaseStudyNotFound
from kb.history import Version
from kb.markdown import render
from web.addresses import PRACTICE, practice_address, version_address, versions_address
from web.context import history, searcher
from web.diff import changes
from web.view import safe_html

bp = Blueprint("versions", __name__, url_prefix=PRACTICE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: what the version is called, and where its changes are."""

    number: int
    day: date
    href: str


@bp.get("/<slug>/versions")
def show(slug: str) -> str | Response:
    """Every version that everybody could read, newest first."""
    with history() as (studies, versions):
        try:
            study = studies.get(slug).study
        except CaseStudyNotFound:
            return redirect(versions_address(studies.moved_to(slug)), code=301)
        found = versions.versions(study.id)
    rows = [_row(slug, version) for version in found]
    return render_template(
        "versions/list.html", meta=study.meta, href=practice_address(slug), rows=rows
    )


@bp.get("/<slug>/versions/<int:number>")
def change(slug: str, number: int) -> str | Response:
    """What a version changed, and the whole of it."""
    with history() as (studies, versions):
        try:
            study = studies.get(slug).study
        except CaseStudyNotFound:
            return redirect(version_address(studies.moved_to(slug), number), code=301)
        version, before = versions.version(study.id, number)
    found = changes(before.study, version.study, searcher().vocabularies()) if before else None
    return render_template(
        "versions/change.html",
        meta=study.meta,
        href=practice_address(slug),
        versions_href=versions_address(slug),
        row=_row(slug, version),
        before=_row(slug, before) if before else None,
        changes=found,
        then=version.study.meta,
        body=safe_html(render(version.study.body_md)),
    )


def _row(slug: str, version: Version) -> Row:
    day = version.recorded_at.astimezone(LONDON).date()
    return Row(version.number, day, version_address(slug, version.number))
