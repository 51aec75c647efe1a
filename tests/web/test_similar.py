"""Schools like mine: the form, the order, and what is said to be alike."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from indexer.request import SCHOOL_NUMBERS, SCHOOL_TERMS
from tests.web.command import kb
from tests.web.html import Element
from tests.web.site import PUBLISHED, Site, slugs, submitted

MINE: Mapping[str, Any] = {
    "school_region": "yorkshire-and-the-humber",
    "school_pupils": "1000",
    "school_fsm6": "40",
}


def alike(page: Element) -> dict[str, str]:
    """What each study's school is said to share with the asker's."""
    start = "Like your school: "
    return {
        card.one("h3").links()[0].removeprefix("/practice/"): why.text.removeprefix(start)
        for card in page.one(id="results").all("article")
        for why in card.all(class_="why")
        if why.text.startswith(start)
    }


def in_order(site: Site, **params: Any) -> list[str]:
    return slugs(site.page("/search", sort="similar", **params))


@pytest.mark.parametrize("sort", ["best", "newest", "evidence", "none"])
def test_the_form_is_shown_only_for_that_order(small: Site, sort: str) -> None:
    page = small.page("/search", sort=sort, **MINE)
    assert not page.all("div", class_="school")
    assert alike(page) == {}


def test_the_form_asks_for_every_fact_and_shows_what_was_said(small: Site) -> None:
    page = small.page("/search", q="pupils", need="ASD", sort="similar", **MINE)
    given = dict(submitted(page))
    assert {*SCHOOL_TERMS, *SCHOOL_NUMBERS} <= set(given)
    assert {name: value for name, value in given.items() if value} == {
        "q": "pupils",
        "need": "ASD",
        "sort": "similar",
        **MINE,
    }


def test_what_the_form_sends_gives_the_same_page(small: Site) -> None:
    page = small.page("/search", sort="similar", **MINE)
    again = small.page("/search?" + urlencode(submitted(page)))
    assert slugs(again) == slugs(page)
    assert alike(again) == alike(page)
    assert alike(page)


def test_a_form_of_nothing_orders_as_if_nothing_were_said(small: Site) -> None:
    empty: dict[str, Any] = dict.fromkeys([*SCHOOL_TERMS, *SCHOOL_NUMBERS], "")
    page = small.page("/search", sort="similar", **empty)
    assert slugs(page) == slugs(small.page("/search", sort="newest"))
    assert alike(page) == {}
    assert not page.one(id="results").all("p", class_="note")


def test_a_school_in_the_same_region_comes_first(small: Site) -> None:
    page = small.page("/search", sort="similar", school_region="yorkshire-and-the-humber")
    assert slugs(page)[0] == "quiet-room"
    assert alike(page) == {"quiet-room": "Yorkshire and the Humber"}
    assert len(slugs(page)) == len(PUBLISHED)


def test_a_phase_orders_and_filters_nothing_out(small: Site) -> None:
    found = in_order(small, school_phase="secondary")
    assert found[0] == "both"
    assert sorted(found) == sorted(PUBLISHED)


def test_numbers_near_mine_are_named_and_far_ones_are_not(small: Site) -> None:
    near = small.page("/search", sort="similar", school_pupils=1300, school_fsm6=45)
    assert slugs(near)[0] == "gate"
    assert alike(near) == {"gate": "1,412 pupils, free school meals 38.5%"}
    far = small.page("/search", sort="similar", school_pupils=90, school_fsm6=36)
    assert slugs(far)[0] == "gate"
    assert alike(far) == {"gate": "free school meals 38.5%"}


def test_none_at_all_is_a_number_too(small: Site) -> None:
    page = small.page("/search", sort="similar", school_sen_support=0)
    assert alike(page) == {"gate": "SEN support 0%"}
    assert dict(submitted(page))["school_sen_support"] == "0"
    assert len(in_order(small, school_pupils=0)) == len(PUBLISHED)


def test_what_a_school_does_not_say_is_far(small: Site) -> None:
    page = small.page("/search", sort="similar", school_eal=0)
    assert alike(page) == {}
    assert slugs(page) == slugs(small.page("/search", sort="newest"))


def test_equally_near_studies_keep_the_order_of_the_best_match(small: Site) -> None:
    found = in_order(small, q="filler hall 3", school_region="yorkshire-and-the-humber")
    assert found == slugs(small.page("/search", q="filler hall 3"))


@pytest.mark.parametrize(
    "given",
    [
        "school_phase=none",
        "school_region=<b>x</b>",
        "school_pupils=-1",
        "school_pupils=10001",
        "school_fsm6=101",
        "school_eal=a lot",
        "school_sen_support=many",
    ],
)
def test_a_fact_that_cannot_be_read_is_ignored_and_named(small: Site, given: str) -> None:
    page = small.page(f"/search?sort=similar&{given}")
    assert f"Ignored: {given}" in [note.text for note in page.all("p", class_="note")]
    assert alike(page) == {}
    assert len(slugs(page)) == len(PUBLISHED)
    assert small.json(f"/api/v1/search?sort=similar&{given}")["ignored"] == [given]


def test_the_api_says_what_is_alike(small: Site) -> None:
    found = small.json("/api/v1/search", sort="similar", **MINE)["results"]
    said = {each["slug"]: each["similar"] for each in found if each["similar"]}
    assert said == {
        "gate": ["1,412 pupils", "free school meals 38.5%"],
        "quiet-room": ["Yorkshire and the Humber"],
    }


def test_the_pager_and_the_chips_keep_my_school(small: Site) -> None:
    page = small.page("/search", q="pupils", focus="send", sort="similar", limit=1, **MINE)
    links = [page.one("a", rel="next").attributes["href"]]
    links += [chip.attributes["href"] for chip in page.all("a", class_="chip")]
    assert len(links) == 2
    for link in links:
        assert MINE.items() <= dict(parse_qsl(urlsplit(link).query)).items()
    assert slugs(page) + slugs(small.page(links[0])) == in_order(
        small, q="pupils", focus="send", limit=2, **MINE
    )


def test_a_terminal_asks_and_answers_the_same(small: Site) -> None:
    facts = [f"--{name.replace('_', '-')}={value}" for name, value in MINE.items()]
    ran = kb(small, "search", "--sort=similar", *facts)
    assert ran.exit_code == 0
    assert "Like your school: 1,412 pupils, free school meals 38.5%" in ran.stdout
    assert ran.stdout.index("/practice/gate") < ran.stdout.index("/practice/breakfast")
    ran = kb(small, "search", "--sort=similar", "--school-phase=none", "--school-eal=x")
    assert ran.exit_code == 0
    assert "Ignored: school_phase=none" in ran.stderr
    assert "Ignored: school_eal=x" in ran.stderr
