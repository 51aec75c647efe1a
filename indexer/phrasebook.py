"""Titles and answered questions by the beginnings of their words, for whoever is still typing.

SQLite's full-text index holds nothing in memory and finds the beginnings of words quickly; one is
written with each part of a snapshot.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from indexer.documents import Document

_NAME = "phrases.sqlite"
# Of these, the ones that may be shown and fit best are taken.
_LOOKED_AT = 200
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12


class Phrase(NamedTuple):
    """A title or a question of a study, by the study's number."""

    text: str
    is_question: bool
    number: int


def words_of(text: str) -> list[str]:
    """The words of a text, folded: case and accents do not matter."""
    plain = unicodedata.normalize("NFKD", text)
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).casefold())


def write_phrases(folder: Path, documents: Sequence[Document]) -> None:
    """Write the phrases of a part's documents, which are numbered from 0."""
    phrases = sorted(_phrases(documents), key=lambda phrase: (len(phrase.text), phrase))
    with closing(sqlite3.connect(folder / _NAME)) as store, store:
        # Rows are found in their order: the shortest, which are the likeliest, first.
        store.execute(
            "CREATE VIRTUAL TABLE phrase USING fts5(text, is_question UNINDEXED, number UNINDEXED,"
            " tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
        )
        store.executemany("INSERT INTO phrase VALUES (?, ?, ?)", phrases)


def _phrases(documents: Sequence[Document]) -> Iterator[Phrase]:
    for number, document in enumerate(documents):
        yield Phrase(document.meta.title, False, number)
        for question in document.meta.answers:
            yield Phrase(question, True, number)


class Phrasebook:
    """The phrases of one or more parts; documents are numbered on through them.

    A part is opened for each look, which takes a fraction of a millisecond: nothing is shared by
    threads or left open. One that was removed meanwhile has none.
    """

    def __init__(self, folders: Sequence[Path], counts: Sequence[int]) -> None:
        """Take the parts' folders, and how many documents each has."""
        self._parts = list(zip(folders, accumulate((0, *counts)), strict=False))

    def begun_by(self, text: str) -> Iterator[Phrase]:
        """The shortest phrases in which every typed word begins a word."""
        words = words_of(text)[:_MOST_WORDS]
        wanted = " ".join(f'"{word}"*' for word in words)
        for folder, first in self._parts if words else ():
            for phrase, is_question, number in _rows(folder / _NAME, wanted):
                yield Phrase(phrase, bool(is_question), number + first)


def _rows(path: Path, wanted: str) -> list[tuple[str, int, int]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as store:
            return store.execute(
                "SELECT text, is_question, number FROM phrase WHERE phrase MATCH ?"
                " ORDER BY rowid LIMIT ?",
                (wanted, _LOOKED_AT),
            ).fetchall()
    except sqlite3.OperationalError:
        return []
