"""Facets: either within one, both across two, and numbers that agree with what is found."""

from pathlib import Path

import numpy as np
import pytest

from indexer.facets import BY_NAME, FACETS, FacetTable, open_facets, terms, write_facets
from kb.library import Published
from tests.indexer.builders import a_published, a_searcher, ask, slugs, vocabularies


def a_table(folder: Path, *studies: Published) -> FacetTable:
    write_facets(folder, [published.study.meta for published in studies], vocabularies())
    return open_facets(folder)


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
    everyone = np.ones(4, dtype=np.bool_)
    assert table.counts(BY_NAME["region"], everyone) == {
        "north-east": 3,
        "tees-valley": 1,
        "tyne-and-wear": 1,
        "london": 1,
    }


def test_a_key_that_the_vocabulary_dropped_is_left_out(tmp_path: Path) -> None:
    table = a_table(tmp_path, a_published("a", themes=["no-longer", "attendance"]))
    counts = table.counts(BY_NAME["theme"], np.ones(1, dtype=np.bool_))
    assert counts == {"attendance": 1}


def test_counts_are_of_the_documents_asked_about(tmp_path: Path) -> None:
    table = a_table(
        tmp_path, a_published("a", phases=["primary"]), a_published("b", phases=["primary"])
    )
    facet = BY_NAME["phase"]
    assert table.counts(facet, np.array([True, True])) == {"primary": 2}
    assert table.counts(facet, np.array([False, True])) == {"primary": 1}
    assert table.counts(facet, np.array([False, False])) == {}


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


def test_no_document_makes_an_empty_table(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    assert found(table, "phase", "primary") == []
    assert table.within("staff_max", 3).shape == (0,)
    assert table.counts(BY_NAME["phase"], np.ones(0, dtype=np.bool_)) == {}


def test_documents_without_any_term_make_a_table_too(tmp_path: Path) -> None:
    assert found(a_table(tmp_path, a_published("a")), "phase", "primary") == []


def test_every_facet_has_terms_with_labels_and_no_key_twice() -> None:
    for facet in FACETS:
        found = terms(facet, vocabularies())
        keys = [key for key, _ in found]
        assert keys
        assert len(set(keys)) == len(keys)
        assert all(label and label != key for key, label in found), facet.name


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
