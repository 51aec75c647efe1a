"""Judged queries: what is malformed is named with file and line, what is unknown is counted."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from indexer.collection import (
    CorpusDocument,
    JudgedQuery,
    OffTopic,
    read_corpus,
    read_judgements,
    read_off_topic,
)
from kb.errors import CollectionInvalid

Rows = Sequence[Mapping[str, object]]

CORPUS: Rows = (
    {"_id": "d1", "title": "Quiet rooms", "text": "A room for anxious pupils."},
    {"_id": "d2", "title": "", "text": "Breakfast before the bell."},
    {"_id": "d3", "title": "Only a title"},
)
QUERIES: Rows = (
    {"_id": "q1", "text": "anxious pupils", "metadata": {}},
    {"_id": "q2", "text": "hungry", "kind": "keywords", "filters": {"need": ["ASD"]}},
)
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq2\td1\t0\n"
KNOWN = {"d1", "d2", "d3"}


def lines(rows: Rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound collection of three documents and two queries."""
    (tmp_path / "corpus.jsonl").write_text(lines(CORPUS))
    (tmp_path / "queries.jsonl").write_text(lines(QUERIES))
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    return tmp_path


def refused_corpus(folder: Path, text: str) -> str:
    (folder / "corpus.jsonl").write_text(text)
    with pytest.raises(CollectionInvalid) as refusal:
        read_corpus(folder)
    return str(refusal.value)


