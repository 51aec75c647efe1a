"""Facets: either within one, both across two, and numbers that agree with what is found."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.facets import BY_NAME, FACETS, FacetTable, open_facets, terms, write_facets
from indexer.request import SearchRequest
from indexer.search import Searcher
from kb.domain import Published
from tests.indexer.builders import (
    a_published,
    a_searcher,
    ask,
    body_of,
    everything,
    slugs,
    vocabularies,
)

# Over the shipped studies: many finds, few, by one word, a sentence or what is left out.
QUERIES = ["", "reading", "autism", "school", "how do we talk to families", "-reading"]


def a_table(folder: Path, *studies: Published) -> FacetTable:
    write_facets(folder, [published.study.meta for published in studies], vocabularies())
    return open_facets(folder)


def counted(
    table: FacetTable, facet: str, among: Sequence[bool] | NDArray[np.bool_]
) -> dict[str, int]:
    """How many of some documents have each term of a facet that any of them has."""
    counts = table.counts(np.array(among, dtype=np.bool_))
    rows = table.rows(BY_NAME[facet])
    return {key: int(counts[row]) for key, row in rows.items() if counts[row]}


def found(table: FacetTable, facet: str, *keys: str) -> list[int]:
    return np.flatnonzero(table.matching(BY_NAME[facet], keys)).tolist()


def test_two_keys_of_a_facet_mean_either(tmp_path: Path) -> None:
    table = a_table(
        tmp_path,
        a_published("a", phases=["primary"]),
        a_published("b", phases=["secondary"]),
        a_published("c", phases=["post-16"]),
        a_published("d", phases=["post-16", "primary"]),
    )
    assert found(table, "phase", "primary", "secondary") == [0, 1, 3]
    assert found(table, "phase", "secondary") == [1]


def test_two_keys_of_focus_mean_both(tmp_path: Path) -> None:
    table = a_table(
        tmp_path,
        a_published("a", focus=["send"]),
        a_published("b", focus=["send", "disadvantage"]),
        a_published("c", focus=["disadvantage"]),
    )
    assert found(table, "focus", "send") == [0, 1]
    assert found(table, "focus", "send", "disadvantage") == [1]


def test_only_focus_means_both() -> None:
    assert [facet.name for facet in FACETS if facet.every] == ["focus"]


def test_no_keys_mean_every_document(tmp_path: Path) -> None:
    assert found(a_table(tmp_path, a_published("a"), a_published("b")), "phase") == [0, 1]


def test_a_key_that_no_document_has_matches_none(tmp_path: Path) -> None:
    table = a_table(tmp_path, a_published("a", phases=["primary"]))
    assert found(table, "phase", "secondary") == []
    assert found(table, "phase", "secondary", "primary") == [0]


def test_a_key_counts_in_its_own_facet_alone(tmp_path: Path) -> None:
    # Alternative provision is a setting; "special" is a setting and no phase.
    table = a_table(tmp_path, a_published("a", settings=["special"]))
    assert found(table, "setting", "special") == [0]
    assert found(table, "phase", "special") == []


def test_a_subregion_rolls_up_into_its_region_and_not_down(tmp_path: Path) -> None:
    table = a_table(
        tmp_path,
        a_published("a", region="north-east", subregion="tees-valley"),
        a_published("b", region="north-east"),
        # Only the vocabulary knows where this one lies.
        a_published("c", subregion="tyne-and-wear"),
        a_published("d", region="london"),
    )
    assert found(table, "region", "north-east") == [0, 1, 2]
    assert found(table, "region", "tees-valley") == [0]
    assert counted(table, "region", [True] * 4) == {
        "north-east": 3,
        "tees-valley": 1,
        "tyne-and-wear": 1,
        "london": 1,
    }


def test_a_key_that_the_vocabulary_dropped_is_left_out(tmp_path: Path) -> None:
    table = a_table(tmp_path, a_published("a", themes=["no-longer", "attendance"]))
    assert counted(table, "theme", [True]) == {"attendance": 1}
    assert list(table.rows(BY_NAME["theme"])) == ["attendance"]


def test_counts_are_of_the_documents_asked_about(tmp_path: Path) -> None:
    table = a_table(
        tmp_path, a_published("a", phases=["primary"]), a_published("b", phases=["primary"])
    )
    assert counted(table, "phase", [True, True]) == {"primary": 2}
    assert counted(table, "phase", [False, True]) == {"primary": 1}
    assert counted(table, "phase", [False, False]) == {}


@pytest.mark.parametrize(
    ("limit", "field"), [("staff_max", "staff"), ("minutes_max", "minutes_per_week")]
)
def test_a_limit_leaves_out_what_takes_more_and_what_does_not_say(
    tmp_path: Path, limit: str, field: str
) -> None:
    table = a_table(
        tmp_path,
        a_published("nothing", effort={field: 0}),
        a_published("two", effort={field: 2}),
        a_published("three", effort={field: 3}),
        a_published("silent", effort={"cost": "low"}),
        a_published("no-effort"),
    )
    assert np.flatnonzero(table.within(limit, 2)).tolist() == [0, 1]
    assert np.flatnonzero(table.within(limit, 0)).tolist() == [0]
    assert np.flatnonzero(table.within(limit, 10_000)).tolist() == [0, 1, 2]


def test_how_many_keys_of_a_facet_a_document_has_counts_those_it_rolls_up_into(
    tmp_path: Path,
) -> None:
    table = a_table(
        tmp_path,
        a_published("none", phases=["primary"]),
        a_published("two", needs=["SEMH", "ASD"]),
        a_published("place", subregion="tyne-and-wear"),
        a_published("dropped", needs=["no-longer", "SEMH"]),
    )
    assert table.how_many(BY_NAME["need"]).tolist() == [0, 2, 0, 1]
    assert table.how_many(BY_NAME["region"]).tolist() == [0, 0, 2, 0]
    assert table.how_many(BY_NAME["cost"]).tolist() == [0, 0, 0, 0]


def test_no_document_makes_an_empty_table(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    assert found(table, "phase", "primary") == []
    assert table.within("staff_max", 3).shape == (0,)
    assert table.how_many(BY_NAME["phase"]).shape == (0,)
    assert table.counts(np.ones(0, dtype=np.bool_)).shape == (0,)
    assert counted(table, "phase", []) == {}


def test_documents_without_any_term_make_a_table_too(tmp_path: Path) -> None:
    assert found(a_table(tmp_path, a_published("a")), "phase", "primary") == []


def test_every_facet_has_terms_with_labels_and_no_key_twice() -> None:
    for facet in FACETS:
        found = terms(facet, vocabularies())
        keys = [key for key, _ in found]
        assert keys
        assert len(set(keys)) == len(keys)
        assert all(label and label != key for key, label in found), facet.name


_PHASES = ["primary", "secondary", "post-16"]


def of_phases(numbers: Sequence[int]) -> list[Published]:
    """A study for each number, its phases being the number's bits."""
    return [
        a_published(f"s{n}", phases=[key for bit, key in enumerate(_PHASES) if number >> bit & 1])
        for n, number in enumerate(numbers)
    ]


