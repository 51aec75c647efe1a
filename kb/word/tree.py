"""The shapes of mammoth's HTML: tables as grids, lists, notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

HEADINGS = {f"h{level}" for level in range(1, 7)}
LISTS = {"ul", "ol"}
_BLOCKS = {"p", "li", "table", "thead", "tbody", "tr", "td", "th", *LISTS, *HEADINGS}
# A case study's table has some dozens; thousands would make no page to read.
MAX_CELLS = 2000
# Ids of footnotes and endnotes, or references to them.
NOTES = "note-"
_NOTE = re.compile(rf"#?{NOTES}(?P<kind>foot|end)note-(?P<number>\w{{1,20}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with as many cells in each row; None where a merged cell goes on."""

    rows: list[list[Element | None]]
    width: int


def grid_of(table: Element) -> Grid | None:
    """A table's cells where they stand; None for one with more than `MAX_CELLS`, or with none."""
    taken: dict[tuple[int, int], Element | None] = {}
    for y, row in enumerate(_rows(table)):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            spots = _span(cell, "rowspan") * _span(cell, "colspan")
            if len(taken) + spots > MAX_CELLS:
                return None
            for below in range(_span(cell, "rowspan")):
                for right in range(_span(cell, "colspan")):
                    taken[y + below, x + right] = cell if below == right == 0 else None
    if not taken:
        return None
    height, width = (1 + max(place[axis] for place in taken) for axis in (0, 1))
    if height * width > MAX_CELLS:
        return None
    return Grid([[taken.get((y, x)) for x in range(width)] for y in range(height)], width)


def cells(table: Element) -> Iterator[Element]:
    """A table's own cells, not those of tables in it."""
    for row in _rows(table):
        yield from row


def leaves(node: Element) -> Iterator[Element]:
    """The innermost paragraphs and list items of a node; itself if it has none."""
    if not any(child.tag in _BLOCKS for child in node):
        yield node
        return
    yield without(node, _BLOCKS)
    for child in node:
        if child.tag in _BLOCKS:
            yield from leaves(child)


def without(node: Element, tags: set[str], href: str = "") -> Element:
    """A copy without the children of some tags whose address, if they have one, begins so."""
    copy = Element(node.tag, node.attrib)
    copy.text = node.text
    copy.extend(
        child
        for child in node
        if child.tag not in tags or not child.get("href", "").startswith(href)
    )
    return copy


def note_of(raw: str | None) -> str:
    """The name of the note that an id or a reference means; "" if it means none."""
    match = _NOTE.fullmatch(raw or "")
    if match is None:
        return ""
    return match["number"] if match["kind"] == "foot" else f"end{match['number']}"


def words(node: Element) -> str:
    """All words in a node, but for the numbers of notes."""
    parts = [node.text or ""]
    for child in node:
        is_number = child.tag == "sup" and len(child) and note_of(child[0].get("href"))
        parts += ["" if is_number else words(child), child.tail or ""]
    return "".join(parts)


def is_bold(node: Element) -> bool:
    """Whether all words of a paragraph are bold."""
    return (
        len(node) == 1 and node[0].tag == "strong" and not (node.text or node[0].tail or "").strip()
    )


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody"}:
            yield from child


def _span(cell: Element, name: str) -> int:
    raw = cell.get(name, "1")
    # A longer number is beyond any limit; int() of a million digits would take a while.
    return max(1, int(raw)) if raw.isdecimal() and len(raw) < 6 else MAX_CELLS + 1
