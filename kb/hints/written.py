"""A draft as plain text in pieces, each of which knows where in the source it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kb.drafts import PROMPTS, SUMMARY_PROMPT
from kb.hints.draft import Draft
from kb.hints.hint import Hint, HintKind
from kb.markdown import MarkdownTooDeep, Rendered, render

_UNSEEN = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|\[\^[^\]]*\]")
_NO_WORD = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\")\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9£])")
_PROMPTS = {**PROMPTS, "summary": SUMMARY_PROMPT}


@dataclass(frozen=True, slots=True)
class Piece:
    """A title, summary, answer, paragraph, list item or table row.

    Attributes:
        field: as in `Hint`.
        entry: what `Draft.lines` has its line under; None in the text.
        is_running: it is of the running text, not a row of a table or a footnote.
    """

    text: str
    field: str
    heading: str | None = None
    entry: str | None = None
    is_running: bool = True

    def sentences(self) -> Iterator[str]:
        """Its sentences, in order."""
        start = 0
        for gap in _SENTENCE_END.finditer(self.text):
            yield self.text[start : gap.end()].strip()
            start = gap.end()
        if rest := self.text[start:].strip():
            yield rest


class Written:
    """The pieces of a draft, and the lines of what is quoted from them."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        try:
            self.rendered: Rendered | None = render(draft.body_md)
        except MarkdownTooDeep:
            # A fault says so already.
            self.rendered = None

    @cached_property
    def pieces(self) -> list[Piece]:
        """Every piece in order: title, summary, answers, then the text.

        What a new draft holds until something is written does not count.
        """
        return [
            piece
            for piece in self._pieces()
            if piece.text.strip() and piece.text != _PROMPTS.get(piece.heading or piece.field)
        ]

    @cached_property
    def sections(self) -> dict[str, list[Piece]]:
        """The pieces of the text by heading, in order; an empty section has none."""
        found: dict[str, list[Piece]] = {}
        if self.rendered:
            found = {section.heading: [] for section in self.rendered.sections}
        for piece in self.pieces:
            if piece.heading in found:
                found[piece.heading].append(piece)
        return found

    @cached_property
    def descriptions(self) -> list[Piece]:
        """What the text says of its pictures."""
        links = self.rendered.links if self.rendered else ()
        alts = [link.alt for link in links if link.alt.strip()]
        return [Piece(alt, "body_md", self.heading_at(self.row_with(alt))) for alt in alts]

    def text_of(self, *headings: str) -> str:
        """The plain text below some headings, a piece a line; below all, if none is named."""
        wanted = headings or tuple(self.sections)
        return "\n".join(p.text for name in wanted for p in self.sections.get(name, ()))

    def hint(
        self, kind: HintKind, message: str, piece: Piece, quote: str, *, is_blocking: bool = False
    ) -> Hint:
        """A hint about words of a piece."""
        line = self.line(piece, quote)
        return Hint(kind, message, piece.heading, line, quote, is_blocking, piece.field)

    def section_hint(self, kind: HintKind, message: str, heading: str) -> Hint:
        """A hint about a whole section, which may not be there yet."""
        return Hint(kind, message, heading, self.heading_line(heading), heading)

    def line(self, piece: Piece, quote: str = "") -> int | None:
        """The line of the file on which words of a piece begin."""
        if piece.entry:
            return self.draft.lines.get(piece.entry)
        start = self._source.find(_squash(piece.text))
        if start < 0:
            return self.draft.body_line + self.row_with(piece.text)
        return self._line_at(max(self._source.find(_squash(quote), start), start))

    def row_with(self, source: str) -> int:
        """The line of the text, counted from 0, that holds a piece of its Markdown; 0 if none."""
        return next((n for n, row in enumerate(self._rows) if source in row), 0)

    def heading_line(self, heading: str) -> int:
        """The line of a heading; of the text's beginning, where there is no such heading."""
        pattern = re.compile(rf" {{0,3}}(?:##\s*)?{re.escape(heading)}\s*#*\s*")
        found = (n for n, row in enumerate(self._rows) if pattern.fullmatch(row))
        return self.draft.body_line + next(found, 0)

    def heading_at(self, number: int) -> str | None:
        """The heading that a line of the text stands under, counted from 0."""
        at = self.draft.body_line + number
        above = [name for name in self.sections if self.heading_line(name) <= at]
        return above[-1] if above else None

    def _pieces(self) -> Iterator[Piece]:
        draft = self.draft
        yield Piece(draft.title, "title", entry="title")
        yield Piece(draft.summary, "summary", entry="summary")
        for number, answer in enumerate(draft.answers):
            yield Piece(answer, "answers", entry=f"answers.{number}")
        if self.rendered is None:
            return
        for block in self.rendered.preamble:
            yield Piece(block.text, "body_md", is_running=block.is_running)
        for section in self.rendered.sections:
            for block in section.blocks:
                yield Piece(block.text, "body_md", section.heading, is_running=block.is_running)

    def _line_at(self, place: int) -> int:
        return self.draft.body_line + bisect_right(self._starts, place) - 1

    @cached_property
    def _squashed(self) -> list[str]:
        return [_squash(_UNSEEN.sub("", row)) for row in self._rows]

    @cached_property
    def _rows(self) -> list[str]:
        return self.draft.body_md.split("\n")

    @cached_property
    def _source(self) -> str:
        """The letters and digits of the text's source: where plain text is found again."""
        return "".join(self._squashed)

    @cached_property
    def _starts(self) -> list[int]:
        """Where in `_source` each line begins."""
        starts = [0]
        for line in self._squashed[:-1]:
            starts.append(starts[-1] + len(line))
        return starts


def _squash(text: str) -> str:
    return _NO_WORD.sub("", text)