@pytest.mark.parametrize("documents", [1, 7, 8, 63, 64, 65, 130])
def test_counts_are_those_of_counting_one_by_one(tmp_path: Path, documents: int) -> None:
    chance = np.random.default_rng(documents)
    numbers = chance.integers(0, 8, size=documents).tolist()
    table = a_table(tmp_path, *of_phases(numbers))
    for share in (0.0, 0.1, 0.5, 1.0):
        among = chance.random(documents) < share
        expected = {
            key: sum(1 for n in np.flatnonzero(among) if numbers[n] >> bit & 1)
            for bit, key in enumerate(_PHASES)
        }
        assert counted(table, "phase", among) == {k: c for k, c in expected.items() if c}
    for bit, key in enumerate(_PHASES):
        assert found(table, "phase", key) == [n for n in range(documents) if numbers[n] >> bit & 1]


@pytest.mark.parametrize("base", [0, 1, 63, 64, 70])
def test_documents_are_numbered_on_through_the_folders(tmp_path: Path, base: int) -> None:
    chance = np.random.default_rng(base)
    studies = of_phases(chance.integers(0, 8, size=70).tolist())
    # Each folder has a term of its own, and limits.
    studies[0] = a_published("first", themes=["attendance"], effort={"staff": 2})
    studies.append(a_published("last", themes=["belonging"], effort={"staff": 3}))
    metas = [study.study.meta for study in studies]
    for name, part in (("base", metas[:base]), ("recent", metas[base:]), ("whole", metas)):
        (tmp_path / name).mkdir()
        write_facets(tmp_path / name, part, vocabularies())
    both = open_facets(tmp_path / "base", tmp_path / "recent")
    whole = open_facets(tmp_path / "whole")
    among = chance.random(71) < 0.5
    for facet in FACETS:
        assert counted(both, facet.name, among) == counted(whole, facet.name, among)
        assert both.how_many(facet).tolist() == whole.how_many(facet).tolist()
        for key in whole.rows(facet):
            assert found(both, facet.name, key) == found(whole, facet.name, key)
    for most in (1, 2, 3):
        within = both.within("staff_max", most)
        assert within.tolist() == whole.within("staff_max", most).tolist()


# Across facets


CHOICES = [
    a_published("primary-attendance", phases=["primary"], themes=["attendance"]),
    a_published("primary-belonging", phases=["primary"], themes=["belonging"]),
    a_published("secondary-attendance", phases=["secondary"], themes=["attendance"]),
]


