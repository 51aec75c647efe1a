"""Cutting a study into passages: the unit that is embedded, matched and shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.domain import CaseStudy
from kb.markdown import Block, render

# all-MiniLM-L6-v2 reads at most 256 tokens; title and heading take some 25 of them.
MAX_TOKENS = 180
# The shipped studies: 1.22 of the model's tokens to a word (72 studies, 2026-11-23).
TOKENS_PER_WORD = 1.22
SUMMARY = "Summary"
ANSWER = "This study answers"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“‘\"'(])")
_BREAK = re.compile(rf"{_SENTENCE_END.pattern}|\s*\n\s*")
_BLANK_LINE = re.compile(r"\s*\n\s*\n\s*")
# Sentences by themselves find what a passage blurs: nDCG@10 of vectors alone on SciFact is .65 for
# passages, .69 for both (2026-11-23). A shorter one says too little to be compared with a need.
_MIN_WORDS = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a study.

    Attributes:
        heading: the heading it stands under, or `SUMMARY`, or `ANSWER`.
        text: what people are shown.
        embedded: what the model reads: the text with its title and heading.
    """

    heading: str
    text: str
    embedded: str

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """The start and end in `text` of each sentence, list item and table row of three words
        or more; if there is none, of the whole."""
        spans = []
        start = 0
        for gap in [*_BREAK.finditer(self.text), None]:
            end = gap.start() if gap else len(self.text)
            if len(self.text[start:end].split()) >= _MIN_WORDS:
                spans.append((start, end))
            start = gap.end() if gap else end
        return spans or [(0, len(self.text))]


def cut(study: CaseStudy) -> list[Passage]:
    """The passages of a study: its summary, each of its answers, then its text in order.

    A passage never spans two headings and never holds a part of a list item or table row.
    A paragraph longer than `MAX_TOKENS` is cut between sentences. Lengths are estimated from
    words, so that passages do not depend on the model.
    """
    title = study.meta.title
    passages = [Passage(SUMMARY, study.meta.summary, f"{title}. {study.meta.summary}")]
    passages += [Passage(ANSWER, question, question) for question in study.meta.answers]
    return [*passages, *cut_text(title, study.body_md)]


def cut_text(title: str, body_md: str) -> list[Passage]:
    """The passages of a study's text, in order; raises MarkdownTooDeep."""
    return [
        Passage(section.heading, text, f"{title}. {section.heading}. {text}")
        for section in render(body_md).sections
        for text in _fill(section.blocks)
    ]


def cut_plain(title: str, text: str) -> list[Passage]:
    """The passages of a document that is plain text with a title; of one without text, its title.

    The same road as a study's: a paragraph is a block, no heading stands above it.
    """
    blocks = [Block(part, is_paragraph=True) for part in _BLANK_LINE.split(text.strip()) if part]
    if not blocks:
        return [Passage("", title, title)]
    lead = f"{title}. " if title else ""
    return [Passage("", piece, f"{lead}{piece}") for piece in _fill(blocks)]


def _fill(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks joined while they fit; one block alone may be longer."""
    held: list[str] = []
    for piece in _pieces(blocks):
        if held and _tokens([*held, piece]) > MAX_TOKENS:
            yield "\n".join(held)
            held = []
        held.append(piece)
    if held:
        yield "\n".join(held)


def _pieces(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.is_paragraph and _tokens([block.text]) > MAX_TOKENS:
            yield from _SENTENCE_END.split(block.text)
        else:
            yield block.text


def _tokens(texts: Iterable[str]) -> float:
    return TOKENS_PER_WORD * sum(len(text.split()) for text in texts)
