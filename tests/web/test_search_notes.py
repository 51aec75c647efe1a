"""What a search says beside its results: spelling, synonyms, short forms, pins, the closest."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories import an_id
from tests.web.html import Element
from tests.web.site import Site, a_site, closest, slugs, small_content

EVIL = "<script>alert(1)</script>"
SYNONYMS = f"""\
breakfast, morning meal, toast club, early food, first meal, {EVIL}
"""
SHORT_FORMS = f"""\
PD: physical disability | personal development | {EVIL}
TA: teaching assistant (default) | teacher assessment
IT: computing (UPPER-CASE-ONLY)
"""
PINS = f"""\
[[pin]]
query = "how to start the day"
studies = ["both", "{an_id("symbols")}", "no-such"]

[[pin]]
query = "quiet"
studies = ["filler-1"]
"""
NONSENSE = "qqwxv jxqzz"


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small site with synonyms, short forms and pins. Read it, change nothing."""
    folder = tmp_path_factory.mktemp("steered")
    content = small_content(folder)
    (content / "synonyms.txt").write_text(SYNONYMS)
    (content / "synonyms_ambiguous.txt").write_text(SHORT_FORMS)
    (content / "pins.toml").write_text(PINS)
    site = a_site(content, folder / "var")
    yield site
    site.services.database.close()


def notes(page: Element) -> list[str]:
    return [note.text for note in page.one(id="results").all("p", class_="note")]


def note(page: Element, start: str) -> Element:
    """The note that begins so."""
    found = [n for n in page.one(id="results").all("p", class_="note") if n.text.startswith(start)]
    assert len(found) == 1, notes(page)
    return found[0]


def asked(address: str) -> dict[str, list[str]]:
    """The parameters of an address of the search."""
    assert urlsplit(address).path == "/search"
    return parse_qs(urlsplit(address).query)


def both(site: Site, **params: Any) -> tuple[Element, Any]:
    """The page and the API's answer."""
    return site.page("/search", **params), site.json("/api/v1/search", **params)


# Spelling


def test_a_plain_query_has_no_notes(steered: Site) -> None:
    page, answer = both(steered, q="anxious pupils")
    assert notes(page) == []
    assert (answer["corrected_to"], answer["did_you_mean"]) == (None, None)
    assert (answer["also_searched"], answer["short_forms"], answer["closest"]) == ([], [], [])


def test_a_misspelling_that_finds_something_is_asked_about(steered: Site) -> None:
    page, answer = both(steered, q="anxous pupils", need="ASD")
    assert slugs(page) == ["quiet-room"]
    assert (answer["corrected_to"], answer["did_you_mean"]) == (None, "anxious pupils")
    (link,) = note(page, "Did you mean anxious pupils?").links()
    assert asked(link) == {"q": ["anxious pupils"], "need": ["ASD"]}


def test_a_misspelling_that_finds_nothing_is_searched_for_as_it_was_meant(steered: Site) -> None:
    page, answer = both(steered, q='"anxous"', need="ASD")
    assert slugs(page) == ["quiet-room"]
    assert answer["corrected_to"] == '"anxious"'
    assert answer["query"] == '"anxous"'
    said = note(page, 'Nothing was found for “"anxous"”.')
    assert said.one("strong").text == '"anxious"'
    assert page.one("input", id="q").attributes["value"] == '"anxous"'


def test_the_way_back_from_a_correction_searches_as_typed(steered: Site) -> None:
    page = steered.page("/search", q='"anxous"', need="ASD", sort="newest")
    (back,) = note(page, "Nothing was found").links()
    expected = {"q": ['"anxous"'], "need": ["ASD"], "sort": ["newest"], "as_typed": ["1"]}
    assert asked(back) == expected
    as_typed = steered.page(back)
    assert slugs(as_typed) == []
    assert not [said for said in notes(as_typed) if said.startswith("Nothing was found")]
    assert note(as_typed, 'Did you mean "anxious"?')


@pytest.mark.parametrize("given", ["0", "true", "", "2"])
def test_only_1_means_as_typed(steered: Site, given: str) -> None:
    answer = steered.json("/api/v1/search", q='"anxous"', as_typed=given)
    assert answer["corrected_to"] == '"anxious"'
    assert steered.json("/api/v1/search", q='"anxous"', as_typed="1")["corrected_to"] is None


# Synonyms and short forms


def test_synonyms_that_were_searched_for_are_named(steered: Site) -> None:
    page, answer = both(steered, q="toast club")
    assert slugs(page)[0] == "breakfast"
    assert answer["also_searched"] == ["breakfast", "morning meal", "early food"]
    assert "Also searched for: breakfast, morning meal, early food" in notes(page)


def test_a_short_form_of_several_meanings_is_asked_about(steered: Site) -> None:
    page, answer = both(steered, q="PD lessons", phase="primary")
    assert answer["short_forms"] == [
        {"short": "PD", "readings": ["physical disability", "personal development", EVIL]}
        | {"taken": None}
    ]
    said = note(page, "PD has several meanings. Did you mean")
    assert said.text.endswith(f"physical disability or personal development or {EVIL}?")
    first, second, evil = map(asked, said.links())
    assert first == {"q": ["physical disability lessons"], "phase": ["primary"]}
    assert second == {"q": ["personal development lessons"], "phase": ["primary"]}
    assert evil["q"] == [f"{EVIL} lessons"]


