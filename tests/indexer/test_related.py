"""Related studies: near in meaning or by shared needs, of other schools, and never itself."""

from pathlib import Path
from typing import Any

import pytest

from indexer.search import Searcher
from kb.domain import Published
from tests.indexer.builders import a_published, a_searcher, body_of


def a_school(name: str) -> dict[str, object]:
    return {"name": name, "type": "community-school", "academic_year": "2024/25"}


def related(home: Path, start: Published, *others: Published, limit: int = 10) -> list[str]:
    """The slugs related to the first study."""
    searcher = a_searcher(home, [start, *others])
    return [document.slug for document in searcher.related(start.study.id, limit=limit)]


def same(slug: str, **front_matter: Any) -> Published:
    """A study whose text, title and all, is the same as that of any other such."""
    return a_published(slug, title="Same", body=body_of("pager weekly"), **front_matter)


# Edges


def test_a_study_that_is_not_indexed_yet_has_no_relations(library: Searcher) -> None:
    assert library.related(a_published("new").study.id) == []


def test_a_study_alone_has_no_relations(tmp_path: Path) -> None:
    assert related(tmp_path, a_published("alone")) == []


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (99, 3)])
def test_there_are_never_more_than_asked_for(tmp_path: Path, limit: int, count: int) -> None:
    others = [a_published(slug) for slug in ("b", "c", "d")]
    assert len(related(tmp_path, a_published("a"), *others, limit=limit)) == count


def test_a_study_is_never_related_to_itself(library: Searcher, shipped: list[Published]) -> None:
    for published in shipped:
        found = library.related(published.study.id, limit=100)
        assert found
        assert published.study.id not in {document.id for document in found}


def test_a_hidden_study_is_related_to_nothing(tmp_path: Path) -> None:
    start, hidden = same("start"), same("hidden", illustrative=True)
    studies = [start, hidden, a_published("far", body=body_of("tea"))]
    searcher = a_searcher(tmp_path, studies, show_illustrative=False)
    assert [document.slug for document in searcher.related(start.study.id)] == ["far"]


# Schools


def test_related_studies_are_of_different_schools(
    library: Searcher, shipped: list[Published]
) -> None:
    for published in shipped:
        meta = published.study.meta
        names = [d.school_name for d in library.related(published.study.id, limit=100)]
        named = [name for name in [meta.school.name if meta.school else None, *names] if name]
        assert len(named) == len(set(named))


def test_of_one_school_the_closest_study_alone_is_related(tmp_path: Path) -> None:
    def study(slug: str, text: str, school: str | None) -> Published:
        return a_published(slug, body=body_of(text), school=a_school(school) if school else None)

    studies = [
        study("start", "pager weekly tea lunch", "Oak"),
        study("own", "pager weekly tea lunch", "Oak"),
        study("closest", "pager weekly tea", "Ash"),
        study("further", "pager zebra okapi giraffe", "Ash"),
        study("nameless", "pager weekly okapi", None),
        study("nameless-too", "pager zebra tapir", None),
    ]
    searcher = a_searcher(tmp_path, studies)
    start = studies[0].study.id
    found = [document.slug for document in searcher.related(start, limit=10)]
    assert found == ["closest", "nameless", "nameless-too"]
    assert [document.slug for document in searcher.related(start, limit=1)] == ["closest"]


def test_a_hidden_study_does_not_stand_for_its_school(tmp_path: Path) -> None:
    start = same("start")
    hidden = same("hidden", illustrative=True, school=a_school("Ash"))
    shown = a_published("shown", school=a_school("Ash"))
    searcher = a_searcher(tmp_path, [start, hidden, shown], show_illustrative=False)
    assert [document.slug for document in searcher.related(start.study.id)] == ["shown"]


# Needs


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("needs", "SEMH"),
        ("conditions", "adhd"),
        ("disadvantage", "low-income"),
        ("groups", "eal"),
    ],
)
def test_of_two_as_near_the_one_that_shares_a_need_comes_first(
    tmp_path: Path, name: str, key: str
) -> None:
    plain, sharing = same("plain"), same("sharing", **{name: [key]})
    assert related(tmp_path, same("start", **{name: [key]}), plain, sharing) == ["sharing", "plain"]


def test_needs_that_only_the_other_has_bring_it_no_nearer(tmp_path: Path) -> None:
    # As near, they keep the order of their numbers.
    found = related(tmp_path, same("start"), same("plain"), same("other", needs=["SEMH", "ASD"]))
    assert found == ["plain", "other"]


def test_of_the_same_shared_need_more_counts_where_there_are_few_others(tmp_path: Path) -> None:
    found = related(
        tmp_path,
        same("start", needs=["SEMH"]),
        same("broad", needs=["SEMH", "ASD", "SLCN", "VI"]),
        same("narrow", needs=["SEMH"]),
    )
    assert found == ["narrow", "broad"]


def test_what_is_shared_besides_needs_does_not_count(tmp_path: Path) -> None:
    both = {"values": ["equity"], "settings": ["mainstream"]}
    found = related(tmp_path, same("start", **both), same("plain"), same("alike", **both))
    assert found == ["plain", "alike"]


def test_a_shared_need_does_not_make_up_for_another_subject(tmp_path: Path) -> None:
    start = same("start", needs=["SEMH"])
    other = a_published("other", title="Tea", body=body_of("okapi lunch"), needs=["SEMH"])
    assert related(tmp_path, start, other, same("near")) == ["near", "other"]
