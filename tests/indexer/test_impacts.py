"""The table of impacts: what Whoosh's postings say, as it was written, over several folders."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from whoosh import index as whoosh_index
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence

from indexer.bm25 import idf, saturated
from indexer.impacts import ImpactTable, write_impacts


class _Weights(FieldType):  # type: ignore[misc]
    """A Whoosh field of terms with weights."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: Mapping[str, float], **_: object) -> object:
        return ((term.encode(), 1, weight, b"") for term, weight in value.items())


def written(folder: Path, *documents: Mapping[str, float]) -> dict[str, int]:
    """Write a Whoosh index of these weights and its table; returns the row of each term."""
    folder.mkdir(exist_ok=True)
    created = whoosh_index.create_in(str(folder), Schema(words=_Weights()))
    writer = created.writer()
    for document in documents:
        writer.add_document(words=document)
    writer.commit(optimize=True)
    with created.reader() as reader:
        return write_impacts(folder, reader, "words")


def reopened(folder: Path, *documents: Mapping[str, float]) -> ImpactTable:
    written(folder, *documents)
    return ImpactTable([folder], [len(documents)])


def row(table: ImpactTable, term: str) -> list[Sequence[float]]:
    return [part.tolist() for part in table.row(term)]


def worth(*weights: float) -> list[float]:
    return [float(weight) for weight in saturated(np.array(weights))]


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    table = reopened(tmp_path, {"ⅳ": 2.0}, {"=y6": 1.5}, {"ⅳ": 0.25})
    assert row(table, "=y6") == [[1], worth(1.5)]
    assert row(table, "ⅳ") == [[0, 2], worth(2.0, 0.25)]
    assert table.row("ⅳ")[1].dtype == np.float32
    assert "ⅳ" in table
    assert "数" not in table


def test_the_rows_of_terms_are_those_of_the_table_in_the_order_of_whoosh(tmp_path: Path) -> None:
    rows = written(tmp_path, {"pager": 1.0, "gate": 1.0}, {"=y6": 1.0})
    assert rows == {"=y6": 0, "gate": 1, "pager": 2}
    assert ImpactTable([tmp_path], [2]).rows(0) == rows


@pytest.mark.parametrize("term", ["zebra", "", "gat", "gate ", "GATE", "\n"])
def test_a_term_that_no_document_holds_has_an_empty_row_and_weighs_most(
    tmp_path: Path, term: str
) -> None:
    table = reopened(tmp_path, {"gate": 1.0}, {"gate": 1.0, "lunch": 1.0})
    assert term not in table
    assert row(table, term) == [[], []]
    assert table.weight(term) > table.weight("lunch") > table.weight("gate") > 0


def test_a_table_without_terms_can_be_opened(tmp_path: Path) -> None:
    table = reopened(tmp_path, {}, {})
    assert "" not in table
    assert row(table, "") == [[], []]
    assert table.weight("gate") > 0
    assert table.rows(0) == {}


def test_a_table_without_documents_can_be_opened(tmp_path: Path) -> None:
    table = reopened(tmp_path)
    assert row(table, "gate") == [[], []]


def test_documents_are_numbered_on_through_the_folders(tmp_path: Path) -> None:
    base, recent = tmp_path / "base", tmp_path / "recent"
    written(base, {"gate": 1.0}, {"lunch": 2.0}, {"gate": 3.0})
    written(recent, {"pager": 0.5}, {"gate": 2.0, "pager": 4.0})
    table = ImpactTable([base, recent], [3, 2])
    assert row(table, "gate") == [[0, 2, 4], worth(1.0, 3.0, 2.0)]
    assert row(table, "lunch") == [[1], worth(2.0)]
    assert row(table, "pager") == [[3, 4], worth(0.5, 4.0)]
    assert table.row("gate")[1].dtype == table.row("zebra")[1].dtype == np.float32
    assert "pager" in table
    assert table.rows(1) == {"gate": 0, "pager": 1}


def test_a_term_weighs_what_all_folders_together_make_it_weigh(tmp_path: Path) -> None:
    base, recent = tmp_path / "base", tmp_path / "recent"
    written(base, {"gate": 1.0}, {"lunch": 2.0}, {"gate": 3.0})
    written(recent, {"gate": 2.0, "pager": 4.0})
    table = ImpactTable([base, recent], [3, 1])
    held = [table.weight(term) for term in ("gate", "lunch", "pager", "zebra")]
    assert held == [idf(4, 3), idf(4, 1), idf(4, 1), idf(4, 0)]
