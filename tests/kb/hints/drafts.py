"""Drafts that give no hint, but for what a test plants in them."""

from dataclasses import replace
from typing import Any

from kb.glossary import Glossary
from kb.hints.check import Surroundings, hints_of
from kb.hints.draft import Draft
from kb.hints.hint import Hint, HintKind
from tests.factories import SHIPPED

SECTIONS = {
    "Context": "We are a two-form primary school by the sea, with a nursery and a small base for "
    "pupils who find mornings hard. Most families work on the boats or in the market.",
    "Challenge": "Mondays were loud, and some children were late. The office wrote down 41 late "
    "marks in the autumn term, most of them on a Monday, and lessons began without those children.",
    "What we did": " ".join(
        [
            "A teaching assistant stood at the gate each morning from half past eight. She had a "
            "list of names and a bag of apples. She said good morning to everybody who came in. "
            "She walked the last ones to their rooms herself and told their teachers quietly."
        ]
        * 3
    ),
    "Impact": "Late marks fell from 41 in the autumn term to 12 in the spring term. Other things "
    "changed too: the bus company moved its stop, and the weather was kinder than the year before.",
    "What we learned": "When the adult was ill nobody stood at the gate, so we now name a second "
    "one. The apples were a mistake on the first day, since half of them came back as missiles. "
    "We would start in September another time, before habits have set, and tell families why we "
    "were there before they asked us.",
}
AROUND = Surroundings(
    Glossary.load(SHIPPED / "terms.toml"),
    knows={"known-study", "old-name"}.__contains__,
    has_media={"gate/photo.png"}.__contains__,
)


def a_draft(sections: dict[str, str] | None = None, /, **fields: Any) -> Draft:
    """A draft without a hint, but for these sections and fields; an empty section is left out."""
    texts = SECTIONS | (sections or {})
    body = "\n\n".join(f"## {name}\n\n{text}" for name, text in texts.items() if text)
    draft = Draft(
        title="Meeting children at the gate",
        summary="An adult at the gate each morning made Mondays calmer.",
        answers=("How do we get children in on time?",),
        body_md=body + "\n",
    )
    return replace(draft, **fields)


def with_words(words: str, heading: str = "Context") -> Draft:
    """A draft that says these words, too."""
    return a_draft({heading: f"{SECTIONS.get(heading, '')} {words}".strip()})


def hints(draft: Draft, *kinds: HintKind) -> list[Hint]:
    """The hints for a draft, or those of some kinds."""
    return [hint for hint in hints_of(draft, AROUND) if not kinds or hint.kind in kinds]


def quotes(draft: Draft, *kinds: HintKind) -> list[str]:
    """What those hints quote."""
    return [hint.quote for hint in hints(draft, *kinds)]
