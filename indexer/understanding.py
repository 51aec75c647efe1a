"""What a query means to one index: the terms to look up, the text for the model, what to say."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from indexer.analysis import Joined, Word, joined_forms, words
from indexer.everyday import frequency, mean_frequency
from indexer.fusion import words_weight
from indexer.keyword import QueryWords
from indexer.lexicon import Lexicon, Mention
from indexer.query import ParsedQuery, parse
from indexer.spelling import Speller
from kb.synonyms import ShortForm

# How much a synonym counts beside the words typed; where no study has those, it counts in full.
# nDCG@10 on tests/golden at 0, .3, .5, .7, 1: .662, .687, .696, .701, .704 (2026-11-23); short of
# 1, so that the words typed count for more. What the model reads besides gives .006 more.
SYNONYM = 0.7
# How much the key stage of a year counts beside the year, and a synonym of either.
BROADER = 0.3
# How much the likely spelling counts of a word that no study has: nDCG@10 of misspelt queries in
# tests/golden rises from .78 to .93 (2026-11-23).
RESPELT = 0.7
_SHOWN_FORMS = 3
# Words as frequent as this, on the Zipf scale, are not highlighted: how, do, get, any, I.
_NOT_SHOWN = 6.0


@dataclass(frozen=True, slots=True)
class Need:
    """A query as the index understands it.

    Attributes:
        words: what to look up.
        words_weight: how much word scores count beside meaning.
        for_model: what the model reads.
        phrases: what must stand in a study so, as plain words in order.
        excluded: what must not, likewise; a single word in any of its forms.
        names: what stands behind each term that is looked up, as people write it.
        highlights: the terms whose words are shown highlighted: not the key stage of a year, which
            every other year of it mentions too, nor everyday words if there are others.
        also_searched: what was looked up besides, as people write it.
        short_forms: short forms of several meanings, and the one that was taken, if any.
        respelt: the query with its likely misspellings mended, or None.
        key: what two queries that mean the same share.
    """

    words: QueryWords
    words_weight: float
    for_model: str
    phrases: tuple[tuple[str, ...], ...]
    excluded: tuple[tuple[str, ...], ...]
    names: Mapping[str, str]
    highlights: frozenset[str]
    also_searched: tuple[str, ...]
    short_forms: tuple[ShortForm, ...]
    respelt: str | None
    key: frozenset[str | tuple[str, ...]]


def understand(raw: str, lexicon: Lexicon, table: Container[str], speller: Speller) -> Need:
    """Bring a query to the terms of an index.

    Args:
        raw: the query as it was typed.
        lexicon: the synonyms that the index was made with.
        table: says which terms the index has.
        speller: knows the words of the index.
    """
    parsed = parse(raw)
    typed = words(parsed.text)
    mentions = lexicon.of_query(typed)
    replaced = {n for m in mentions if m.replaces for n in range(m.first, m.end)}
    weights: dict[str, float] = {}
    names: dict[str, str] = {}
    units: dict[str, tuple[str, ...]] = {}
    joined = list(joined_forms(typed))
    for form in joined:
        weights[form.stem] = SYNONYM
        names[form.stem] = form.plain
    for place, word in enumerate(typed):
        if word.stem and place not in replaced:
            alternatives = [m.concept for m in mentions if m.first <= place < m.end]
            alternatives += [form.stem for form in joined if form.first <= place < form.end]
            if word.stem not in table and (meant := speller.correction(word)) is not None:
                stem = words(meant)[0].stem
                weights[stem] = max(weights.get(stem, 0.0), RESPELT)
                names[stem] = meant
                alternatives.append(stem)
            weights[word.stem] = 1.0
            names[word.stem] = word.raw
            units[word.stem] = _unit(word.stem, alternatives, table)
    for mention in mentions:
        weights[mention.concept] = _mention_weight(mention, typed, replaced, table)
        names[mention.concept] = mention.head
        if mention.replaces:
            units[mention.concept] = (mention.concept,)
        if mention.broader is not None:
            weights.setdefault(mention.broader, BROADER)
            names.setdefault(mention.broader, f"key stage {mention.broader[-1]}")
    return Need(
        words=QueryWords(weights, tuple(units.values())),
        words_weight=words_weight(mean_frequency(w.plain for w in typed if w.stem)),
        for_model=_for_model(parsed.text, mentions),
        phrases=parsed.phrases,
        excluded=parsed.excluded,
        names=names,
        highlights=_highlights(names, typed, mentions),
        also_searched=_also_searched(mentions),
        short_forms=tuple(form for form, _ in lexicon.short_forms(typed)),
        respelt=speller.corrected(raw),
        key=_key(parsed, typed, mentions, joined),
    )


def _highlights(
    names: Mapping[str, str], typed: Sequence[Word], mentions: Sequence[Mention]
) -> frozenset[str]:
    everyday = {word.stem for word in typed if frequency(word.plain) >= _NOT_SHOWN}
    shown = frozenset(names) - {m.broader for m in mentions if m.broader}
    return shown - everyday or shown


def _key(
    parsed: ParsedQuery,
    typed: Sequence[Word],
    mentions: Sequence[Mention],
    joined: Sequence[Joined],
) -> frozenset[str | tuple[str, ...]]:
    spans = [(m.first, m.end) for m in mentions] + [(form.first, form.end) for form in joined]
    covered = {n for first, end in spans for n in range(first, end)}
    stems = (word.stem for n, word in enumerate(typed) if word.stem and n not in covered)
    concepts = (mention.concept for mention in mentions)
    without = (("-", *words) for words in parsed.excluded)
    return frozenset(
        {*stems, *concepts, *(form.stem for form in joined), *parsed.phrases, *without}
    )


def _unit(stem: str, alternatives: Sequence[str], table: Container[str]) -> tuple[str, ...]:
    """A typed word and what answers it as well; measured by the one that the index knows."""
    known = [term for term in alternatives if term in table]
    if stem not in table and known:
        return tuple(known)
    return (stem, *known)


def _mention_weight(
    mention: Mention, typed: Sequence[Word], replaced: set[int], table: Container[str]
) -> float:
    if mention.replaces:
        return 1.0
    if replaced.issuperset(range(mention.first, mention.end)):
        return BROADER
    held = any(word.stem in table for word in typed[mention.first : mention.end] if word.stem)
    return SYNONYM if held else 1.0


def _for_model(text: str, mentions: Sequence[Mention]) -> str:
    """The text and, in brackets, the usual name of what it mentions under other names."""
    names = [m.head for m in mentions if m.head.casefold() not in text.casefold()]
    return f"{text} ({', '.join(names)})" if names else text


def _also_searched(mentions: Sequence[Mention]) -> tuple[str, ...]:
    forms = (form for mention in mentions for form in mention.others[:_SHOWN_FORMS])
    return tuple(dict.fromkeys(forms))
