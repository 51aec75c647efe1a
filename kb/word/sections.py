"""A document's blocks below the headings that every case study has."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from kb.domain import OPTIONAL_HEADINGS, SECTION_HEADINGS
from kb.word.blocks import Block
from kb.word.escaping import escaped, heading, line_start, printable

# What schools write for each of our headings, in lower case.
_ALSO = {
    "Context": (
        "background, introduction, school context, our context, the context, our school, "
        "about us, about our school, about the school, setting, the setting"
    ),
    "Challenge": (
        "the challenge, challenges, problem, the problem, the issue, issue, need, the need, "
        "rationale, aim, aims, why we did it, why, what was the problem, the question"
    ),
    "What we did": (
        "approach, our approach, the approach, action, actions, actions taken, action taken, "
        "intervention, the intervention, implementation, strategy, method, methods, "
        "what did we do, how we did it, what happened, our response, solution, the solution"
    ),
    "Impact": (
        "the impact, results, outcomes, outcome, findings, evidence, evidence of impact, "
        "impact and evidence, what changed, what difference did it make, what was the impact"
    ),
    "What we learned": (
        "what we learnt, what have we learned, what have we learnt, lessons, lessons learned, "
        "lessons learnt, learning, key learning, our learning, reflection, reflections, "
        "what did not work, what didn't work, what we would change, "
        "what we would do differently, next steps, conclusion, conclusions, evaluation"
    ),
    "Resources": "resource, further reading, references, reading, links, materials, useful links",
    "Contact": "contact us, contact details, contacts, for more information, further information",
}
_ORDER = (*SECTION_HEADINGS, *OPTIONAL_HEADINGS)
_KNOWN = {h.lower(): h for h in _ORDER} | {
    name.strip(): h for h, names in _ALSO.items() for name in names.split(",")
}
_OURS = {h.lower() for h in _ORDER}
# A slip of the pen in a long heading, or an s: "Challange", "Our reflections".
_NEAR = 88
_LONGEST_HEADING = 160


def section_of(text: str, *, nearly: bool) -> str | None:
    """Which of our headings a heading means; None if it is one of the author's own.

    Args:
        text: plain text.
        nearly: whether spelling may differ a little.
    """
    words = re.sub(r"^[\d.)\s]+|[\s:.?!*]+$", "", text).lower().replace("’", "'")
    if words in _KNOWN or not nearly:
        return _KNOWN.get(words)
    match = process.extractOne(words, list(_KNOWN), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return _KNOWN[match[0]] if match else None


def arranged(blocks: Iterable[Block]) -> tuple[str | None, str]:
    """The title, and the text below our headings, in their order, each once.

    Text above the first of them is context. A heading that means a section that was begun
    before stays as one of the third level. Needed headings stand there with nothing below them
    where the document has nothing.
    """
    title: str | None = None
    sections: dict[str, list[str]] = {name: [] for name in _ORDER}
    begun: set[str] = set()
    current = "Context"
    for number, block in enumerate(blocks):
        if block.level == 0 and title is None:
            title = printable(block.text)
            continue
        section = _begins(block)
        if section is not None:
            current = section
            # A list of contents, typed by hand, names what only comes later.
            if not sections[section] or section not in begun:
                begun.add(section)
                continue
        elif title is None and number == 0 and block.level == 1:
            title = printable(block.text)
            continue
        sections[current].append(_third_level(block))
    kept = {name: texts for name, texts in sections.items() if texts or name in SECTION_HEADINGS}
    body = "\n\n".join("\n\n".join([f"## {name}", *texts]) for name, texts in kept.items())
    return title, f"{body}\n"


def _begins(block: Block) -> str | None:
    """The section that a block begins: by a heading, or by a line that says just what one does."""
    if block.level is not None:
        return section_of(block.text, nearly=True)
    section = section_of(block.words, nearly=False)
    return section if block.is_bold or block.words.rstrip(": ").lower() in _OURS else None


def _third_level(block: Block) -> str:
    if block.level is None:
        return block.text
    if len(block.text) > _LONGEST_HEADING:
        return line_start(escaped(block.text))
    return f"### {heading(block.text)}"
