"""A study as a card: what a result, a newest study and a related one show of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from indexer.documents import Document
from indexer.results import MEANING, WORDS, Result
from kb.domain import is_due_for_review
from kb.vocabulary import Vocabularies
from web.addresses import practice_address, search_address
from web.fragments import fragment
from web.highlights import excerpt, marked
from web.in_short import effort_in_short, school_in_short

_WHY = {
    (WORDS,): "Matched by words",
    (MEANING,): "Matched by meaning",
    (WORDS, MEANING): "Matched by words and meaning",
}


class Tag(NamedTuple):
    """A vocabulary entry that leads to its search."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card shows, in words.

    `pieces` is the passage cut up, each piece with whether it is highlighted.
    """

    title: str
    slug: str
    href: str
    kicker: Markup
    heading: str | None
    pieces: list[tuple[str, bool]]
    why: str | None
    pinned: bool
    similar: tuple[str, ...]
    school: str | None
    place: str | None
    phases: tuple[str, ...]
    context: str | None
    effort: str | None
    since: date
    tags: Markup
    illustrative: bool
    review_due: bool


def result_card(result: Result, vocabularies: Vocabularies) -> Card:
    """The card of a search result: its passage, and why it matched."""
    passage = result.passage
    return _card(
        result.document,
        vocabularies,
        pieces=marked(*excerpt(passage.text, passage.highlights)),
        heading=passage.heading if result.matched else None,
        why=_WHY.get(result.matched),
        pinned=result.pinned,
        similar=result.similar,
    )


def document_card(document: Document, vocabularies: Vocabularies) -> Card:
    """The card of a study that nothing was searched for: its summary."""
    return _card(document, vocabularies, pieces=[(document.meta.summary, False)])


def tags(facet: str, kind: str, keys: Iterable[str], vocabularies: Vocabularies) -> list[Tag]:
    """Links from vocabulary entries to their searches."""
    vocabulary = vocabularies[kind]
    return [_tag(facet, key, vocabulary.label(key)) for key in keys]


# A page of results has some sixty, and there are not many more.
@lru_cache(maxsize=1024)
def _tag(facet: str, key: str, label: str) -> Tag:
    return Tag(label, search_address([(facet, key)]))


def _card(
    document: Document,
    vocabularies: Vocabularies,
    *,
    pieces: list[tuple[str, bool]],
    heading: str | None = None,
    why: str | None = None,
    pinned: bool = False,
    similar: tuple[str, ...] = (),
) -> Card:
    meta = document.meta
    theme, region = meta.themes[:1], meta.region
    return Card(
        title=meta.title,
        slug=document.slug,
        href=practice_address(document.slug),
        kicker=fragment(
            "_card.html",
            "kicker",
            vocabularies["theme"].label(theme[0]) if theme else None,
            meta.evidence.strength if meta.evidence else None,
        ),
        heading=heading,
        pieces=pieces,
        why=why,
        pinned=pinned,
        similar=similar,
        school=document.school_name,
        place=vocabularies["region"].label(region) if region else None,
        phases=tuple(vocabularies["phase"].label(key) for key in meta.phases),
        context=school_in_short(meta.school) if meta.school else None,
        effort=effort_in_short(meta.effort) if meta.effort else None,
        since=document.since,
        tags=Markup("").join(
            fragment("_card.html", "tag", tag)
            for tag in (
                *tags("focus", "focus", meta.focus, vocabularies),
                *tags("need", "need", meta.needs[:2], vocabularies),
                *tags("disadvantage", "disadvantage", meta.disadvantage[:2], vocabularies),
                *tags("value", "value", meta.values, vocabularies),
            )
        ),
        illustrative=meta.illustrative,
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
    )
