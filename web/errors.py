"""From failures to pages: which status an error has, and what a reader is told."""

import logging
import re

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
# What people are told where the library that refuses speaks to programmers.
_PLAINLY = {
    400: "Your browser sent something that could not be read. Go back and try again.",
    405: "This page can be read, but nothing can be sent to it.",
    413: "What you sent is too large. Send less, or a smaller file.",
    414: "That address is too long. Search for fewer words, or with fewer filters.",
    429: "That was often in a short time. Please wait a little, then try again.",
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_WORDS = 12
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
    response = _page(error.code, _PLAINLY.get(error.code, error.description or error.name))
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
    words = _words(request.path) if status == 404 else ""
    page = render_template(template, status=status, message=message, words=words)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _words(path: str) -> str:
    """The words at the end of an address, which may name what was there."""
    return " ".join(_WORD.findall(path.rpartition("/")[2])[:_MOST_WORDS])
