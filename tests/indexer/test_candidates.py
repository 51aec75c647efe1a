"""Candidates: what a search by codes looks at, and what it says of what it did not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer import candidates
from indexer.candidates import CoarseIndex
from indexer.embedding import Vectors
from indexer.floor import floor_for
from indexer.snapshots import SnapshotStore
from indexer.textindex import Matches, TextIndex
from kb.domain import Published
from tests.fakes import WordEncoder
from tests.indexer.builders import a_store

QUERIES = [
    *("attendance", "reading", "teaching assistants", "autism and anxiety", "year 6 maths"),
    *("how do we talk to families about attendance", "breakfast club", "speech and language"),
]


def unit_vectors(count: int, dim: int = 48, seed: int = 7) -> Vectors:
    """Vectors of unit length in all directions."""
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def found(
    codes: CoarseIndex, query: Vectors, depth: int, wanted: NDArray[np.bool_] | None = None
) -> list[int]:
    numbers: list[int] = codes.nearest(query, depth, wanted)[0].tolist()
    return numbers


# By code


def test_a_vector_is_nearest_to_itself() -> None:
    vectors = unit_vectors(300)
    codes = CoarseIndex.of(vectors)
    for number in (0, 7, 299):
        assert number in found(codes, vectors[number], 3)


def test_opposites_are_never_near() -> None:
    vectors = unit_vectors(300)
    vectors[1] = -vectors[0]
    assert 1 not in found(CoarseIndex.of(vectors), vectors[0], 250)


def test_the_reach_is_about_the_cosine_of_the_last_one_found() -> None:
    vectors, query = unit_vectors(2000), unit_vectors(1, seed=8)[0]
    for depth in (10, 100, 1000):
        numbers, reach = CoarseIndex.of(vectors).nearest(query, depth)
        assert len(set(numbers.tolist())) == depth
        nearest = np.sort(vectors @ query)[-depth]
        assert reach == pytest.approx(nearest, abs=0.1)


def test_where_few_are_wanted_all_of_them_are_found() -> None:
    codes = CoarseIndex.of(unit_vectors(100))
    wanted = np.zeros(100, dtype=np.bool_)
    assert found(codes, unit_vectors(1, seed=8)[0], 5, wanted) == []
    wanted[[3, 99]] = True
    numbers, reach = codes.nearest(unit_vectors(1, seed=8)[0], 2, wanted)
    assert (numbers.tolist(), reach) == ([3, 99], -1.0)
    assert sorted(found(codes, unit_vectors(1, seed=8)[0], 100)) == list(range(100))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 60), st.floats(0.0, 1.0))
def test_what_is_not_wanted_is_not_found_and_takes_no_place(
    seed: int, depth: int, share: float
) -> None:
    chance = np.random.default_rng(seed)
    wanted = chance.random(200) < share
    numbers, reach = CoarseIndex.of(unit_vectors(200)).nearest(
        unit_vectors(1, seed=seed)[0], depth, wanted
    )
    assert len(numbers) == len(set(numbers.tolist())) == min(depth, int(wanted.sum()))
    assert wanted[numbers].all()
    assert (reach == -1.0) == (wanted.sum() <= depth)


def test_the_same_vectors_have_the_same_codes() -> None:
    vectors, query = unit_vectors(500), unit_vectors(1, seed=8)[0]
    first, again = (CoarseIndex.of(vectors).nearest(query, 20) for _ in range(2))
    assert first[0].tolist() == again[0].tolist()
    assert first[1] == again[1]


def test_of_many_vectors_some_are_enough_to_learn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, query = unit_vectors(3000), unit_vectors(1, seed=8)[0]
    monkeypatch.setattr(candidates, "_LEARNT_FROM", 700)
    codes = CoarseIndex.of(vectors)
    assert len(codes) == 3000
    best = set(np.argsort(-(vectors @ query))[:20].tolist())
    assert len(best & set(found(codes, query, 300))) >= 18


@pytest.mark.parametrize("dim", [1, 2, 7, 48, 250, 384])
def test_vectors_of_any_length_have_codes(dim: int) -> None:
    vectors = unit_vectors(64, dim)
    assert 5 in found(CoarseIndex.of(vectors), vectors[5], 60)


def test_codes_are_read_as_they_were_written(tmp_path: Path) -> None:
    vectors = unit_vectors(100)
    codes = CoarseIndex.of(vectors)
    codes.write(tmp_path / "codes.faiss")
    opened = CoarseIndex.open(tmp_path / "codes.faiss")
    assert len(opened) == len(codes) == 100
    wanted = np.arange(100) % 2 == 0
    for which in (None, wanted):
        assert found(opened, vectors[9], 9, which) == found(codes, vectors[9], 9, which)


# Over the shipped studies


@pytest.fixture(scope="module")
def all_compared(shipped_store: SnapshotStore) -> TextIndex:
    return TextIndex(shipped_store.current())


@pytest.fixture(scope="module")
def by_codes(shipped: list[Published], tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """As where passages are too many for all to be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.textpart.EXACT", 0)
        store = a_store(tmp_path_factory.mktemp("codes"), shipped)
    return TextIndex(store.current())


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few are looked at that much is left out of so small a library."""
    monkeypatch.setattr("indexer.textpart.NEAREST", 30)
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
    # Equals but for eight bits may change places.
    mine, best = (exact.scores[first(each.scores, 10)] for each in (coarse, exact))
    np.testing.assert_allclose(mine, best, atol=0.005)
    seen = coarse.looked_at
    # In eight bits each.
    np.testing.assert_allclose(coarse.passage[seen], exact.passage[seen], atol=0.005)
    np.testing.assert_allclose(coarse.whole[seen], exact.whole[seen], atol=0.005)
    np.testing.assert_allclose(coarse.like_best[seen], exact.like_best[seen], atol=0.005)


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
