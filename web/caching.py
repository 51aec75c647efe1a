"""What browsers and caches may keep, and the short answer where they hold it already.

An answer's ETag is made from its bytes: it changes when anything does that the answer shows, be
it the index, a setting, the program or the day. That costs 0.04 ms for a page of results, and
needs no list of all that a page depends on (2026-11-24).
"""

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    """Give every answer of the app its ETag, and 304 to those who hold it."""
    app.after_request(_revalidate)


def private(response: Response) -> Response:
    """For a blueprint whose answers hold what a teacher typed, a pupil's name perhaps.

    No cache between the site and the reader may keep them. The reader's own may: the address in
    the browser's history says as much, and going back to the results is quick. It asks again
    before it shows them, as for every page.
    """
    if not response.cache_control.no_store:
        response.cache_control.private = True
    return response


def unkept(response: Response) -> Response:
    """For a blueprint whose answers hold only for the moment."""
    response.cache_control.no_store = True
    return response


def _revalidate(response: Response) -> Response:
    control = response.cache_control
    if control.no_store or response.status_code != 200:
        return response
    if control.max_age is None:
        control.no_cache = True
    if response.is_streamed or request.method not in {"GET", "HEAD"}:
        return response
    response.add_etag()
    response.make_conditional(request)
    return response
