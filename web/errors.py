"""From failures to pages: which status an error has, and what a reader is told."""

import logging
import math
from datetime import UTC, datetime

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from kb.errors import (
    Busy,
    IndexerError,
    Invalid,
    KbError,
    NotFound,
    Overtaken,
    Refused,
    StorageFailed,
)
from web.feedback import limiter
from web.signed_in import SignedOut, person_or_none
from web.wayfinding import way_on

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[KbError], int], ...] = (
    (NotFound, 404),
    (Invalid, 422),
    (SignedOut, 401),
    (Refused, 403),
    (Overtaken, 409),
    (Busy, 429),
    (IndexerError, 503),
    (StorageFailed, 503),
    (KbError, 500),
)
# What people are told where the library that refuses speaks to programmers.
_PLAINLY = {
    400: "Your browser sent something that could not be read. Go back and try again.",
    414: "That address is too long. Search for fewer words, or with fewer filters.",
}
_PAGES = {
    401: "errors/signed_out.html",
    404: "errors/not_found.html",
    405: "errors/not_allowed.html",
    413: "errors/too_large.html",
    422: "errors/invalid.html",
    429: "errors/too_many.html",
    503: "errors/not_ready.html",
}
_NOT_READY = "The library is being made ready. Please try again in a moment."
_RETRY_SECONDS = "10"
# Where nothing says when a reader who asked too often may ask again.
_PAUSE_SECONDS = 60


def init_app(app: Flask) -> None:
    """Give every failure a page of ours, or JSON below /api/."""
    app.register_error_handler(KbError, _known)
    app.register_error_handler(CSRFError, _not_from_our_form)
    app.register_error_handler(TooManyRequests, _too_many)
    app.register_error_handler(HTTPException, _http)


def status_of(error: KbError) -> int:
    """The status of the page that tells of a failure."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def _known(error: KbError) -> Response:
    status = status_of(error)
    message = str(error)
    if status >= 500:
        # What went wrong names files and addresses of the server: the log's business alone.
        log.error("%s", error)
        message = _NOT_READY
    response = _page(status, message)
    if status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _not_from_our_form(_: CSRFError) -> Response:
    if person_or_none() is None:
        return _known(SignedOut())
    return _known(
        Refused(
            "This form must be sent from its own page, opened since you signed in. "
            "Open the page and send it again."
        )
    )


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        # A redirect is an exception too, and is its own answer.
        return make_response(error.get_response())
    # What a bug has to say for itself is no reader's business.
    said = error.description if error.code < 500 else None
    return _with_headers(_page(error.code, _PLAINLY.get(error.code, said or error.name)), error)


def _too_many(error: TooManyRequests) -> Response:
    moment = error.retry_after
    if moment is None and (reached := limiter.current_limit):
        moment = datetime.fromtimestamp(reached.reset_at, UTC)
    seconds = _seconds_until(moment)
    response = _with_headers(_page(429, f"Try again in {in_words(seconds)}."), error)
    response.headers["Retry-After"] = str(seconds)
    return response


def in_words(seconds: int) -> str:
    """Rounded up, so that whoever waits so long has waited long enough."""
    number, unit = (seconds, "second") if seconds < 100 else (math.ceil(seconds / 60), "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _seconds_until(moment: datetime | int | None) -> int:
    if isinstance(moment, datetime):
        moment = math.ceil((moment - datetime.now(UTC)).total_seconds())
    return max(1, moment) if moment is not None else _PAUSE_SECONDS


def _with_headers(response: Response, error: HTTPException) -> Response:
    # Such as Allow beside 405.
    for name, value in error.get_response().headers:
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _page(status: int, message: str) -> Response:
    if request.path.startswith("/api/"):
        return make_response(jsonify(error=message), status)
    template = _PAGES.get(status, "errors/failed.html" if status >= 500 else "errors/refused.html")
    way = way_on(request.path) if status == 404 else None
    page = render_template(template, status=status, message=message, way=way)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
