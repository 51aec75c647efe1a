"""Pins: studies that editors put first for a query."""

import re
from dataclasses import dataclass
from pathlib import Path

from kb.errors import VocabularyInvalid
from kb.synonyms import Problem
from kb.vocabulary import load_toml


@dataclass(frozen=True, slots=True)
class Pin:
    """For this query, and what means the same, these studies come first, by slug or id."""

    query: str
    studies: tuple[str, ...]


def read_pins(path: Path, source: bytes) -> tuple[tuple[Pin, ...], list[Problem]]:
    """The pins of `pins.toml`, and what is wrong with it; a faulty pin is left out."""
    try:
        data = load_toml(path, source)
    except VocabularyInvalid as error:
        return (), [(_line_of(error, source), f"is not TOML, and pins nothing: {error}")]
    pins: list[Pin] = []
    problems: list[Problem] = [
        (_find(source, name), f"“{name}” is not known here; write [[pin]]")
        for name in sorted(data.keys() - {"pin"})
    ]
    entries = data.get("pin", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        match entry:
            case {"query": str(query), "studies": [*studies]} if (
                query.strip() and studies and all(isinstance(study, str) for study in studies)
            ):
                pins.append(Pin(query, tuple(studies)))
            case _:
                query = entry.get("query", "") if isinstance(entry, dict) else ""
                problems.append(
                    (
                        _find(source, str(query)),
                        'a pin needs query = "what people type" and studies = ["a-slug"]',
                    )
                )
    return tuple(pins), problems


def unknown_studies(source: bytes, pins: tuple[Pin, ...], known: set[str]) -> list[Problem]:
    """Pins of studies that are not there.

    Args:
        source: the file, for its lines.
        pins: what it says.
        known: slugs and ids of all published studies.
    """
    return [
        (_find(source, study), f"there is no published study “{study}”; give the slug or id of one")
        for pin in pins
        for study in pin.studies
        if study not in known
    ]


def _find(source: bytes, text: str) -> int:
    """The first line that holds a text, in quotes if it can; TOML readers keep no lines."""
    lines = source.decode("utf-8-sig", "replace").splitlines()
    for wanted in (f'"{text}"', f"'{text}'", text):
        for number, line in enumerate(lines, 1):
            if text and wanted in line:
                return number
    return 1


def _line_of(error: VocabularyInvalid, source: bytes) -> int:
    """The line that the TOML reader names only in words; the last one at the end of the file."""
    named = _LINE.search(str(error))
    return int(named[1]) if named else max(1, len(source.splitlines()))


_LINE = re.compile(r"at line (\d+)")
