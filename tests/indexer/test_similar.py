"""Schools like mine: what was said orders, what is not known is far, and the reasons are told."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.request import SchoolContext, Sort
from indexer.results import SearchPage
from indexer.search import Searcher
from indexer.similar import nearness
from indexer.snapshot import Snapshot
from kb.domain import Published, TermKey
from tests.indexer.builders import a_published, a_searcher, a_store, ask, slugs


def at_school(slug: str, *, study: Mapping[str, Any] = {}, **measures: Any) -> Published:
    """A study from a school of which this is known."""
    school = {"name": slug, "type": "community-school", "academic_year": "2024/25", **measures}
    return a_published(slug, school=school, **study)


def like(searcher: Searcher, text: str = "", **mine: Any) -> SearchPage:
    """What is found, the schools most like the asker's first."""
    return searcher.search(replace(ask(text, sort=Sort.SIMILAR), school=SchoolContext(**mine)))


def told(page: SearchPage) -> dict[str, tuple[str, ...]]:
    return {result.document.slug: result.similar for result in page.results}


# Edges


def test_nothing_said_of_the_school_is_the_plain_order(library: Searcher) -> None:
    for text in ("", "attendance", "how do we talk to families"):
        page = like(library, text)
        assert slugs(page) == slugs(library.search(ask(text)))
        assert not any(told(page).values())


def test_no_studies_are_in_no_order(tmp_path: Path) -> None:
    mine = SchoolContext(phase=TermKey("primary"), pupils=200, fsm6_percent=10)
    assert nearness(mine, Snapshot(a_store(tmp_path, []).current())).shape == (0,)


def test_what_is_said_of_the_school_takes_nothing_away(library: Searcher) -> None:
    for text in ("", "attendance"):
        page = like(library, text, phase="primary", fsm6_percent=90, pupils=7)
        assert page.total == library.search(ask(text)).total


def test_a_share_of_none_is_said(tmp_path: Path) -> None:
    studies = [at_school("some", fsm6_percent=40), at_school("none", fsm6_percent=0)]
    page = like(a_searcher(tmp_path, studies), fsm6_percent=0)
    assert slugs(page) == ["none", "some"]
    assert told(page) == {"none": ("free school meals 0%",), "some": ()}


def test_a_school_without_pupils_is_like_none(tmp_path: Path) -> None:
    studies = [at_school("empty", pupils=0), at_school("full", pupils=9000)]
    assert slugs(like(a_searcher(tmp_path, studies), pupils=1)) == ["full", "empty"]


@pytest.mark.parametrize(
    "mine", [{"pupils": 400}, {"fsm6_percent": 100}, {"sen_support_percent": 0}, {"eal_percent": 5}]
)
def test_a_study_that_does_not_say_is_as_far_as_can_be(
    tmp_path: Path, mine: dict[str, Any]
) -> None:
    # As far off as the measure allows, and still nearer than what is unknown.
    far: dict[str, Any] = {
        "pupils": 1,
        "fsm6_percent": 0,
        "sen_support_percent": 100,
        "eal_percent": 100,
    }
    studies = [at_school("silent"), a_published("no-school"), at_school("far", **far)]
    snapshot = Snapshot(a_store(tmp_path, studies).current())
    found = nearness(SchoolContext(**mine), snapshot)
    assert found[0] == found[1] == 0 < found[2] < 0.6
    assert slugs(like(a_searcher(tmp_path, studies), **mine))[0] == "far"


# Order


@pytest.mark.parametrize(
    ("measure", "nearest_first"),
    [
        ("pupils", [400, 300, 1200, 100]),
        ("fsm6_percent", [30, 25, 40, 60]),
        ("sen_support_percent", [30, 25, 40, 60]),
        ("eal_percent", [30, 31.5, 10, 70]),
    ],
)
def test_the_nearest_school_comes_first(
    tmp_path: Path, measure: str, nearest_first: list[float]
) -> None:
    given: list[dict[str, Any]] = [{measure: value} for value in nearest_first]
    studies = [at_school(f"s{each[measure]}", **each) for each in reversed(given)]
    page = like(a_searcher(tmp_path, studies), **given[0])
    assert slugs(page) == [f"s{value}" for value in nearest_first]


