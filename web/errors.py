"""From failures to pages: which status an error has, and what a reader is told."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kb.errors import IndexerError, Invalid, KbError, NotFound, StorageFailed

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[KbError], int], ...] = (
    (NotFound, 404),
    (Invalid, 422),
    (IndexerError, 503),
    (StorageFailed, 503),
    (KbError, 500),
)
_NOT_READY = "The library is being made ready. Please try again in a moment."
_RETRY_SECONDS = "10"


def init_app(app: Flask) -> None:
    """Give every failure a page of ours, or JSON below /api/."""
    app.register_error_handler(KbError, _known)
    app.register_error_handler(HTTPException, _http)


def _known(error: KbError) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    message = str(error)
    if status >= 500:
        # What went wrong names files and addresses of the server: the log's business alone.
        log.error("%s", error)
        message = _NOT_READY
    response = _page(status, message)
    if status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        # A redirect is an exception too, and is its own answer.
        return make_response(error.get_response())
    response = _page(error.code, error.description or error.name)
    # Such as Allow beside 405.
    for name, value in error.get_response().headers:
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _page(status: int, message: str) -> Response:
    if request.path.startswith("/api/"):
        return make_response(jsonify(error=message), status)
    names = {404: "errors/not_found.html", 503: "errors/not_ready.html"}
    template = names.get(status, "errors/failed.html" if status >= 500 else "errors/refused.html")
    response = make_response(render_template(template, status=status, message=message), status)
    response.headers["Cache-Control"] = "no-store"
    return response