def test_keys_of_two_facets_mean_both(tmp_path: Path) -> None:
    page = a_searcher(tmp_path, CHOICES).search(ask(phase=["primary"], theme=["attendance"]))
    assert slugs(page) == ["primary-attendance"]


def test_counts_leave_out_the_own_choice_of_a_facet(tmp_path: Path) -> None:
    page = a_searcher(tmp_path, CHOICES).search(ask(phase=["primary"]))
    assert {c.key: c.count for c in page.facets["phase"]} == {"primary": 2, "secondary": 1}
    assert {c.key: c.count for c in page.facets["theme"]} == {"attendance": 1, "belonging": 1}


def test_counts_come_in_the_order_of_the_vocabulary_with_its_labels(tmp_path: Path) -> None:
    counts = a_searcher(tmp_path, CHOICES).search(ask()).facets["phase"]
    labels = dict(terms(BY_NAME["phase"], vocabularies()))
    order = list(labels)
    assert [c.key for c in counts] == sorted((c.key for c in counts), key=order.index)
    assert all(c.label == labels[c.key] for c in counts)


def test_a_limit_narrows_the_counts_of_every_facet(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path,
        [
            a_published("small", phases=["primary"], effort={"staff": 1}),
            a_published("large", phases=["primary"], effort={"staff": 9}),
            a_published("silent", phases=["primary"]),
        ],
    )
    page = searcher.search(ask(limits={"staff_max": 2}))
    assert slugs(page) == ["small"]
    assert [c.count for c in page.facets["phase"]] == [1]


# Over the shipped studies


@pytest.mark.parametrize("text", ["", "attendance"])
def test_filters_never_change_the_order(library: Searcher, text: str) -> None:
    whole = slugs(library.search(ask(text, page_size=100)))
    for facet in FACETS:
        for key, _ in terms(facet, vocabularies()):
            some = slugs(library.search(ask(text, page_size=100, filters={facet.name: [key]})))
            assert some == [slug for slug in whole if slug in set(some)]


@pytest.mark.parametrize("text", ["", "school"])
def test_the_count_of_a_term_is_what_choosing_it_finds(library: Searcher, text: str) -> None:
    counts = library.search(ask(text)).facets
    assert set(counts) == set(BY_NAME)
    for facet in FACETS:
        told = {count.key: count.count for count in counts[facet.name]}
        for key, _ in terms(facet, vocabularies()):
            assert told.get(key, 0) == total(library, ask(text, filters={facet.name: [key]}))


def total(searcher: Searcher, request: SearchRequest) -> int:
    """How many there are, at the least effort."""
    return searcher.search(replace(request, page_size=1)).total


@cache
def _choices() -> list[tuple[str, str]]:
    return [(facet.name, key) for facet in FACETS for key, _ in terms(facet, vocabularies())]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.sampled_from(QUERIES),
    chosen=st.lists(st.integers(0, 10_000), max_size=3),
    staff_max=st.none() | st.integers(0, 8),
    name=st.sampled_from(sorted(BY_NAME)),
)
def test_counts_agree_with_what_is_found_whatever_is_chosen_already(
    library: Searcher, text: str, chosen: list[int], staff_max: int | None, name: str
) -> None:
    filters: dict[str, list[str]] = {}
    for number in chosen:
        facet, key = _choices()[number % len(_choices())]
        filters.setdefault(facet, []).append(key)
    limits = {} if staff_max is None else {"staff_max": staff_max}
    for count in library.search(ask(text, limits=limits, filters=filters)).facets[name]:
        narrowed = ask(text, limits=limits, filters=filters | {name: [count.key]})
        assert total(library, narrowed) == count.count > 0


def test_a_result_passes_every_filter(library: Searcher) -> None:
    request = ask(phase=["primary", "secondary"], focus=["send", "disadvantage"])
    found = everything(library, request)
    assert found
    for result in found:
        assert {"primary", "secondary"} & set(result.document.meta.phases)
        assert {"send", "disadvantage"} <= set(result.document.meta.focus)


@pytest.mark.parametrize("show_illustrative", [True, False])
def test_filters_are_applied_before_the_best_are_taken(
    tmp_path: Path, show_illustrative: bool
) -> None:
    nearer = [
        a_published(
            f"near-{n}", body=body_of("pager zebra okapi"), phases=["primary"], illustrative=True
        )
        for n in range(3)
    ]
    wanted = a_published("wanted", body=body_of("pager zebra"), phases=["secondary"])
    searcher = a_searcher(tmp_path, [*nearer, wanted], show_illustrative=show_illustrative)
    request = ask("pager zebra okapi giraffe", phase=["secondary"])
    assert slugs(searcher.search(request)) == ["wanted"]