def test_the_reading_that_was_taken_is_named_and_the_others_are_links(steered: Site) -> None:
    page, answer = both(steered, q="TA")
    assert answer["short_forms"][0]["taken"] == "teaching assistant"
    said = note(page, "TA was read as teaching assistant. Or did you mean teacher assessment?")
    assert [asked(link) for link in said.links()] == [{"q": ["teacher assessment"]}]
    # The gate's study says it in full, and nothing of TAs.
    assert "gate" in slugs(page)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ta", "teacher assessment"),
        ("TA-led", "teacher assessment-led"),
        ("meta TA tap", "meta teacher assessment tap"),
    ],
)
def test_a_link_puts_the_reading_where_the_short_form_stood(
    steered: Site, typed: str, meant: str
) -> None:
    page = steered.page("/search", q=typed)
    links = note(page, "TA was read as").links()
    assert [asked(link)["q"] for link in links] == [[meant]]


def test_a_short_form_of_one_meaning_is_not_asked_about(steered: Site) -> None:
    for typed in ("IT", "it", "is it kind"):
        assert steered.json("/api/v1/search", q=typed)["short_forms"] == []


# Pins


def test_a_pinned_study_comes_first_and_is_labelled(steered: Site) -> None:
    page, answer = both(steered, q="how to start the day")
    assert slugs(page)[:2] == ["both", "symbols"]
    assert [each["pinned"] for each in answer["results"]] == [
        True,
        True,
        *[False] * (len(answer["results"]) - 2),
    ]
    for place, card in enumerate(page.one(id="results").all("article")):
        assert ("Chosen by the editors" in card.text) == (place < 2)


def test_a_pin_is_for_its_query_alone(steered: Site) -> None:
    for query in ("", "day", "quiet room", "start the day with breakfast"):
        answer = steered.json("/api/v1/search", q=query)
        assert not any(each["pinned"] for each in answer["results"]), query
    assert steered.json("/api/v1/search", q="  QUIET? ")["results"][0]["slug"] == "filler-1"


def test_a_filter_leaves_a_pinned_study_out_too(steered: Site) -> None:
    answer = steered.json("/api/v1/search", q="quiet", need="ASD")
    assert [each["slug"] for each in answer["results"]] == ["quiet-room"]


# Nothing found


def test_where_nothing_was_found_the_closest_studies_and_their_themes_are_offered(
    steered: Site,
) -> None:
    page, answer = both(steered, q=NONSENSE, theme="attendance")
    assert slugs(page) == []
    assert (answer["total"], answer["results"]) == (0, [])
    assert sorted(closest(page)) == ["both", "gate"]
    assert page.one("h2", class_="closest").text == "Closest, though not close"
    assert "/search?theme=attendance" in page.one(class_="empty").links()
    assert [each["slug"] for each in answer["closest"]] == closest(page)


def test_a_filter_narrows_the_closest_too(steered: Site) -> None:
    assert closest(steered.page("/search", q=NONSENSE, need="ASD")) == ["quiet-room"]
    nothing = steered.page("/search", q=NONSENSE, need="ASD", phase="secondary")
    assert closest(nothing) == []
    assert not nothing.all(class_="closest")


def test_no_more_than_three_are_called_close(steered: Site) -> None:
    page, answer = both(steered, q=NONSENSE)
    assert len(closest(page)) == 3
    assert all(each["matched"] == [] for each in answer["closest"])
    assert "Matched by" not in page.one(id="results").text


@pytest.mark.parametrize("query", ["anxious", "", "a"])
def test_the_closest_are_offered_only_where_a_search_found_nothing(
    steered: Site, query: str
) -> None:
    page, answer = both(steered, q=query)
    assert closest(page) == []
    assert answer["closest"] == []


# Markup


QUERIES = [
    f"{EVIL} breakfst",
    f'"anxous {EVIL}"',
    f"TA {EVIL}",
    f"PD {EVIL}",
    "toast <b>club</b>",
    f"{NONSENSE} <img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)> anxous',
]


@pytest.mark.parametrize("query", QUERIES)
def test_markup_in_a_query_or_a_synonym_is_shown_as_text(steered: Site, query: str) -> None:
    page = steered.page("/search", q=query, school_phase=query, sort="similar")
    for element in page.walk():
        assert element.tag != "script" or "src" in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
    results = page.one(id="results")
    assert not {element.tag for element in results.walk()} & {"b", "img"}
    assert results.all("svg") == results.all("svg", **{"aria-hidden": "true"})
    assert page.one("input", id="q").attributes["value"] == query
    assert EVIL not in steered.get("/search", q=query).text
    for link in page.one(id="results").links():
        assert steered.get(link).status_code == 200
        assert not link.startswith("javascript:")


def test_markup_of_a_synonym_is_shown_as_text(steered: Site) -> None:
    page, answer = both(steered, q=EVIL)
    assert answer["query"] == EVIL
    assert "breakfast" in answer["also_searched"]
    assert not [script for script in page.all("script") if "src" not in script.attributes]