def refused_judgements(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    with pytest.raises(CollectionInvalid) as refusal:
        read_judgements(folder, "test", KNOWN)
    return str(refusal.value)


def test_documents_are_read_in_their_order(folder: Path) -> None:
    assert read_corpus(folder) == (
        [
            CorpusDocument("d1", "Quiet rooms", "A room for anxious pupils."),
            CorpusDocument("d2", "", "Breakfast before the bell."),
            CorpusDocument("d3", "Only a title", ""),
        ],
        0,
    )


def test_a_document_of_a_title_alone_is_an_ordinary_one(folder: Path) -> None:
    rows: Rows = [
        {"_id": "a", "title": "One", "text": ""},
        {"_id": "b", "title": "Two", "text": None},
    ]
    (folder / "corpus.jsonl").write_text(lines(rows))
    found, empty = read_corpus(folder)
    assert [(d.title, d.text) for d in found] == [("One", ""), ("Two", "")]
    assert empty == 0


def test_documents_with_neither_title_nor_text_are_counted_and_passed_over(folder: Path) -> None:
    rows: Rows = [
        {"_id": "a"},
        {"_id": "b", "title": " ", "text": "\n"},
        {"_id": "c", "text": None},
    ]
    (folder / "corpus.jsonl").write_text(lines([*rows, *CORPUS]))
    found, empty = read_corpus(folder)
    assert [document.id for document in found] == ["d1", "d2", "d3"]
    assert empty == 3


@pytest.mark.parametrize("text", ["", "\n\n", '{"_id": "a", "title": "", "text": ""}\n'])
def test_a_corpus_of_nothing_is_refused(folder: Path, text: str) -> None:
    said = refused_corpus(folder, text)
    assert str(folder / "corpus.jsonl") in said
    assert "no document" in said


MALFORMED = {
    "no JSON": "{",
    "two objects": '{"_id": "x"} {"_id": "y"}',
    "a list": '["x"]',
    "a text": '"x"',
    "null": "null",
    "no id": '{"text": "x"}',
    "a number for an id": '{"_id": 7, "text": "x"}',
    "an empty id": '{"_id": "", "text": "x"}',
    "a list for a text": '{"_id": "x", "text": ["x"]}',
    "a number for a text": '{"_id": "x", "text": 7}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_document_is_named_with_its_line(folder: Path, name: str) -> None:
    said = refused_corpus(folder, f"{lines(CORPUS)}\n{MALFORMED[name]}\n")
    assert said.startswith(f"{folder / 'corpus.jsonl'}:5: ")


@pytest.mark.parametrize("name", [*MALFORMED, "no text", "null for a text", "filters in a list"])
def test_a_malformed_query_is_named_with_its_line(folder: Path, name: str) -> None:
    more = {
        "no text": '{"_id": "x"}',
        "null for a text": '{"_id": "x", "text": null}',
        "filters in a list": '{"_id": "x", "text": "x", "filters": ["ASD"]}',
    }
    said = refused_judgements(
        folder, "queries.jsonl", f"{lines(QUERIES)}{(MALFORMED | more)[name]}\n"
    )
    assert said.startswith(f"{folder / 'queries.jsonl'}:3: ")


@pytest.mark.parametrize(
    "line", ["q1", "q1\td3", "q1 d3 1", "q1\td3\t", "q1\td3\tyes", "q1\td3\t1.5", "q1,d3,1"]
)
def test_a_malformed_judgement_is_named_with_its_line(folder: Path, line: str) -> None:
    said = refused_judgements(folder, "qrels/test.tsv", f"{QRELS}\n{line}\n")
    assert said.startswith(f"{folder / 'qrels/test.tsv'}:6: ")


def test_an_id_that_comes_twice_is_named_with_both_lines(folder: Path) -> None:
    said = refused_corpus(folder, lines([*CORPUS, {"_id": "d2", "text": "again"}]))
    assert said.startswith(f"{folder / 'corpus.jsonl'}:4: ")
    assert "“d2”" in said
    assert "line 2" in said
    (folder / "corpus.jsonl").write_text(lines(CORPUS))
    said = refused_judgements(folder, "queries.jsonl", lines([*QUERIES, QUERIES[0]]))
    assert said.startswith(f"{folder / 'queries.jsonl'}:3: ")


def test_a_document_judged_twice_for_a_query_is_named_with_both_lines(folder: Path) -> None:
    said = refused_judgements(folder, "qrels/test.tsv", f"{QRELS}q1\td1\t0\n")
    assert said.startswith(f"{folder / 'qrels/test.tsv'}:5: ")
    assert "line 2" in said


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CollectionInvalid, match=name.replace(".", r"\.")) as refusal:
        read_judgements(folder, "test", {document.id for document in read_corpus(folder)[0]})
    assert "qrels/SPLIT.tsv" in str(refusal.value)


def test_a_split_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(CollectionInvalid, match=r"dev\.tsv"):
        read_judgements(folder, "dev", KNOWN)


def test_a_folder_in_a_files_place_is_refused(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl").mkdir()
    with pytest.raises(CollectionInvalid, match=r"corpus\.jsonl"):
        read_corpus(folder)


def test_a_file_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "corpus.jsonl").write_bytes(b'{"_id": "x", "text": "caf\xe9"}\n')
    with pytest.raises(CollectionInvalid, match=r"corpus\.jsonl.*UTF-8"):
        read_corpus(folder)


def test_judged_queries_carry_grades_kind_and_filters(folder: Path) -> None:
    judged = read_judgements(folder, "test", KNOWN)
    assert judged.queries == (
        JudgedQuery("q1", "anxious pupils", {"d1": 2}),
        JudgedQuery("q2", "hungry", {"d2": 1, "d1": 0}, "keywords", {"need": ["ASD"]}),
    )
    assert (judged.unjudged, judged.unknown_queries, judged.unknown_documents) == (0, 0, 0)


@pytest.mark.parametrize("form", ["no header", "windows", "byte order mark", "no last line end"])
def test_judgements_are_read_in_every_usual_form(folder: Path, form: str) -> None:
    text, encoding = QRELS, "utf-8"
    if form == "no header":
        text = QRELS.partition("\n")[2]
    elif form == "windows":
        text = QRELS.replace("\n", "\r\n")
    elif form == "byte order mark":
        encoding = "utf-8-sig"
    else:
        text = QRELS.rstrip("\n")
    (folder / "qrels" / "test.tsv").write_bytes(text.encode(encoding))
    judged = read_judgements(folder, "test", KNOWN)
    assert [query.grades for query in judged.queries] == [{"d1": 2}, {"d2": 1, "d1": 0}]


def test_what_is_judged_but_not_there_is_counted_and_passed_over(folder: Path) -> None:
    text = f"{QRELS}q9\td1\t1\nq1\tgone\t3\nq1\tlost\t0\n"
    (folder / "qrels" / "test.tsv").write_text(text)
    judged = read_judgements(folder, "test", KNOWN)
    assert (judged.unknown_queries, judged.unknown_documents) == (1, 2)
    assert judged.queries[0].grades == {"d1": 2}


def test_queries_without_a_relevant_document_are_counted_and_passed_over(folder: Path) -> None:
    more = [{"_id": f"q{n}", "text": "x"} for n in (3, 4, 5)]
    (folder / "queries.jsonl").write_text(lines([*QUERIES, *more]))
    (folder / "qrels" / "test.tsv").write_text(f"{QRELS}q3\td1\t0\nq4\tgone\t3\n")
    judged = read_judgements(folder, "test", KNOWN)
    assert [query.id for query in judged.queries] == ["q1", "q2"]
    assert judged.unjudged == 3


NOTHING_TO_JUDGE_BY = {
    "nothing": "",
    "a header alone": "query-id\tcorpus-id\tscore\n",
    "zeros": "q1\td1\t0\nq2\td2\t0\n",
    "unknown documents": "q1\tgone\t1\n",
    "unknown queries": "q9\td1\t1\n",
}


@pytest.mark.parametrize("name", NOTHING_TO_JUDGE_BY)
def test_without_a_judged_query_there_is_nothing_to_measure(folder: Path, name: str) -> None:
    said = refused_judgements(folder, "qrels/test.tsv", NOTHING_TO_JUDGE_BY[name])
    assert str(folder / "qrels" / "test.tsv") in said
    assert "nothing to measure" in said


def test_a_collection_may_be_without_queries_off_topic(folder: Path) -> None:
    assert read_off_topic(folder) == []


def test_queries_off_topic_say_their_split(folder: Path) -> None:
    rows = [{"_id": "o1", "text": "pizza", "split": "held-out"}, {"_id": "o2", "text": "tax"}]
    (folder / "off_topic.jsonl").write_text(lines(rows))
    assert read_off_topic(folder) == [OffTopic("pizza", "held-out"), OffTopic("tax", "")]
    (folder / "off_topic.jsonl").write_text(f"{lines(rows)}pizza\n")
    with pytest.raises(CollectionInvalid, match=r"off_topic\.jsonl:3: "):
        read_off_topic(folder)
