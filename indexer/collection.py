"""Collections of judged queries in BEIR layout: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.facets import BY_NAME
from kb.errors import CollectionInvalid

_HEADER = "query-id"


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document of a corpus; one of title and text may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the grade of each document that was judged for it; 0 means not relevant.

    Attributes:
        kind: what sort of query it is, if the collection says.
        filters: keys by facet name, where the search is to be narrowed.
    """

    id: str
    text: str
    grades: Mapping[str, int]
    kind: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgements:
    """The queries of a split that have judgements, and what was passed over.

    Attributes:
        unjudged: queries without a judgement in this split.
        unknown_queries: judgements of queries that are not there.
        unknown_documents: judgements of documents that are not there.
    """

    queries: tuple[JudgedQuery, ...]
    unjudged: int
    unknown_queries: int
    unknown_documents: int


@dataclass(frozen=True, slots=True)
class OffTopic:
    """A query that nothing should be found for, and whether a floor was calibrated on it."""

    text: str
    split: str


def read_corpus(folder: Path) -> tuple[list[CorpusDocument], int]:
    """The documents of `corpus.jsonl`, and how many with neither title nor text were passed over.

    Raises:
        CollectionInvalid: the file is missing, a line is malformed, an id comes twice.
    """
    documents = []
    empty = 0
    for path, line, row in _rows(folder / "corpus.jsonl"):
        title, text = (_text(path, line, row, name, default="") for name in ("title", "text"))
        if title.strip() or text.strip():
            documents.append(CorpusDocument(row["_id"], title.strip(), text.strip()))
        else:
            empty += 1
    if not documents:
        raise CollectionInvalid(f"{folder / 'corpus.jsonl'} holds no document.")
    return documents, empty


def read_judgements(folder: Path, split: str, documents: set[str]) -> Judgements:
    """The judged queries of a split.

    Args:
        folder: holds `queries.jsonl` and `qrels/`.
        split: the name of the file in `qrels/`, without its ending.
        documents: the ids that may be judged; judgements of others are counted and passed over.

    Raises:
        CollectionInvalid: a file is missing, a line is malformed, an id comes twice, or no query
            is left to judge by.
    """
    texts = {}
    for path, line, row in _rows(folder / "queries.jsonl"):
        filters = row.get("filters", {})
        if not _are_filters(filters):
            raise CollectionInvalid(
                f"{path}:{line}: filters must name lists of keys, by {', '.join(BY_NAME)}."
            )
        texts[row["_id"]] = (_text(path, line, row, "text"), str(row.get("kind", "")), filters)
    grades: dict[str, dict[str, int]] = {}
    unknown_queries = unknown_documents = 0
    for query, document, grade in _grades(folder / "qrels" / f"{split}.tsv"):
        if query not in texts:
            unknown_queries += 1
        elif document not in documents:
            unknown_documents += 1
        else:
            grades.setdefault(query, {})[document] = grade
    queries = tuple(
        JudgedQuery(query, text, grades[query], kind, filters)
        for query, (text, kind, filters) in texts.items()
        if any(grade > 0 for grade in grades.get(query, {}).values())
    )
    if not queries:
        raise CollectionInvalid(
            f"{folder / 'qrels' / f'{split}.tsv'} judges no document of the corpus as relevant to "
            "a query of queries.jsonl, so there is nothing to measure."
        )
    return Judgements(queries, len(texts) - len(queries), unknown_queries, unknown_documents)


def read_off_topic(folder: Path) -> list[OffTopic]:
    """The queries of `off_topic.jsonl`, if the collection has one."""
    if not (folder / "off_topic.jsonl").exists():
        return []
    return [
        OffTopic(_text(path, line, row, "text"), str(row.get("split", "")))
        for path, line, row in _rows(folder / "off_topic.jsonl")
    ]


def _are_filters(filters: object) -> bool:
    return isinstance(filters, dict) and all(
        name in BY_NAME and isinstance(keys, list) and all(isinstance(key, str) for key in keys)
        for name, keys in filters.items()
    )


def _rows(path: Path) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """The objects of a JSON-lines file, each with its line; empty lines are passed over."""
    first_line: dict[str, int] = {}
    for line, text in _lines(path):
        try:
            row = json.loads(text)
        except ValueError as error:
            raise CollectionInvalid(f"{path}:{line}: is not JSON: {error}.") from error
        if not isinstance(row, dict) or not isinstance(row.get("_id"), str) or not row["_id"]:
            raise CollectionInvalid(f'{path}:{line}: needs an object with "_id", a text.')
        before = first_line.setdefault(row["_id"], line)
        if before != line:
            raise CollectionInvalid(
                f"{path}:{line}: the id “{row['_id']}” is that of line {before} already."
            )
        yield path, line, row


def _grades(path: Path) -> Iterator[tuple[str, str, int]]:
    seen: dict[tuple[str, str], int] = {}
    for line, text in _lines(path):
        parts = text.split("\t")
        if line == 1 and parts[0] == _HEADER:
            continue
        try:
            query, document, grade = parts[0], parts[1], int(parts[2])
        except (IndexError, ValueError) as error:
            raise CollectionInvalid(
                f"{path}:{line}: needs a query, a document and a whole number, with tabs between."
            ) from error
        before = seen.setdefault((query, document), line)
        if before != line:
            raise CollectionInvalid(
                f"{path}:{line}: “{document}” was judged for “{query}” in line {before} already."
            )
        yield query, document, grade


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise CollectionInvalid(
            f"{path} cannot be read ({error.strerror}). A collection needs corpus.jsonl, "
            "queries.jsonl and qrels/SPLIT.tsv."
        ) from error
    except UnicodeDecodeError as error:
        raise CollectionInvalid(f"{path} is not UTF-8 text: {error}.") from error


def _text(
    path: Path, line: int, row: Mapping[str, Any], name: str, default: str | None = None
) -> str:
    value = row.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise CollectionInvalid(f"{path}:{line}: “{name}” must be a text.")
    return value
