"""Pins: what editors put first for a need, however it is asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.request import Sort
from indexer.search import Searcher
from tests.factories import an_id
from tests.indexer.builders import a_published, a_searcher, a_steering, ask, body_of, slugs

STUDIES = [
    a_published("gate", body=body_of("pagers weekly at the gate"), phases=["primary"]),
    a_published("door", body=body_of("pagers at the door")),
    a_published("zebra", body=body_of("okapi giraffe"), phases=["primary"]),
    a_published("lunch", body=body_of("the inclusion lead eats"), phases=["secondary"]),
]


def pin(query: str, *studies: str) -> str:
    """A pin as an editor writes it."""
    return f'[[pin]]\nquery = "{query}"\nstudies = [{", ".join(map(repr, studies))}]\n'


def pinning(home: Path, *pins: str, synonyms: str = "") -> Searcher:
    """A searcher over the studies with these pins."""
    steering = a_steering(home, pins="".join(pins), synonyms=synonyms)
    return a_searcher(home, STUDIES, steering=steering)


def pinned(searcher: Searcher, text: str) -> list[str]:
    """The slugs of what is labelled as pinned, in order."""
    return [r.document.slug for r in searcher.search(ask(text)).results if r.pinned]


# What pins nothing


@pytest.mark.parametrize("pins", ["", "# nothing yet\n", "[[pin]", '[[pin]]\nquery = "pagers"\n'])
def test_a_file_that_pins_nothing_changes_nothing(tmp_path: Path, pins: str) -> None:
    searcher = pinning(tmp_path, pins)
    assert pinned(searcher, "pagers") == []
    assert set(slugs(searcher.search(ask("pagers")))) == {"gate", "door"}


def test_studies_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "nobody", "zebra", "", an_id("nobody")))
    assert pinned(searcher, "pagers") == ["zebra"]


def test_a_pin_of_unknown_studies_alone_changes_nothing(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "nobody"))
    assert pinned(searcher, "pagers") == []
    assert searcher.search(ask("pagers")).total == 2


@pytest.mark.parametrize("text", ["", "door", "pagers door", "weekly"])
def test_another_query_has_no_pins(tmp_path: Path, text: str) -> None:
    assert pinned(pinning(tmp_path, pin("pagers weekly", "zebra")), text) == []


def test_a_hidden_study_is_not_pinned(tmp_path: Path) -> None:
    studies = [*STUDIES, a_published("shown-only", illustrative=True)]
    steering = a_steering(tmp_path, pins=pin("pagers", "shown-only", "zebra"))
    searcher = a_searcher(tmp_path, studies, steering=steering, show_illustrative=False)
    assert pinned(searcher, "pagers") == ["zebra"]


# What is pinned


def test_a_pinned_study_comes_first_and_says_so(tmp_path: Path) -> None:
    page = pinning(tmp_path, pin("pagers", "door")).search(ask("pagers"))
    assert [(r.document.slug, r.pinned) for r in page.results] == [("door", True), ("gate", False)]


def test_a_pinned_study_is_found_that_says_nothing_of_it(tmp_path: Path) -> None:
    page = pinning(tmp_path, pin("pagers", "zebra")).search(ask("pagers"))
    assert slugs(page)[0] == "zebra"
    assert sorted(slugs(page)[1:]) == ["door", "gate"]
    assert page.total == 3


def test_several_pins_come_in_their_order(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "lunch", "zebra", "gate"))
    assert slugs(searcher.search(ask("pagers"))) == ["lunch", "zebra", "gate", "door"]


def test_a_study_may_be_pinned_by_slug_or_id(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", an_id("zebra"), "lunch"))
    assert pinned(searcher, "pagers") == ["zebra", "lunch"]


@pytest.mark.parametrize("text", ["Weekly PAGERS", "the pagers, weekly", "pager weekly weekly"])
def test_a_pin_stands_for_every_form_and_order_of_its_words(tmp_path: Path, text: str) -> None:
    assert pinned(pinning(tmp_path, pin("pagers weekly", "zebra")), text) == ["zebra"]


@pytest.mark.parametrize("text", ["SENCO", "inclusion lead", "the inclusion leads", "SENDCO"])
def test_a_pin_stands_for_every_name_of_its_need(tmp_path: Path, text: str) -> None:
    synonyms = "SENCO, SENDCO, inclusion lead\n"
    for query in ("SENCO", "inclusion lead"):
        home = tmp_path / query
        home.mkdir()
        assert pinned(pinning(home, pin(query, "zebra"), synonyms=synonyms), text) == ["zebra"]


def test_pins_of_two_needs_keep_apart(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "zebra"), pin("gate", "lunch"))
    assert pinned(searcher, "pagers") == ["zebra"]
    assert pinned(searcher, "gate") == ["lunch"]
    assert pinned(searcher, "gate pagers") == []


# Filters, orders and pages


def test_pins_respect_filters(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "lunch", "zebra"))
    assert slugs(searcher.search(ask("pagers", phase=["primary"]))) == ["zebra", "gate"]
    assert slugs(searcher.search(ask("pagers", phase=["post-16"]))) == []


@pytest.mark.parametrize("text", ["pagers -okapi", '"pagers"'])
def test_pins_obey_phrases_and_exclusions(tmp_path: Path, text: str) -> None:
    page = pinning(tmp_path, pin("pagers", "zebra", "door")).search(ask(text))
    assert slugs(page) == ["door", "gate"]


def test_pins_are_counted(tmp_path: Path) -> None:
    page = pinning(tmp_path, pin("pagers", "lunch", "zebra")).search(ask("pagers"))
    counts = {count.key: count.count for count in page.facets["phase"]}
    assert counts == {"primary": 2, "secondary": 1}


def test_pins_come_once_over_all_pages(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "lunch", "zebra"))
    pages = [searcher.search(ask("pagers", page=n, page_size=1)) for n in range(1, 5)]
    assert [page.pages for page in pages] == [4] * 4
    assert [slugs(page) for page in pages][:2] == [["lunch"], ["zebra"]]
    assert [page.results[0].pinned for page in pages] == [True, True, False, False]


def test_in_the_order_of_dates_pins_keep_their_place_and_their_label(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("pagers", "zebra"))
    request = ask("pagers", sort=Sort.NEWEST)
    page = searcher.search(request)
    # All have one date, so that ids decide.
    assert slugs(page) == sorted(["zebra", "gate", "door"], key=an_id)
    assert [r.document.slug for r in page.results if r.pinned] == ["zebra"]


def test_a_pinned_query_in_the_wrong_spelling_finds_the_pin(tmp_path: Path) -> None:
    page = pinning(tmp_path, pin("giraffe", "lunch")).search(ask("girafffe"))
    assert slugs(page)[0] == "lunch"
    assert page.results[0].pinned


def test_a_pin_counts_as_found_for_the_spelling(tmp_path: Path) -> None:
    searcher = pinning(tmp_path, pin("girafffe", "lunch"))
    page = searcher.search(replace(ask("girafffe"), as_typed=True))
    assert slugs(page)[0] == "lunch"
    assert page.corrected_to is None
    assert page.closest == ()
