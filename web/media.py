"""Pictures of published studies."""

from flask import Blueprint, Response, abort, send_from_directory

from kb.errors import CaseStudyNotFound
from kb.paths import stays_inside
from web.context import library, settings

bp = Blueprint("media", __name__)

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


@bp.get("/media/<slug>/<name>")
def show(slug: str, name: str) -> Response:
    """A picture beside a study, once the study is published."""
    kind = next((mime for ending, mime in TYPES.items() if name.lower().endswith(ending)), None)
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
