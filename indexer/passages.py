"""Cutting a study into passages: the unit that is embedded, matched and shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.domain import CaseStudy
from kb.markdown import Block, Section, render

# all-MiniLM-L6-v2 reads at most 256 tokens; title and heading take some 25 of them.
MAX_TOKENS = 180
# The shipped studies: 1.22 of the model's tokens to a word (72 studies, 2026-11-23).
TOKENS_PER_WORD = 1.22
SUMMARY = "Summary"
ANSWER = "This study answers"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“‘\"'(])")


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


def cut(study: CaseStudy) -> list[Passage]:
    """The passages of a study: its summary, each of its answers, then its text in order.

    A passage never spans two headings and never holds a part of a list item or table row.
    A paragraph longer than `MAX_TOKENS` is cut between sentences. Lengths are estimated from
    words, so that passages do not depend on the model.
    """
    title = study.meta.title
    passages = [Passage(SUMMARY, study.meta.summary, f"{title}. {study.meta.summary}")]
    passages += [Passage(ANSWER, question, question) for question in study.meta.answers]
    for section in render(study.body_md).sections:
        passages += [
            Passage(section.heading, text, f"{title}. {section.heading}. {text}")
            for text in _fill(section)
        ]
    return passages


def _fill(section: Section) -> Iterator[str]:
    """Blocks joined while they fit; one block alone may be longer."""
    held: list[str] = []
    for piece in _pieces(section.blocks):
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
