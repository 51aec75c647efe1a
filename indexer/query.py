"""What people type into the box, taken apart: words, "phrases", -exclusions, value:equity.

Whoosh's parser with only the operators that teachers use; an operator that makes no sense where
it stands is a character like any other, never an error.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import QueryParser
from whoosh.qparser.plugins import FieldsPlugin, PhrasePlugin, PlusMinusPlugin, WhitespacePlugin
from whoosh.qparser.syntax import AndNotGroup, GroupNode, SyntaxNode, TextNode

from indexer.analysis import words
from indexer.facets import FACETS

_QUOTES = str.maketrans("“”„«»", '"""""')
# Nobody can type it as the name of a filter.
_TEXT = "¤"
_NEVER = r"(?!)"
_FIELD = r"(?<![^\s-])(?P<text>[\w-]+):(?=\S)"
# Before a word or a phrase; a hyphen inside a word or between spaces is none.
_MINUS = r"(?<!\S)-(?=[^\W_]|\")"
# Without any of these, a query is words and nothing else.
_OPERATOR = re.compile(rf"[:\"“”„«»]|{_MINUS}")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query by its parts.

    Attributes:
        text: what is asked for in words, phrases included, without quotes.
        phrases: what must stand so, as plain words in order.
        excluded: what must not stand there, likewise.
        filters: what was typed as `name:value`, raw, by facet name.
        refused: filters with a minus, which there are not.
    """

    text: str
    phrases: tuple[tuple[str, ...], ...]
    excluded: tuple[tuple[str, ...], ...]
    filters: Mapping[str, tuple[str, ...]]
    refused: tuple[str, ...] = ()


def parse(raw: str) -> ParsedQuery:
    """Take a query apart."""
    if not _OPERATOR.search(raw):
        # Whoosh would find the same, and take longer than all of the index.
        return ParsedQuery(" ".join(raw.split()), (), (), {})
    wanted: list[str] = []
    refused: list[str] = []
    phrases = []
    excluded = []
    filters: dict[str, list[str]] = {}
    names = _names()
    for node, is_excluded in _leaves(_parser().process(_ready(raw)), excluded=False):
        text = node.text.strip('"')
        plain = tuple(word.plain for word in words(text) if word.plain)
        if node.fieldname in names:
            if is_excluded:
                refused.append(f"-{node.fieldname}:{text}")
                continue
            filters.setdefault(names[node.fieldname], []).append(text)
        elif is_excluded:
            excluded += [plain] if plain else []
        else:
            wanted.append(text)
            if isinstance(node, PhrasePlugin.PhraseNode) and plain:
                phrases.append(plain)
    return ParsedQuery(
        " ".join(filter(None, wanted)),
        tuple(phrases),
        tuple(excluded),
        {name: tuple(values) for name, values in filters.items()},
        tuple(refused),
    )


def without_filters(raw: str) -> str:
    """The query as it was typed, without what became filters."""
    if not _OPERATOR.search(raw):
        return " ".join(raw.split())
    spans = [
        (node.startchar - len(node.fieldname) - (2 if excluded else 1), node.endchar)
        for node, excluded in _leaves(_parser().process(_ready(raw)), excluded=False)
        if node.fieldname in _names()
    ]
    for start, end in reversed(spans):
        raw = raw[:start] + raw[end:]
    return " ".join(raw.split())


def _ready(raw: str) -> str:
    """The query with straight quotes, and names of filters in lower case; of the same length."""

    def lowered(found: re.Match[str]) -> str:
        return found[0].lower() if found["text"].lower().lstrip("-") in _names() else found[0]

    return re.sub(_FIELD, lowered, raw.translate(_QUOTES))


def _leaves(node: SyntaxNode, *, excluded: bool) -> Iterator[tuple[TextNode, bool]]:
    """Words and phrases in order, each with whether it is excluded."""
    if not isinstance(node, GroupNode):
        yield node, excluded
        return
    for place, child in enumerate(node):
        # AndNot holds what is wanted, then what is not.
        inner = excluded or (isinstance(node, AndNotGroup) and place == 1)
        yield from _leaves(child, excluded=inner)


@cache
def _names() -> Mapping[str, str]:
    """Facet names by how they may be typed."""
    return {
        typed: facet.name
        for facet in FACETS
        for typed in (facet.name, facet.name.replace("_", "-"))
    }


@cache
def _parser() -> QueryParser:
    schema = Schema(**{_TEXT: TEXT}, **dict.fromkeys(_names(), ID))
    return QueryParser(
        _TEXT,
        schema,
        plugins=[
            WhitespacePlugin(),
            PhrasePlugin(),
            PlusMinusPlugin(plusexpr=_NEVER, minusexpr=_MINUS),
            FieldsPlugin(_FIELD, remove_unknown=True),
        ],
    )
