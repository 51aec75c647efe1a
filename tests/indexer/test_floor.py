"""The floor: what it takes that a query finds anything, and what it takes to be found."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from indexer.embedding import PACKAGED_NAME
from indexer.floor import Floor, floor_for
from indexer.keyword import WordMatches
from indexer.textindex import Matches

# Round numbers, so that sums are exact.
FLOOR = Floor(words=0.5, least=0.25, base=0.0, slope=0.5, ratio=0.5, share=0.75)


def matches(
    passage: ArrayLike,
    *,
    words: ArrayLike = 0.0,
    shares: ArrayLike = 0.0,
    looked_at: ArrayLike = True,
    reach: float = -1.0,
    allowed: ArrayLike = True,
    elsewhere: float = -1.0,
) -> Matches:
    """The raw values that the floor reads; in the others lies nothing."""
    cosines = np.asarray(passage, dtype=np.float32)
    nothing, small = np.zeros(len(cosines)), np.zeros_like(cosines)
    return Matches(
        words=WordMatches(nothing + np.asarray(words), nothing + np.asarray(shares)),
        passage=cosines,
        sentence=small,
        whole=small,
        like_best=small,
        scores=nothing,
        looked_at=np.full(len(cosines), looked_at, dtype=np.bool_),
        reach=reach,
        allowed=np.full(len(cosines), allowed, dtype=np.bool_),
        elsewhere=elsewhere,
    )


def found(floor: Floor, given: Matches) -> list[int]:
    return np.flatnonzero(floor.hits(given)).tolist()


# What a query must reach


def test_of_no_studies_none_is_found() -> None:
    hits = FLOOR.hits(matches([]))
    assert hits.shape == (0,)
    assert FLOOR.by_words(matches([])).shape == FLOOR.by_meaning(matches([])).shape == (0,)


def test_a_query_whose_best_study_is_too_far_finds_nothing() -> None:
    assert found(FLOOR, matches([0.2, 0.1])) == []


def test_what_reaches_the_least_exactly_is_found() -> None:
    assert found(FLOOR, matches([0.25, 0.0])) == [0]


def test_off_topic_not_even_a_study_with_all_the_words_is_found() -> None:
    assert found(FLOOR, matches([0.0, 0.1], words=[0.25, 0.0], shares=[1.0, 0.0])) == []


def test_what_points_away_from_the_query_is_never_found() -> None:
    lowest = replace(FLOOR, least=0.0, slope=0.0)
    assert found(lowest, matches([-0.1, -1.0])) == []
    assert found(FLOOR, matches([0.5, -0.5])) == [0]


def test_words_are_evidence_too() -> None:
    assert found(FLOOR, matches([0.125, 0.0], words=[0.25, 0.0])) == [0]
    assert found(replace(FLOOR, words=0.25), matches([0.125, 0.0], words=[0.25, 0.0])) == []


def test_the_nearer_a_topic_elsewhere_the_more_evidence_is_needed() -> None:
    given = matches([0.375])
    assert found(FLOOR, replace(given, elsewhere=0.75)) == [0]
    assert found(FLOOR, replace(given, elsewhere=0.8)) == []


def test_a_topic_elsewhere_that_is_far_never_lowers_the_least() -> None:
    assert found(FLOOR, matches([0.2], elsewhere=-1.0)) == []


# What a study must reach


def test_a_study_with_a_share_of_the_best_ones_evidence_is_found() -> None:
    assert found(FLOOR, matches([1.0, 0.5, 0.48, 0.0])) == [0, 1]


def test_what_falls_below_the_least_is_found_where_the_best_is_little_better() -> None:
    assert found(FLOOR, matches([0.25, 0.2])) == [0, 1]


def test_a_study_that_holds_most_of_the_query_is_found_however_far() -> None:
    assert found(FLOOR, matches([1.0, 0.0, 0.0], shares=[0.0, 0.75, 0.74])) == [0, 1]


def test_what_is_not_allowed_is_not_found_whatever_it_holds() -> None:
    given = matches([1.0, 0.9, 0.8], shares=[1.0, 1.0, 0.0], allowed=[False, True, True])
    assert found(FLOOR, given) == [1, 2]


VALUES = st.lists(
    st.tuples(st.floats(-1, 1, width=32), st.floats(0, 1), st.floats(0, 1), st.booleans()),
    max_size=6,
)


@given(VALUES, st.floats(-1, 1))
def test_what_is_not_allowed_changes_nothing_for_the_others(
    values: list[tuple[float, float, float, bool]], elsewhere: float
) -> None:
    passage, words, shares, allowed = np.array(values).T if values else np.zeros((4, 0))
    free = matches(passage, words=words, shares=shares, elsewhere=elsewhere)
    bound = replace(free, allowed=allowed.astype(np.bool_))
    assert (FLOOR.hits(bound) == (FLOOR.hits(free) & bound.allowed)).all()


def test_what_was_not_looked_at_is_found_by_words_alone() -> None:
    given = matches([1.0, 0.5, 0.5], shares=[0.0, 0.0, 0.75], looked_at=[True, False, False])
    assert found(FLOOR, given) == [0, 2]


# What was not looked at


@pytest.mark.parametrize(
    ("reach", "misses"), [(-1.0, False), (0.49, False), (0.5, True), (0.9, True)]
)
def test_studies_may_be_missed_that_are_as_near_as_it_takes(reach: float, misses: bool) -> None:
    # Half of the best one's evidence is enough.
    assert FLOOR.may_miss(matches([1.0, 0.3], reach=reach)) is misses


def test_words_of_the_best_study_leave_less_to_be_missed() -> None:
    given = matches([0.5, 0.0], words=[1.0, 0.0], reach=0.45)
    assert not FLOOR.may_miss(given)
    assert FLOOR.may_miss(replace(given, words=matches([0.5, 0.0]).words))


def test_where_all_were_looked_at_none_is_missed() -> None:
    assert not FLOOR.may_miss(matches([0.5, 0.4]))


# How a study was found


def test_by_words_is_by_the_share_alone() -> None:
    given = matches([1.0, 0.0, 0.0], words=[0.0, 1.0, 0.0], shares=[0.0, 0.5, 0.75])
    assert FLOOR.by_words(given).tolist() == [False, False, True]


def test_by_meaning_is_without_any_help_of_words() -> None:
    given = matches([0.5, 0.25, 0.0], words=[0.5, 1.0, 1.0])
    # The best has .75, so that half of it is needed, from the passage alone.
    assert FLOOR.by_meaning(given).tolist() == [True, False, False]


def test_by_meaning_takes_the_least_however_weak_the_best() -> None:
    assert FLOOR.by_meaning(matches([0.2, 0.1])).tolist() == [False, False]


# Whose floor


@pytest.mark.parametrize("name", ["", "words", "another-model", PACKAGED_NAME.upper()])
def test_a_model_that_nobody_calibrated_has_a_cautious_floor(name: str) -> None:
    floor = floor_for(name)
    assert floor != floor_for(PACKAGED_NAME)
    assert found(floor, matches([0.2])) == []
    assert found(floor, matches([0.9])) == [0]


def test_a_floor_that_is_not_calibrated_is_blind_to_topics_elsewhere() -> None:
    assert found(floor_for("another"), matches([0.5], elsewhere=1.0)) == [0]


def test_the_floor_of_the_packaged_model_needs_more_near_a_topic_elsewhere() -> None:
    floor = floor_for(PACKAGED_NAME)
    assert found(floor, matches([0.5], elsewhere=-1.0)) == [0]
    assert found(floor, matches([0.5], elsewhere=1.0)) == []
