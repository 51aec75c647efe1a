"""The YAML above a study's text, read with the line of every key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

FENCE = "---"
# Above it is the fence.
_FIRST_LINE = 2
# Front matter has three levels.
MAX_DEPTH = 20
# YAML 1.1, and so the parser, takes these for ends of lines; editors and YAML 1.2 do not.
_ODD_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
# Scalars by the core schema of YAML 1.2: `no` is a text. Dates stay text too, because
# 2025-13-01 must be a fault with a line.
_CONSTANTS = {"": None, "~": None} | {
    spelling: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for spelling in (word, word.capitalize(), word.upper())
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

Path = tuple[str | int, ...]


class FrontMatterBroken(Exception):
    """The front matter cannot be read at all; carries the line, counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class ParsedFrontMatter:
    """Plain data, and where in the file it stands."""

    data: dict[str, Any]
    body_md: str
    body_line: int
    _lines: Mapping[Path, int]

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line, counted from 1, of the deepest part of the path that the file holds."""
        parts = (tuple(path[:length]) for length in range(len(path), 0, -1))
        return next((self._lines[part] for part in parts if part in self._lines), _FIRST_LINE)


def parse(text: str) -> ParsedFrontMatter:
    """Split a study's file at its two `---` lines and read what stands between them.

    Raises:
        FrontMatterBroken: no fences, not YAML, a key given twice, or not a mapping.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise FrontMatterBroken(1, "the file must begin with a line of three hyphens (---)")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise FrontMatterBroken(
            1, "the front matter is not closed: add a line of three hyphens (---) below it"
        )
    data, places = _load("\n".join(lines[1:end]))
    body = lines[end + 1 :]
    leading = next((n for n, line in enumerate(body) if line.strip()), 0)
    return ParsedFrontMatter(
        data=data,
        body_md="\n".join(body[leading:]).rstrip() + "\n",
        body_line=end + 2 + leading,
        _lines=places,
    )


def _load(source: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The data, and the line of every key and list entry."""
    if odd := _ODD_LINE_ENDS.search(source):
        line = _FIRST_LINE + source.count("\n", 0, odd.start())
        raise FrontMatterBroken(line, f"holds the control character {odd[0]!a}; take it out")
    reader = _Reader(source)
    try:
        return reader.read(), reader.lines
    except yaml.reader.ReaderError as error:
        line = _FIRST_LINE + source.encode().count(b"\n", 0, error.position)
        raise FrontMatterBroken(line, f"not valid YAML: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "cannot be read"
        raise FrontMatterBroken(
            _FIRST_LINE + (mark.line if mark else 0),
            f"not valid YAML: {problem}; a text with “: ” or a leading sign needs quotes",
        ) from error


class _Reader:
    """Makes plain data of the parser's events.

    The parser of libyaml is some forty times as quick as one in Python; its loader would take
    scalars by YAML 1.1, follow aliases and forget the lines.
    """

    def __init__(self, source: str) -> None:
        self.lines: dict[Path, int] = {}
        self._events: Iterator[Any] = yaml.parse(source, Loader=yaml.CSafeLoader)

    def read(self) -> dict[str, Any]:
        """The whole source; raises FrontMatterBroken or yaml.YAMLError."""
        event = next(self._events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self._events)
        if not isinstance(event, yaml.MappingStartEvent):
            raise FrontMatterBroken(_FIRST_LINE, "must be lines of “key: value”")
        data: dict[str, Any] = self._value(event, ())
        end = next(self._events)
        if end.explicit:
            raise _broken(end, "“...” would end the front matter here; take that line out")
        # Whatever follows is an error, which the parser raises.
        next(self._events)
        return data

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            # Nine lines of nine references each would grow to hundreds of millions of values.
            raise _broken(
                event, f"“*{event.anchor}” is an alias; write the value itself, or quote it"
            )
        if event.tag is not None:
            raise _broken(event, f"“{event.tag}” is a tag; take it out, or quote the text")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event) if event.implicit[0] else event.value
        if len(path) > MAX_DEPTH:
            raise _broken(event, "nested too deeply to be front matter")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return self._sequence(path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.tag is not None:
                raise _broken(event, "a key must be a plain text, with a colon behind it")
            key = event.value
            if key in data:
                raise _broken(event, f"“{key}” is given twice; keep one of them")
            self.lines[*path, key] = _line(event)
            data[key] = self._value(next(self._events), (*path, key))
        return data

    def _sequence(self, path: Path) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            self.lines[*path, len(data)] = _line(event)
            data.append(self._value(event, (*path, len(data))))
        return data


def _scalar(event: Any) -> Any:
    text: str = event.value
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    try:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _OTHER_BASE.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    except ValueError as error:
        raise _broken(event, f"not valid YAML: {error}") from error
    return float(text.replace(".", "")) if _NO_NUMBER.fullmatch(text) else text


def _line(event: Any) -> int:
    return _FIRST_LINE + int(event.start_mark.line)


def _broken(event: Any, message: str) -> FrontMatterBroken:
    return FrontMatterBroken(_line(event), message)
