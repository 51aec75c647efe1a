"""What mammoth makes of a document, taken apart into headings and blocks of Markdown."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from kb.word.escaping import escaped, line_start, one_spaced, plain, safe_address
from kb.word.tree import (
    HEADINGS,
    LISTS,
    NOTES,
    Grid,
    cells,
    grid_of,
    is_bold,
    leaves,
    note_of,
    without,
    words,
)

_BREAK = "  \n"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the document: Markdown, or a heading's plain text.

    Attributes:
        text: Markdown; of a heading or a title, plain text.
        level: 0 for the title, 1 to 6 for a heading, None for anything else.
        words: plain text of a paragraph, else "".
        is_bold: whether all of a paragraph is bold, as people write headings.
    """

    text: str
    level: int | None = None
    words: str = ""
    is_bold: bool = False


@dataclass(slots=True)
class Writer:
    """Writes one document; counts what it has to leave out."""

    lost: Counter[str] = field(default_factory=Counter)

    def blocks(self, root: Element) -> Iterator[Block]:
        """Headings, paragraphs, lists and tables, in order; footnotes last."""
        for node in root:
            if node.tag in HEADINGS:
                yield from self._heading(node)
            elif node.tag == "table":
                yield from self._table(node)
            elif node.tag in LISTS:
                text = self._notes(node) if note_of(node[0].get("id")) else self._list(node)
                if text:
                    yield Block(text)
            elif text := self.paragraph(node):
                yield Block(text, words=plain(words(node)).strip(), is_bold=is_bold(node))

    def paragraph(self, node: Element) -> str:
        """What stands in a node, as lines of one paragraph."""
        lines = [line_start(one_spaced(line)) for line in self._inside(node).split(_BREAK)]
        return _BREAK.join(line for line in lines if line)

    def _heading(self, node: Element) -> Iterator[Block]:
        text = plain(words(node)).strip()
        if text:
            yield Block(text, level=0 if node.get("class") == "title" else int(node.tag[1]))
        for image in node.iter("img"):
            yield Block(_image(image))

    def _list(self, node: Element) -> str:
        items: list[str] = []
        for item in node:
            nested = [self._list(child) for child in item if child.tag in LISTS]
            text = self.paragraph(without(item, LISTS))
            whole = "\n".join(part for part in [text, *nested] if part)
            if whole:
                marker = "- " if node.tag == "ul" else f"{len(items) + 1}. "
                items.append(marker + whole.replace("\n", "\n    "))
        return "\n".join(items)

    def _notes(self, node: Element) -> str:
        notes = []
        for item in node:
            parts = [self.paragraph(without(part, {"a"}, f"#{NOTES}")) for part in item]
            text = "\n\n".join(part for part in parts if part).replace("\n", "\n    ")
            notes.append(f"[^{note_of(item.get('id'))}]: {text}")
        return "\n\n".join(notes)

    def _table(self, node: Element) -> Iterator[Block]:
        grid = grid_of(node)
        if grid is None:
            self.lost["table"] += 1
        elif grid.width == 1:
            # A box around some paragraphs, not a table.
            for cell in cells(node):
                yield from self.blocks(cell)
        else:
            yield Block(self._rows(grid))

    def _rows(self, grid: Grid) -> str:
        rows = [
            "| " + " | ".join("" if cell is None else self._cell(cell) for cell in row) + " |"
            for row in grid.rows
        ]
        return "\n".join([rows[0], "|" + " --- |" * grid.width, *rows[1:]])

    def _cell(self, node: Element) -> str:
        """A cell's paragraphs and lists, on one line."""
        parts = [
            (leaf.tag, one_spaced(self._inside(leaf).replace(_BREAK, " ")).strip())
            for leaf in leaves(node)
        ]
        return " ".join(f"• {text}" if tag == "li" else text for tag, text in parts if text)

    def _inside(self, node: Element) -> str:
        parts = [escaped(node.text or "")]
        for child in node:
            parts += [self._inline(child), escaped(child.tail or "")]
        return "".join(parts)

    def _inline(self, node: Element) -> str:
        match node.tag:
            case "br":
                return _BREAK
            case "img":
                return _image(node)
            case "input":
                return "☑ " if node.get("checked") else "☐ "
            case "strong":
                return _around("**", self._inside(node))
            case "em":
                return _around("*", self._inside(node))
            case "a":
                return self._link(node)
            case "sup" if len(node) and (note := note_of(node[0].get("href"))):
                return f"[^{note}]"
        return self._inside(node)

    def _link(self, node: Element) -> str:
        text = self._inside(node)
        href = node.get("href", "")
        if not text.strip() or href.startswith("#") or not href:
            return text
        address = safe_address(href)
        if address is None:
            self.lost["link"] += 1
            return text
        return f"[{text.replace(_BREAK, ' ').strip()}]({address})"


def _image(node: Element) -> str:
    source = node.get("src", "")
    return f"![{escaped(node.get('alt', '')).strip()}]({source})" if source else ""


def _around(mark: str, text: str) -> str:
    """Emphasis that touches the words, which Markdown wants."""
    words = text.strip(" \n")
    if not words or _BREAK in words:
        return text
    before, _, after = text.partition(words)
    return f"{before}{mark}{words}{mark}{after}"
