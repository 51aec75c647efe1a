"""Rows in one file: each comes back as it went in, whatever it holds."""

import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.records import Records, write_records


def written(folder: Path, rows: list[Any]) -> Records[Any]:
    assert write_records(folder, "rows", iter(rows)) == len(rows)
    return Records(folder, "rows", object)


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        )
    )
)
def test_rows_come_back_as_they_went_in(rows: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        records = written(Path(folder), rows)
        assert [records[number] for number in range(len(records))] == rows


def test_no_rows_are_a_file_too(tmp_path: Path) -> None:
    assert len(written(tmp_path, [])) == 0


def test_a_row_keeps_what_ends_lines(tmp_path: Path) -> None:
    row = "one\ntwo\r\u2028three\u0085\0"
    assert written(tmp_path, [row, "next"])[0] == row


@pytest.mark.parametrize("number", [2, 100])
def test_a_row_that_is_not_there_is_an_error(tmp_path: Path, number: int) -> None:
    with pytest.raises(IndexError):
        written(tmp_path, ["one", "two"])[number]


def test_threads_share_a_file(tmp_path: Path) -> None:
    records = written(tmp_path, [[number] * 50 for number in range(500)])
    wrong: list[int] = []

    def read_all() -> None:
        wrong.extend(n for n in range(len(records)) if records[n] != [n] * 50)

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
