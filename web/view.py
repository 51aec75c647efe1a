"""What all templates share: the site's name, dates as people write them, addresses of files."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from kb.markdown import Rendered
from web import context

Highlights = tuple[tuple[int, int], ...]

_STATIC = Path(__file__).parent / "static"


def init_app(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters["long_date"] = long_date
    app.jinja_env.filters["month"] = month
    app.jinja_env.globals["static"] = static
    app.context_processor(_shared)


def long_date(day: date) -> str:
    """2 March 2026."""
    return f"{day.day} {day:%B %Y}"


def month(day: date) -> str:
    """Mar 2026."""
    return f"{day:%b %Y}"


def excerpt(text: str, highlights: Highlights, *, max_chars: int = 300) -> tuple[str, Highlights]:
    """As much of a passage as a card has room for, around where most of it is highlighted.

    Cut between words, with an ellipsis where something was left out; highlights that fall
    outside are dropped, the others moved along.
    """
    flat = text.replace("\n", " ")
    if len(flat) <= max_chars:
        return flat, highlights
    lit = [start for start, _ in highlights] or [0]
    densest = max(lit, key=lambda start: sum(start <= other < start + max_chars for other in lit))
    first = _start_of_sentence(flat, densest) if densest > max_chars // 2 else 0
    last = flat.rfind(" ", first, first + max_chars) if first + max_chars < len(flat) else len(flat)
    before, after = "… " if first else "", " …" if last < len(flat) else ""
    moved = tuple(
        (start - first + len(before), end - first + len(before))
        for start, end in highlights
        if first <= start and end <= last
    )
    return before + flat[first:last] + after, moved


def _start_of_sentence(text: str, at: int) -> int:
    """Where the sentence of a place begins, or the word some way before it if that is far."""
    start = max(text.rfind(mark, 0, at) + len(mark) for mark in (". ", "? ", "! "))
    if at - start > 120:
        start = text.find(" ", at - 80) + 1
    return start


def marked(text: str, highlights: Highlights) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is highlighted."""
    pieces = []
    at = 0
    for start, end in highlights:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return [(piece, lit) for piece, lit in pieces if piece]


def safe_html(rendered: Rendered) -> Markup:
    """A study's text as HTML. The one place where HTML passes unescaped: it was sanitised."""
    return Markup(rendered.html)  # noqa: S704


def static(name: str) -> str:
    """The address of a static file; it changes with the file, so it may be kept for a year."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


def _shared() -> dict[str, Any]:
    return {"site_name": context.settings().site_name}
