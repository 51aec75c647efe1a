"""Candidates: what a search by codes looks at, and what it says of what it did not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer import candidates
from indexer.candidates import nearest
from indexer.floor import floor_for
from indexer.snapshots import SnapshotStore
from indexer.textindex import Matches, TextIndex
from tests.fakes import WordEncoder

QUERIES = [
    *("attendance", "reading", "teaching assistants", "autism and anxiety", "year 6 maths"),
    *("how do we talk to families about attendance", "breakfast club", "speech and language"),
]


def taken(distances: list[int], wanted: list[bool], depth: int) -> tuple[list[int], int | None]:
    """The numbers of what is taken, and how far it reaches."""
    found, farthest = nearest(
        np.array(distances, dtype=np.int32), np.array(wanted, dtype=np.bool_), depth
    )
    return np.flatnonzero(found).tolist(), farthest


# The nearest


def test_of_nothing_nothing_is_taken() -> None:
    assert taken([], [], 3)[0] == []
    assert taken([4, 2], [False, False], 3)[0] == []


def test_the_nearest_are_taken_and_how_far_they_reach_is_told() -> None:
    assert taken([5, 1, 9, 3], [True] * 4, 2) == ([1, 3], 3)


def test_what_is_as_near_as_the_last_is_taken_too() -> None:
    assert taken([3, 1, 3, 4, 3], [True] * 5, 2) == ([0, 1, 2, 4], 3)


def test_where_few_are_wanted_all_of_them_are_taken() -> None:
    assert taken([5, 1, 9, 3], [True, False, True, False], 3)[0] == [0, 2]
    assert taken([5, 1, 9, 3], [True] * 4, 4) == ([0, 1, 2, 3], None)


def test_what_is_not_wanted_is_not_taken_and_takes_no_place() -> None:
    assert taken([1, 1, 2, 7, 8], [False, False, False, True, True], 1) == ([3], 7)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=40), st.integers(1, 50))
def test_enough_are_taken_and_none_left_out_is_as_near(
    passages: list[tuple[int, bool]], depth: int
) -> None:
    distances, wanted = [d for d, _ in passages], [w for _, w in passages]
    numbers, farthest = taken(distances, wanted, depth)
    assert all(wanted[number] for number in numbers)
    assert len(numbers) >= min(depth, sum(wanted))
    left_out = {n for n, w in enumerate(wanted) if w} - set(numbers)
    if farthest is None:
        assert not left_out
        return
    assert all(distances[n] <= farthest for n in numbers)
    assert all(distances[n] > farthest for n in left_out)
    # No more than it takes: without those at the farthest, there would be too few.
    assert sum(distances[n] < farthest for n in numbers) < depth or not numbers


# Over the shipped studies


@pytest.fixture(scope="module")
def all_compared(shipped_store: SnapshotStore) -> TextIndex:
    return TextIndex(shipped_store.current())


@pytest.fixture(scope="module")
def by_codes(shipped_store: SnapshotStore) -> TextIndex:
    return TextIndex(shipped_store.current(), exact=0)


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few are looked at that much is left out of so small a library."""
    monkeypatch.setattr(nearest, "__defaults__", (20,))
    monkeypatch.setattr("indexer.textindex.BY_WORDS", 4)


def matched(index: TextIndex, text: str, within: NDArray[np.bool_] | None = None) -> Matches:
    need = index.understand(text)
    return index.match(need, WordEncoder().encode([need.for_model])[0], within)


def first(values: NDArray[np.floating], count: int) -> list[int]:
    numbers: list[int] = np.argsort(-values, kind="stable")[:count].tolist()
    return numbers


def test_where_all_passages_are_compared_all_documents_are_looked_at(
    all_compared: TextIndex,
) -> None:
    matches = matched(all_compared, "attendance")
    assert matches.looked_at.all()
    assert matches.reach == -1.0
    assert not floor_for("words").may_miss(matches)


