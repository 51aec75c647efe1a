"""How long each section should be, and how long it is."""

from collections.abc import Iterator, Mapping

from kb.domain import OPTIONAL_HEADINGS, SECTION_HEADINGS
from kb.errors import Invalid
from kb.hints.hint import Hint, HintKind
from kb.hints.lessons import HEADING as LESSONS
from kb.hints.written import Written
from kb.markdown import render

# Fewest and most words under each heading. Of the 72 shipped studies (2026-11-28), sections have
# 20 to 110, 32 to 131, 153 to 291, 45 to 153 and 78 to 225 words; a reader has five minutes.
GUIDE_WORDS: Mapping[str, tuple[int, int]] = {
    "Context": (20, 150),
    "Challenge": (30, 180),
    "What we did": (120, 400),
    "Impact": (30, 250),
    "What we learned": (60, 300),
    "Resources": (0, 150),
    "Contact": (0, 60),
}


def section_words(body_md: str) -> dict[str, int]:
    """The words under each heading of the guide and any other that the text has, in order.

    A heading that is not there yet has none. Of a text that cannot be rendered, nothing is counted.
    """
    counts = dict.fromkeys((*SECTION_HEADINGS, *OPTIONAL_HEADINGS), 0)
    try:
        sections = render(body_md).sections
    except Invalid:
        return counts
    for section in sections:
        words = sum(len(block.text.split()) for block in section.blocks)
        counts[section.heading] = counts.get(section.heading, 0) + words
    return counts


def hints(written: Written) -> Iterator[Hint]:
    """Sections that are begun and too short, or too long."""
    for heading, pieces in written.sections.items():
        count = sum(len(piece.text.split()) for piece in pieces)
        least, most = GUIDE_WORDS.get(heading, (0, count))
        # Too short a “What we learned” is a hint of its own.
        if 0 < count < least and heading != LESSONS:
            message = f"“{heading}” has {count} words; {least} or more make it useful to others."
            yield written.section_hint(HintKind.LENGTH, message, heading)
        elif count > most:
            message = (
                f"“{heading}” has {count} words; up to {most} are read to the end. Leave out what "
                "a colleague could do without."
            )
            yield written.section_hint(HintKind.LENGTH, message, heading)
