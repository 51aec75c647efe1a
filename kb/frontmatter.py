"""The YAML above a study's text, read with the line of every key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

FENCE = "---"


class FrontMatterBroken(Exception):
    """The front matter cannot be read at all; carries the line, counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _TextDates(RoundTripConstructor):
    """Leaves dates as text: 2025-13-01 must be a fault with a line, not a ValueError."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


@dataclass(frozen=True, slots=True)
class ParsedFrontMatter:
    """Plain data, and where in the file it stands."""

    data: dict[str, Any]
    body_md: str
    body_line: int
    _tree: CommentedMap
    _first_line: int

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line, counted from 1, of the deepest part of the path that the file holds."""
        line, node = self._first_line, self._tree
        for step in path:
            try:
                if isinstance(node, CommentedMap) and step in node:
                    line = self._first_line + node.lc.key(step)[0]
                elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                    line = self._first_line + node.lc.item(step)[0]
                else:
                    break
            except (KeyError, TypeError):
                # A key that was merged in has no place of its own.
                break
            node = node[step]
        return line


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
    tree = _load("\n".join(lines[1:end]), first_line=2)
    body = lines[end + 1 :]
    leading = next((n for n, line in enumerate(body) if line.strip()), 0)
    return ParsedFrontMatter(
        data=_plain(tree),
        body_md="\n".join(body[leading:]).rstrip() + "\n",
        body_line=end + 2 + leading,
        _tree=tree,
        _first_line=2,
    )


def _load(source: str, *, first_line: int) -> CommentedMap:
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _TextDates
    try:
        _refuse_aliases(yaml, source, first_line)
        tree = yaml.load(source)
    except DuplicateKeyError as error:
        line, key = _position(error, first_line), str(error.problem).split('"')[1]
        raise FrontMatterBroken(line, f"“{key}” is given twice; keep one of them") from error
    except MarkedYAMLError as error:
        problem = error.problem or error.context or "cannot be read"
        raise FrontMatterBroken(
            _position(error, first_line),
            f"not valid YAML: {problem}; a text with “: ” or a leading sign needs quotes",
        ) from error
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:
        # The last three are ruamel's own, at odd scalars such as 0x_.
        raise FrontMatterBroken(first_line, f"not valid YAML: {error}") from error
    except RecursionError as error:
        raise FrontMatterBroken(first_line, "nested too deeply to be front matter") from error
    if not isinstance(tree, CommentedMap):
        raise FrontMatterBroken(first_line, "must be lines of “key: value”")
    return tree


def _refuse_aliases(yaml: YAML, source: str, first_line: int) -> None:
    """Nine lines of nine references each would grow to hundreds of millions of values."""
    if "*" not in source:
        return
    for event in yaml.parse(source):
        if isinstance(event, AliasEvent):
            raise FrontMatterBroken(
                first_line + event.start_mark.line,
                f"“*{event.anchor}” is an alias; write the value itself, or quote it",
            )


def _position(error: MarkedYAMLError, first_line: int) -> int:
    mark = error.problem_mark or error.context_mark
    return first_line + (mark.line if mark else 0)


def _plain(node: Any) -> Any:
    """Plain dicts, lists and scalars; ruamel's own types carry comments and positions."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return node
