"""How much a request may send. What is too large is refused before any of it is read."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

# A form of a study has some 20 kB of text; what it may hold at most is 200,000 characters.
MOST_BYTES = 1_500_000
_ROOM_FOR_THE_FORM = 64 * 1024
_KEY = "takes_bytes"

_View = TypeVar("_View", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    """Bound every request; before anything else looks at one, such as for a form's token."""
    app.config |= {"MAX_CONTENT_LENGTH": MOST_BYTES, "MAX_FORM_MEMORY_SIZE": MOST_BYTES}
    app.before_request(_bound)


def takes(megabytes: int) -> Callable[[_View], _View]:
    """A view, nearest to its function, that takes a file of up to so many megabytes."""

    def mark(view: _View) -> _View:
        setattr(view, _KEY, megabytes * 1_000_000 + _ROOM_FOR_THE_FORM)
        return view

    return mark


def _bound() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if (most := getattr(view, _KEY, None)) is not None:
        request.max_content_length = most
