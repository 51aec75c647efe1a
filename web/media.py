"""Pictures of published studies."""

from pathlib import PurePath

from flask import Blueprint, Response, abort, send_from_directory

from kb.errors import CaseStudyNotFound
from kb.paths import stays_inside
from kb.picture_kinds import IMAGE_TYPES
from web.context import library, settings

bp = Blueprint("media", __name__)


@bp.get("/media/<slug>/<name>")
def show(slug: str, name: str) -> Response:
    """A picture beside a study, once the study is published."""
    kind = IMAGE_TYPES.get(PurePath(name.lower()).suffix)
    if kind is None:
        abort(404)
    with library() as studies:
        try:
            studies.get(slug)
        except CaseStudyNotFound:
            # After a change of slug, pictures stay in the folder of the old name.
            studies.moved_to(slug)
    folder = settings().content / "media" / slug
    if not stays_inside(folder / name, settings().content / "media"):
        abort(404)
    return send_from_directory(folder, name, mimetype=kind, max_age=3600)