@pytest.mark.parametrize("text", QUERIES)
def test_deep_enough_codes_find_what_comparing_all_finds(
    all_compared: TextIndex, by_codes: TextIndex, text: str
) -> None:
    exact, coarse = matched(all_compared, text), matched(by_codes, text)
    assert first(coarse.scores, 10) == first(exact.scores, 10)
    seen = coarse.looked_at
    np.testing.assert_allclose(coarse.passage[seen], exact.passage[seen], atol=1e-6)
    np.testing.assert_allclose(coarse.whole[seen], exact.whole[seen], atol=1e-6)
    np.testing.assert_allclose(coarse.like_best[seen], exact.like_best[seen], atol=1e-6)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.usefixtures("shallow")
def test_codes_look_at_the_best_documents(
    all_compared: TextIndex, by_codes: TextIndex, text: str
) -> None:
    exact, coarse = matched(all_compared, text), matched(by_codes, text)
    assert 0 < np.count_nonzero(coarse.looked_at) < len(by_codes) / 2
    assert coarse.looked_at[first(exact.scores, 2)].all()
    assert first(coarse.scores, 1) == first(exact.scores, 1)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.usefixtures("shallow")
def test_the_best_by_words_are_looked_at_however_far(by_codes: TextIndex, text: str) -> None:
    matches = matched(by_codes, text)
    by_words = [n for n in first(matches.words.scores, 4) if matches.words.scores[n] > 0]
    assert by_words
    assert matches.looked_at[by_words].all()


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.usefixtures("shallow")
def test_what_was_not_looked_at_is_no_nearer_than_what_was(by_codes: TextIndex, text: str) -> None:
    matches = matched(by_codes, text)
    seen = matches.looked_at
    for values in (matches.passage, matches.sentence, matches.whole, matches.like_best):
        assert values[~seen].max() <= values[seen].min()


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.usefixtures("shallow")
def test_filters_have_their_own_nearest_looked_at(
    all_compared: TextIndex, by_codes: TextIndex, text: str, seed: int
) -> None:
    within = np.random.default_rng(seed).random(len(by_codes)) < 0.3
    exact, coarse = matched(all_compared, text), matched(by_codes, text, within)
    best_of_wanted = first(np.where(within, exact.passage, -2.0), 3)
    assert coarse.looked_at[best_of_wanted].all()
    assert (coarse.looked_at & within).sum() >= (matched(by_codes, text).looked_at & within).sum()


@pytest.mark.usefixtures("shallow")
def test_a_filter_that_leaves_few_has_all_of_them_looked_at(by_codes: TextIndex) -> None:
    within = np.zeros(len(by_codes), dtype=np.bool_)
    within[[0, 1]] = True
    for text in QUERIES:
        assert matched(by_codes, text, within).looked_at[[0, 1]].all()


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.usefixtures("shallow")
def test_what_is_nearer_than_the_reach_was_looked_at(
    all_compared: TextIndex, by_codes: TextIndex, text: str
) -> None:
    exact, coarse = matched(all_compared, text), matched(by_codes, text)
    assert -1.0 < coarse.reach < 1.0
    # A code tells a cosine to about a tenth.
    assert coarse.looked_at[exact.passage > coarse.reach + 0.15].all()
    assert coarse.passage[coarse.looked_at].max() > coarse.reach


@pytest.mark.usefixtures("shallow")
def test_it_is_told_where_more_might_be_found(by_codes: TextIndex) -> None:
    matches = matched(by_codes, "attendance")
    floor = replace(floor_for("words"), ratio=0.0)
    assert floor.may_miss(replace(matches, reach=0.1))
    assert not floor.may_miss(replace(matches, reach=-0.1))
    assert floor.may_miss(matches) == (matches.reach >= 0.0)


def test_the_constants_leave_codes_more_to_compare_than_a_page_shows() -> None:
    assert candidates.EXACT > candidates.NEAREST > 10 * candidates.BY_WORDS
