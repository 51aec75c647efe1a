"""What changed between two texts of a study, for those who edit it: all of it.

Unlike `web.diff.changes`, which compares what readers see, this shows each key of the front matter
and the text as it is written, and takes texts that are full of faults.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kb.desk import text
from kb.vocabulary import Vocabularies
from web.diff import Change, compare, metadata
from web.edit.looking import as_study

# What `web.diff.metadata` tells in words.
_TOLD = frozenset(
    {
        *("title", "summary", "answers", "values", "focus", "needs", "conditions", "provision"),
        *("disadvantage", "groups", "phases", "key_stages", "subjects", "settings", "themes"),
        *("region", "subregion", "school", "effort", "status"),
    }
)
_REST = "The rest of the front matter"
_TOP = "Above the first heading"
_HEADING = re.compile(r"##\s+(.+?)\s*#*")
_FENCE = re.compile(r"(```|~~~)")


def differences(before: str, after: str, vocabularies: Vocabularies) -> list[Change]:
    """Every heading under which something changed, front matter first.

    Args:
        before: the whole file as it was.
        after: the whole file as it is.
        vocabularies: for the labels of what the front matter says.
    """
    return compare(_said(before, vocabularies), _said(after, vocabularies))


def _said(source: str, vocabularies: Vocabularies) -> dict[str, list[str]]:
    data, body_md = text.parts(source)
    study, left_out = as_study("any", data, body_md)
    said = metadata(study, vocabularies)
    # Labels of evidence are shared by studies with another strand.
    said["Evidence"] = [*_lines({"evidence": data.get("evidence")})]
    said[_REST] = [
        *_lines({k: v for k, v in data.items() if k not in _TOLD - left_out and k != "evidence"})
    ]
    for heading, paragraphs in _sections(body_md):
        said.setdefault(heading, []).extend(paragraphs)
    return said


def _lines(values: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """Front matter as lines such as `Review by: 2028-03-02`."""
    for key, value in values.items():
        name = f"{inside}{key.replace('_', ' ').capitalize()}"
        if isinstance(value, dict):
            yield from _lines({str(k): v for k, v in value.items()}, f"{name}, ")
        elif value not in (None, "", []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{name}: {shown}"


def _sections(body_md: str) -> Iterator[tuple[str, list[str]]]:
    """The text as it is written, cut at its headings and at blank lines; code may hold neither."""
    heading, lines, in_code = _TOP, list[str](), False
    for line in body_md.split("\n"):
        in_code ^= _FENCE.match(line) is not None
        found = None if in_code else _HEADING.fullmatch(line)
        if found:
            yield heading, _paragraphs(lines)
            heading, lines = found[1], []
        else:
            lines.append(line)
    yield heading, _paragraphs(lines)


def _paragraphs(lines: list[str]) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", "\n".join(lines)) if part.strip()]
