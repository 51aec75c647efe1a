"""Distinct queries of four kinds, made of the words of the corpus."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from indexer.passages import ANSWER
from kb.domain import SECTION_HEADINGS
from web.bench.grammar import Grammar, Source

SHORT, LONG, FILTERED, PHRASE = "short", "long", "filtered", "phrase"
KINDS = (SHORT, LONG, FILTERED, PHRASE)
# Of ten, what people are taken to type, in turn.
_MIX = (SHORT, FILTERED, SHORT, LONG, SHORT, PHRASE, SHORT, FILTERED, SHORT, LONG)
_LONGEST = 25
_TELLING = re.compile(r"[a-z]{4,}")
_WORDS_IN_A_ROW = re.compile(r"[A-Za-z]+(?: [A-Za-z]+){7,}")
# From those that most studies have to those that few have.
_FILTERS = (
    ("phase", "phases"),
    ("setting", "settings"),
    ("focus", "focus"),
    ("value", "values"),
    ("theme", "themes"),
    ("need", "needs"),
    ("subject", "subjects"),
    ("condition", "conditions"),
)
_ENDINGS = (
    "at a small school with mixed ages and few spare adults",
    "when mornings are the hardest part of the day for everyone",
    "without asking more of teachers who are tired already",
    "for the few who are furthest behind since last summer",
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: its text, and the filters of its address."""

    kind: str
    text: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def params(self) -> dict[str, list[str]]:
        """As `read_request` takes it."""
        found: dict[str, list[str]] = {"q": [self.text]}
        for name, key in self.filters:
            found.setdefault(name, []).append(key)
        return found

    @property
    def query_string(self) -> str:
        """As an address takes it."""
        return urlencode(self.params, doseq=True)


class Queries:
    """Hands out queries, none twice; the same seed gives the same ones in the same order."""

    def __init__(self, grammar: Grammar, content: Path, seed: int) -> None:
        """Take what queries are about.

        Args:
            grammar: the corpus is made of it.
            content: the corpus itself; phrases are taken from its files.
            seed: another one gives other queries.
        """
        self._grammar = grammar
        self._files = sorted((content / "case-studies").glob("*.md"))
        self._chance = random.Random(f"queries:{seed}")  # noqa: S311
        self._given: set[str] = set()
        self._making = {
            SHORT: self._short,
            LONG: self._long,
            FILTERED: self._filtered,
            PHRASE: self._phrase,
        }

    def of_kind(self, kind: str, number: int) -> list[Query]:
        """Queries of one kind."""
        return [self._fresh(kind) for _ in range(number)]

    def mixed(self, number: int) -> list[Query]:
        """Queries of all kinds, mixed as people are taken to ask."""
        return list(islice(self.endless(), number))

    def endless(self) -> Iterator[Query]:
        """Mixed queries, as many as are asked for."""
        while True:
            for kind in _MIX:
                yield self._fresh(kind)

    def _fresh(self, kind: str) -> Query:
        while True:
            query = self._making[kind]()
            # The model reads the text alone: two queries of one text would be one to a cache.
            if query.text not in self._given:
                self._given.add(query.text)
                return query

    def _source(self) -> Source:
        return self._chance.choice(self._grammar.sources)

    def _some_words(self, source: Source) -> str:
        heading = self._chance.choice(SECTION_HEADINGS)
        told = self._chance.choice(source.sections[heading]).filled(self._chance)
        words = _TELLING.findall(f"{source.title.filled(self._chance)} {told}".lower())
        number = min(self._chance.randint(1, 3), len(words))
        places = sorted(self._chance.sample(range(len(words)), number))
        return " ".join(words[place] for place in places)

    def _short(self) -> Query:
        return Query(SHORT, self._some_words(self._source()))

    def _long(self) -> Query:
        source = self._source()
        asked = source.sections[ANSWER] or [source.title]
        words = self._chance.choice(asked).filled(self._chance).rstrip("?.!").split()
        words += ["in", "Year", str(self._chance.randint(1, 13))]
        words += self._chance.choice(_ENDINGS).split()
        return Query(LONG, " ".join(words[:_LONGEST]))

    def _filtered(self) -> Query:
        source = self._source()
        held = [(name, str(key)) for name, field in _FILTERS for key in getattr(source.meta, field)]
        held += [("region", str(source.meta.region)), ("value", str(source.meta.values[0]))]
        number = min(self._chance.randint(1, 3), len(held))
        chosen = tuple(dict.fromkeys(self._chance.sample(held, number)))
        return Query(FILTERED, self._some_words(source), chosen)

    def _phrase(self) -> Query:
        while True:
            text = self._chance.choice(self._files).read_text(encoding="utf-8")
            runs = _WORDS_IN_A_ROW.findall(text.partition("\n---\n")[2])
            if not runs:
                continue
            words = self._chance.choice(runs).split()
            length = self._chance.randint(2, 4)
            start = self._chance.randrange(len(words) - length + 1)
            phrase = " ".join(words[start : start + length])
            if _TELLING.search(phrase):
                other = (
                    f" {self._some_words(self._source())}" if self._chance.random() < 0.5 else ""
                )
                return Query(PHRASE, f'"{phrase}"{other}')
