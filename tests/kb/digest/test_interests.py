"""What somebody wants to hear about: read with care, equal where it means the same."""

import json
from itertools import permutations

import pytest

from kb.digest.interests import (
    MOST_SEARCHES,
    Interests,
    SavedSearch,
    dump_interests,
    load_interests,
)
from kb.errors import Invalid, UnknownTerm
from kb.vocabulary import Vocabularies
from tests.factories import SHIPPED

VOCABULARIES = Vocabularies.load(SHIPPED / "vocabulary")


def interests(*searches: SavedSearch, **keys: list[str]) -> Interests:
    return Interests.of(keys, searches, VOCABULARIES)


@pytest.mark.parametrize(
    ("field", "key"),
    [("values", "SEMH"), ("needs", "semh"), ("phases", ""), ("regions", "x" * 9000)],
)
def test_a_key_of_no_vocabulary_is_refused(field: str, key: str) -> None:
    with pytest.raises(UnknownTerm):
        interests(**{field: [key]})


def test_so_many_searches_can_be_followed_and_no_more() -> None:
    followed = [SavedSearch.of(f"search {n}", ()) for n in range(MOST_SEARCHES)]
    assert len(interests(*followed, *followed).searches) == MOST_SEARCHES
    with pytest.raises(Invalid, match=r"At most 10 .* Untick 1\."):
        interests(*followed, SavedSearch.of("one more", ()))


@pytest.mark.parametrize(
    ("text", "filters", "says"),
    [
        ("", [], "nothing to follow"),
        ("x" * 501, [], "too long"),
        ("", [("theme", str(n)) for n in range(101)], "too long"),
    ],
)
def test_a_search_that_asks_for_nothing_or_too_much_is_not_followed(
    text: str, filters: list[tuple[str, str]], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        SavedSearch.of(text, filters)


def test_equal_interests_have_one_key_in_whatever_order_they_were_chosen() -> None:
    filters = [("value", "equity"), ("phase", "primary"), ("value", "equity")]
    searches = [SavedSearch.of("b", ()), SavedSearch.of("a", ()), SavedSearch.of("", filters)]
    keys = {
        interests(*some, needs=needs, values=["equity"]).key
        for some in permutations(searches)
        for needs in (["SEMH", "SLCN"], ["SLCN", "SEMH", "SEMH"])
    }
    assert len(keys) == 1


def test_a_key_is_the_same_on_every_machine() -> None:
    assert interests().key.startswith("8ace779b52aa301a")


def test_interests_that_differ_have_different_keys() -> None:
    different = [
        interests(),
        interests(needs=["SEMH"]),
        interests(needs=["SLCN"]),
        interests(needs=["SEMH", "SLCN"]),
        interests(phases=["primary"]),
        interests(SavedSearch.of("primary", ())),
        interests(SavedSearch.of("primary", [("phase", "primary")])),
        interests(SavedSearch.of("", [("phase", "primary")])),
    ]
    assert len({each.key for each in different}) == len(different)


def test_only_phases_and_regions_are_no_topic() -> None:
    assert not interests(phases=["primary"], regions=["london"]).has_topics
    assert interests(values=["equity"]).has_topics
    assert interests(SavedSearch.of("x", ())).has_topics


def test_interests_come_back_as_they_were_kept() -> None:
    kept = interests(SavedSearch.of("“naïve” \ud83d", [("theme", "attendance")]), needs=["ASD"])
    again = load_interests(json.loads(json.dumps(dump_interests(kept))))
    assert again == kept
    assert again.key == kept.key
