"""The pictures of a draft: taken in, made safe, and shown to those who may see the draft."""

from flask import Blueprint, Response, abort, jsonify, request, send_file

from kb.domain import CaseStudyId, Role
from kb.errors import Invalid
from kb.pictures import MAX_MEGABYTES, read_picture
from web import caching
from web.addresses import EDIT
from web.context import wired
from web.edit.desk import reading_desk
from web.signed_in import needs
from web.uploads import takes

bp = Blueprint("draft_pictures", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@bp.post("/<case_id>/pictures")
@needs(Role.CONTRIBUTOR)
@takes(MAX_MEGABYTES)
def add(case_id: str) -> Response | tuple[Response, int]:
    """Take a picture in; JSON with the Markdown that shows it, or what is wrong with it."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
    try:
        alt = _read_alt(request.form.get("alt", ""))
        sent = request.files.get("picture")
        if sent is None:
            raise Invalid("Choose a picture first.")
        picture = read_picture(sent.read())
        name = wired().services.pictures.add(copy.id, picture)
    except Invalid as error:
        return jsonify(problem=str(error)), 422
    shown = f"![{alt}](../media/{copy.slug}/{name})"
    return jsonify(markdown=shown, name=name, notes=list(picture.notes))


@bp.get("/<case_id>/pictures/<name>")
@needs(Role.CONTRIBUTOR)
def show(case_id: str, name: str) -> Response:
    """A draft's picture, to whoever may see the draft."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
    file = wired().services.pictures.finder(copy.id, copy.slug)(f"{copy.slug}/{name}")
    if file is None or not file.is_file():
        abort(404)
    return send_file(file)


def _read_alt(raw: str) -> str:
    """What a picture shows, as Markdown can hold it; raises Invalid where nothing is said."""
    alt = " ".join(raw.replace("[", "(").replace("]", ")").replace("\\", "/").split())[:300]
    if not alt:
        raise Invalid("Say what the picture shows: some readers cannot see it.")
    return alt
