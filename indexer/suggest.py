"""What may be meant while somebody types; never what others typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.facets import FACETS, Mask
from indexer.phrasebook import Phrase, words_of
from indexer.snapshot import Snapshot

MOST_TERMS = 3
MOST = 8
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class TermSuggestion:
    """An entry of a vocabulary, and how many studies it would find."""

    facet: str
    facet_label: str
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class StudySuggestion:
    """A study, by its title or by a question that it answers."""

    text: str
    slug: str
    is_question: bool


Suggestion = TermSuggestion | StudySuggestion


def suggestions(snapshot: Snapshot, begun: str, shown: Mask) -> list[Suggestion]:
    """Entries, titles and questions in which every typed word begins a word; the likeliest first.

    Args:
        snapshot: where to look.
        begun: what was typed so far; of less than two letters or digits, nothing is known.
        shown: the documents that may be shown; shape (documents,).
    """
    words = words_of(begun)
    if sum(map(len, words)) < _SHORTEST:
        return []
    terms = sorted(_terms(snapshot, words, shown), key=lambda term: -term.count)[:MOST_TERMS]
    studies = _studies(snapshot, begun, words, shown)[: MOST - len(terms)]
    return [*terms, *studies]


def _terms(snapshot: Snapshot, words: list[str], shown: Mask) -> Iterator[TermSuggestion]:
    counts = snapshot.facets.counts(shown).tolist()
    for facet in FACETS:
        for key, label, row in snapshot.terms[facet.name]:
            # SEMH is a key, and typed more often than what it stands for.
            if counts[row] and _begin(words, words_of(f"{label} {key}")):
                yield TermSuggestion(facet.name, facet.label, key, label, counts[row])


def _studies(
    snapshot: Snapshot, begun: str, words: list[str], shown: Mask
) -> list[StudySuggestion]:
    slugs = snapshot.columns.slugs
    phrases = (phrase for phrase in snapshot.phrases.begun_by(begun) if shown[phrase.number])
    found: dict[str, StudySuggestion] = {}
    for phrase in sorted(phrases, key=lambda phrase: _likelihood(phrase, words)):
        # Two studies may bear one title: the first of them is as good.
        found.setdefault(
            phrase.text,
            StudySuggestion(phrase.text, slugs[phrase.number], phrase.is_question),
        )
    return list(found.values())


def _likelihood(phrase: Phrase, words: list[str]) -> tuple[bool, int, Phrase]:
    """What sorts phrases: those that begin as was typed come first, then the shortest."""
    held = words_of(phrase.text)
    return not _begin(words, held[: len(words)]), len(phrase.text), phrase


def _begin(words: list[str], held: list[str]) -> bool:
    """Whether every word begins one of those held."""
    return all(any(other.startswith(word) for other in held) for word in words)