def test_half_as_large_is_as_far_as_twice_as_large(tmp_path: Path) -> None:
    studies = [at_school("half", pupils=200), at_school("twice", pupils=800)]
    snapshot = Snapshot(a_store(tmp_path, studies).current())
    found = nearness(SchoolContext(pupils=400), snapshot)
    assert found.tolist() == pytest.approx([0.5, 0.5])


def test_a_school_like_it_in_more_comes_first(tmp_path: Path) -> None:
    primary = {"phases": ["primary"]}
    studies = [
        at_school("size", pupils=210),
        at_school("size-and-phase", study=primary, pupils=210),
        at_school("phase", study=primary, pupils=2000),
    ]
    page = like(a_searcher(tmp_path, studies), phase="primary", pupils=210)
    assert slugs(page) == ["size-and-phase", "phase", "size"]
    snapshot = Snapshot(a_store(tmp_path, studies).current())
    mine = SchoolContext(phase=TermKey("primary"), pupils=210)
    assert nearness(mine, snapshot).tolist() == pytest.approx([0.5, 1.0, 0.5525])


def test_schools_as_near_keep_the_order_of_the_search(tmp_path: Path) -> None:
    def study(slug: str, title: str) -> Published:
        return at_school(slug, study={"title": title}, fsm6_percent=20)

    studies = [study("lunch", "Lunch at the gate"), study("pager", "Pagers at the gate")]
    searcher = a_searcher(tmp_path, studies)
    for text in ("gate pagers", "gate lunch"):
        assert slugs(like(searcher, text, fsm6_percent=60)) == slugs(searcher.search(ask(text)))


def test_filters_narrow_schools_like_mine_and_keep_their_order(tmp_path: Path) -> None:
    studies = [
        at_school(f"s{n}", study={"phases": ["primary" if n % 20 else "secondary"]}, fsm6_percent=n)
        for n in (50, 10, 40, 30)
    ]
    request = replace(
        ask(sort=Sort.SIMILAR, phase=["primary"]), school=SchoolContext(fsm6_percent=35)
    )
    assert slugs(a_searcher(tmp_path, studies).search(request)) == ["s30", "s50", "s10"]


# Reasons


def test_what_is_similar_is_told_in_words(tmp_path: Path) -> None:
    study = at_school(
        "like",
        study={"phases": ["primary"], "region": "north-east"},
        pupils=1210,
        fsm6_percent=24.5,
        sen_support_percent=13,
        eal_percent=7.0,
    )
    page = like(
        a_searcher(tmp_path, [study, a_published("silent")]),
        phase="primary",
        region="north-east",
        pupils=1200,
        fsm6_percent=25,
        sen_support_percent=13,
        eal_percent=10,
    )
    assert told(page) == {
        "like": (
            "Primary",
            "North East",
            "1,210 pupils",
            "free school meals 24.5%",
            "SEN support 13%",
            "English as an additional language 7%",
        ),
        "silent": (),
    }


def test_what_is_unlike_or_was_not_asked_is_no_reason(tmp_path: Path) -> None:
    study = at_school("one", study={"phases": ["primary"]}, pupils=100, fsm6_percent=20)
    page = like(a_searcher(tmp_path, [study]), phase="secondary", pupils=1000, fsm6_percent=21)
    assert told(page) == {"one": ("free school meals 20%",)}


def test_a_school_in_a_part_of_the_region_is_in_the_region(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [a_published("part", subregion="tyne-and-wear")])
    assert told(like(searcher, region="north-east")) == {"part": ("North East",)}
    assert told(like(searcher, region="london")) == {"part": ()}


def test_other_orders_tell_no_reasons(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [at_school("one", fsm6_percent=20)])
    mine = SchoolContext(fsm6_percent=20)
    for sort in set(Sort) - {Sort.SIMILAR}:
        page = searcher.search(replace(ask(sort=sort), school=mine))
        assert told(page) == {"one": ()}
