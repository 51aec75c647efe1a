"""A study's file made from its parts, and taken apart: what a form holds is the file itself."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import yaml

from kb.domain import SECTION_HEADINGS, CaseStudyId, FrontMatter
from kb.frontmatter import FENCE, FrontMatterBroken, parse

_ORDER = {field.name: place for place, field in enumerate(fields(FrontMatter))} | {
    # As people write it: what is read first stands first, dates and the like last.
    "id": -7,
    "title": -6,
    "summary": -5,
    "answers": -4,
    "status": 90,
    "aliases": 91,
    "policies": 92,
    "illustrative": 93,
}
_WIDTH = 4000
# What the reader of front matter takes for something other than text.
_OTHER_THAN_TEXT = re.compile(
    r"|~|null|true|false|[-+]?[0-9.][-+0-9a-z.]*|[-+]?\.(inf|nan)", re.IGNORECASE
)
_LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def compose(data: Mapping[str, Any], body_md: str) -> str:
    """The file of a study; `parse` gives the same data and text back.

    Args:
        data: front matter as plain values; what is None, "" or empty is left out.
        body_md: the text below it.
    """
    kept = {key: value for key, value in data.items() if value not in (None, "", [], {}, ())}
    ordered = dict(sorted(kept.items(), key=lambda item: (_ORDER.get(item[0], 80), item[0])))
    front = yaml.dump(
        ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    ).rstrip()
    return f"{FENCE}\n{front}\n{FENCE}\n\n{body_md.strip()}\n"


def altered(source: str, **changes: Any) -> str:
    """A file with some keys of its front matter set; all else stands as it was written.

    A key that is there on a line of its own is set in place, so that comments and order stay.

    Raises:
        FrontMatterBroken: the file cannot be taken apart.
    """
    parsed = parse(source)
    lines = source.split("\n")
    for key, value in changes.items():
        at = parsed.line_of([key]) - 1
        if key not in parsed.data or not _is_plain(lines[at], key, parsed.data[key], value):
            return compose(parsed.data | changes, parsed.body_md)
        lines[at] = f"{key}: {_scalar(value)}"
    return "\n".join(lines)


def blank(case_id: CaseStudyId, title: str) -> str:
    """A new study: its headings in place, nothing below them."""
    body = "\n\n".join(f"## {heading}\n" for heading in SECTION_HEADINGS)
    return compose({"id": case_id, "title": title, "status": "draft"}, body)


def moved_media(source: str, old: str, new: str) -> str:
    """The text with its own pictures under the folder of its new address."""
    return source.replace(f"](../media/{old}/", f"](../media/{new}/")


def parts(source: str) -> tuple[dict[str, Any], str]:
    """Front matter as plain values, and the text; a broken file is all text.

    A working copy may hold what somebody pasted: it is shown, not refused.
    """
    try:
        parsed = parse(source)
    except FrontMatterBroken:
        return {}, source
    return parsed.data, parsed.body_md


def _is_plain(line: str, key: str, old: object, new: object) -> bool:
    """Whether a line says this key with this value, and nothing else but perhaps a comment."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    return re.fullmatch(rf"{re.escape(key)}:\s+{re.escape(old)}\s*", line) is not None


def _scalar(value: str) -> str:
    dumped: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=_WIDTH)
    return dumped.removesuffix("\n").removesuffix("\n...")


class _Dumper(yaml.CSafeDumper):  # type: ignore[misc]
    """Writes what `kb.frontmatter` reads: YAML 1.2, dates bare, short lists on one line."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _OTHER_THAN_TEXT.fullmatch(text) else None
    if _LOOKS_LIKE_A_DATE.fullmatch(text):
        style = None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: yaml.CSafeDumper, values: list[Any]) -> yaml.SequenceNode:
    is_short = all(isinstance(v, str) and re.fullmatch(r"[\w-]{1,40}", v) for v in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_short)


def _mapping(dumper: yaml.CSafeDumper, values: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=False)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, lambda dumper, values: _list(dumper, list(values)))
_Dumper.add_representer(dict, _mapping)
# Dates are text to our reader; left to the dumper, each would be quoted.
_Dumper.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith((":timestamp", ":merge", ":value"))]
    for first, pairs in yaml.CSafeDumper.yaml_implicit_resolvers.items()
}
