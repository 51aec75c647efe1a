"""For those who run the site: is it up, is it ready."""

from flask import Blueprint, Response, jsonify

from kb.errors import IndexerError
from web import caching
from web.context import wired

bp = Blueprint("ops", __name__)
bp.after_request(caching.unkept)


@bp.get("/healthz")
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether a search would be answered now: an index that opens, and a loaded model."""
    services = wired().services
    try:
        manifest = services.searcher.manifest()
    except IndexerError:
        return jsonify(status="not ready", reason="There is no index that can be served."), 503
    if manifest.model != services.encoder.name:
        return jsonify(status="not ready", reason="The index is of another model."), 503
    if not services.encoder.is_loaded:
        return jsonify(status="not ready", reason="The language model is still loading."), 503
    return jsonify(status="ready", documents=manifest.documents), 200
