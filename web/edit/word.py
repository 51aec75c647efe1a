"""A study that was written in Word: its text and pictures become a draft."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kb.desk.text import compose, moved_media, parts
from kb.domain import Role
from kb.errors import Busy, Invalid
from kb.word import FOLDER, MAX_MEGABYTES, Imported, read_word
from web import caching
from web.addresses import EDIT, copy_address
from web.context import wired
from web.edit.desk import Desk, desk
from web.signed_in import needs
from web.uploads import takes

bp = Blueprint("word", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@bp.get("/word")
@needs(Role.CONTRIBUTOR)
def show() -> str:
    """Where a document is chosen."""
    return render_template("edit/word.html", problem=None)


@bp.post("/word")
@needs(Role.CONTRIBUTOR)
@takes(MAX_MEGABYTES)
def begin() -> Response | tuple[str, int] | str:
    """Make a draft of a document, and say what did not come over."""
    sent = request.files.get("document")
    try:
        if sent is None or not sent.filename:
            raise Invalid("Choose a Word document first.")
        imported = read_word(sent.read())
        with desk() as at:
            href, left_out = _begin(at, imported)
    except (Invalid, Busy) as error:
        return render_template("edit/word.html", problem=str(error)), 422
    return render_template("edit/imported.html", href=href, left_out=left_out)


def _begin(at: Desk, imported: Imported) -> tuple[str, list[str]]:
    copy = at.copies.begin_new(_title(imported), at.now)
    left_out = list(imported.left_out)
    for picture in imported.pictures:
        try:
            wired().services.pictures.add(copy.id, picture)
        except Invalid as error:
            left_out.append(f"A picture: {error}")
    data, _ = parts(copy.source)
    source = moved_media(compose(data, imported.body_md), FOLDER, copy.slug)
    saved = at.copies.save(copy.id, copy.version, source, at.now)
    at.record("import", saved.id, title=saved.title)
    return copy_address(saved.id), left_out


def _title(imported: Imported) -> str:
    """The document's title, if it can be one: a title of ours is on one line, and not long."""
    title = " ".join((imported.title or "").split())
    return title[:160].strip() or "Untitled case study"
