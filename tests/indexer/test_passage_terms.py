"""Terms of passages: what is kept of them, and what is asked of it."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.passage_terms import PassageTerms, write_passage_terms

ROWS = {"gate": 0, "late": 1, "pager": 2, "=3": 3}
PASSAGES = [["gate", "late", "gate"], [], ["pager", "=3", "unheard"], ["late"]]


def opened(folder: Path, passages: list[list[str]] = PASSAGES) -> PassageTerms:
    """Each term spans ten code points after the one before it."""
    mentions = [[(term, 10 * n, 10 * n + 4) for n, term in enumerate(p)] for p in passages]
    write_passage_terms(folder, mentions, ROWS)
    return PassageTerms(folder)


def held(terms: PassageTerms, passages: range, *wanted: str) -> list[int]:
    rows = np.array([ROWS[term] for term in wanted], dtype=np.int32)
    return [int(count) for count in terms.held(np.array(passages, dtype=np.int64), rows)]


def spans(terms: PassageTerms, passage: int, wanted: NDArray[np.int32]) -> list[tuple[int, int]]:
    [found] = terms.spans(np.array([passage]), wanted)
    return found


def test_a_term_counts_once_however_often_it_stands(tmp_path: Path) -> None:
    assert held(opened(tmp_path), range(4), "gate", "late") == [2, 0, 0, 1]


def test_only_the_range_that_is_asked_for_is_counted(tmp_path: Path) -> None:
    terms = opened(tmp_path)
    assert held(terms, range(2, 4), "late", "pager", "=3") == [2, 1]
    assert held(terms, range(1, 2), "late") == [0]


def test_every_mention_is_found_where_it_stands(tmp_path: Path) -> None:
    terms = opened(tmp_path)
    wanted = np.array([ROWS["gate"], ROWS["pager"]], dtype=np.int32)
    assert spans(terms, 0, wanted) == [(0, 4), (20, 24)]
    assert spans(terms, 1, wanted) == []
    assert spans(terms, 2, wanted) == [(0, 4)]


def test_a_term_that_ends_one_passage_and_begins_the_next_counts_in_both(tmp_path: Path) -> None:
    assert held(opened(tmp_path, [["late"], ["late"], []]), range(3), "late") == [1, 1, 0]


def test_nothing_wanted_is_nothing_held(tmp_path: Path) -> None:
    assert held(opened(tmp_path), range(4)) == [0, 0, 0, 0]


def test_no_passages_can_be_written_and_opened(tmp_path: Path) -> None:
    terms = opened(tmp_path, [])
    assert len(terms) == 0
    assert held(terms, range(0), "gate") == []


@given(st.lists(st.lists(st.sampled_from(sorted(ROWS)))), st.sets(st.sampled_from(sorted(ROWS))))
def test_counts_are_those_of_sets(
    tmp_path_factory: object, passages: list[list[str]], wanted: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("terms")  # type: ignore[attr-defined]
    terms = opened(folder, passages)
    expected = [len(wanted & set(passage)) for passage in passages]
    assert held(terms, range(len(passages)), *wanted) == expected


def test_a_term_of_a_large_table_is_not_taken_for_another(tmp_path: Path) -> None:
    rows = {f"term{n}": n for n in range(301)}
    write_passage_terms(tmp_path, [[("term44", 70_000, 70_006)]], rows)
    terms = PassageTerms(tmp_path)
    assert spans(terms, 0, np.array([300], dtype=np.int32)) == []
    assert spans(terms, 0, np.array([44], dtype=np.int32)) == [(70_000, 70_006)]
