"""Front matter from plain data to typed values, with errors in plain English."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kb.domain import Effort, Evidence, FrontMatter, School

Path = tuple[str | int, ...]

_ADAPTER = TypeAdapter(FrontMatter)
_NESTED = {"school": School, "evidence": Evidence, "effort": Effort}


class FrontMatterInvalid(Exception):
    """Carries every problem as the path of its key and a message."""

    def __init__(self, problems: list[tuple[Path, str]]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


def read_front_matter(data: Mapping[str, Any]) -> FrontMatter:
    """Typed front matter; raises FrontMatterInvalid with all problems at once."""
    # A key with nothing behind it is the same as no key.
    given = {key: value for key, value in data.items() if value is not None}
    try:
        return _ADAPTER.validate_python(given)
    except ValidationError as error:
        raise FrontMatterInvalid(
            [_problem(details) for details in error.errors(include_url=False)]
        ) from error


def dump_front_matter(meta: FrontMatter) -> dict[str, Any]:
    """Plain JSON values that `load_front_matter` turns back into the same thing."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(meta, mode="json", exclude_defaults=True)
    return dumped


def load_front_matter(dumped: Mapping[str, Any]) -> FrontMatter:
    """The front matter that `dump_front_matter` wrote."""
    return _ADAPTER.validate_python(dumped)


def _problem(details: ErrorDetails) -> tuple[Path, str]:
    path: Path = details["loc"]
    kind = details["type"]
    key = str(path[-1]) if path else ""
    if kind == "unexpected_keyword_argument":
        return path, _unknown_key(path, key)
    name = ".".join(str(step) for step in path if isinstance(step, str))
    if kind == "missing":
        return path[:-1], f"{name} is missing; add a line “{key}: …”"
    context = details.get("ctx", {}) | {
        "key": key,
        "shown": _shorten(details["input"]),
        "of": "characters" if isinstance(details["input"], str) else "entries",
    }
    if kind.startswith("date"):
        kind = "date"
    say = _MESSAGES.get(kind, _other)
    return path, f"{name} {say(context | {'message': details['msg']})}"


def _other(context: Mapping[str, Any]) -> str:
    message = str(context["message"]).removeprefix("Value error, ")
    return f"cannot be {context['shown']}: {message}"


_PATTERNS: Mapping[str, str] = {
    "id": "an id is 10 to 26 letters and digits (kb new makes one)",
    "academic_year": "write it as 2024/25",
    "urn": "a URN has six digits, in quotes",
}
_MESSAGES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string_type": lambda c: f"must be text, not {c['shown']}; put it in quotes",
    "string_too_short": lambda _: "is empty; fill it in or take the line out",
    "string_pattern_mismatch": lambda c: f"cannot be {c['shown']}; {_PATTERNS[c['key']]}",
    "enum": lambda c: f"cannot be {c['shown']}; use {c['expected']}",
    "tuple_type": lambda c: f"must be a list: [{c['shown'][1:-1]}]",
    "too_long": lambda c: f"has more than {c['max_length']} {c['of']}",
    "less_than_equal": lambda c: f"must be at most {c['le']:g}, not {c['shown']}",
    "greater_than_equal": lambda c: f"must be at least {c['ge']:g}, not {c['shown']}",
    "date": lambda c: f"is not a date of the calendar: {c['shown']}; write it as 2026-03-02",
    "dataclass_type": lambda _: "must be keys and values in braces: {…: …}",
}


def _unknown_key(path: Path, key: str) -> str:
    known = _keys_at(str(path[0]) if len(path) > 1 else None)
    close = difflib.get_close_matches(key, known, n=3, cutoff=0.6)
    hint = f"did you mean {', '.join(close)}?" if close else "take it out"
    return f"“{key}” is not a key of a case study; {hint}"


@cache
def _keys_at(parent: str | None) -> tuple[str, ...]:
    return tuple(field.name for field in fields(_NESTED.get(parent or "", FrontMatter)))


def _shorten(value: object) -> str:
    raw = str(value) if isinstance(value, str | int | float) else type(value).__name__
    # What cannot be printed must not stop the message about it from being printed.
    text = "".join(c if c.isprintable() else "\ufffd" for c in raw)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
