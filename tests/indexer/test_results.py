"""What a search says beside its results: spelling, synonyms, short forms, the nearest, and why."""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.request import Sort
from indexer.results import MEANING, WORDS
from indexer.search import CLOSEST, Searcher
from tests.indexer.builders import a_published, a_searcher, a_steering, ask, body_of, slugs

# One word of a long study: too little to be found by a word that is only like it.
FILLER = " ".join(f"filler{number}" for number in range(150))
STUDIES = [
    a_published(
        "reading",
        body=f"## Context\n\nMorning phonics.\n\n## What we did\n\n{FILLER}\n",
        phases=["primary"],
    ),
    a_published("gate", body=body_of("pagers weekly at the gate"), phases=["secondary"]),
    a_published("tea", body=body_of("tea and lunch"), phases=["primary"]),
    a_published("zebra", body=body_of("a zebra"), phases=["primary"]),
]


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    """The studies above, with synonyms and short forms."""
    steering = a_steering(
        tmp_path,
        synonyms="pager, beeper, bleeper, buzzer, ringer\nlunch, midday meal\n",
        short_forms="PD: pager duty | prior attainment\nTA: tea (default) | toast\nMD: lunch\n",
    )
    return a_searcher(tmp_path, STUDIES, steering=steering)


# Spelling


def test_a_misspelling_that_finds_nothing_is_mended_and_said(searcher: Searcher) -> None:
    request = ask("phoncis")
    page = searcher.search(request)
    assert slugs(page) == ["reading"]
    assert (page.corrected_to, page.did_you_mean, page.closest) == ("phonics", None, ())
    assert page.request is request


def test_as_typed_is_the_way_back(searcher: Searcher) -> None:
    page = searcher.search(replace(ask("phoncis"), as_typed=True))
    assert (page.total, page.corrected_to, page.did_you_mean) == (0, None, "phonics")


def test_where_the_query_as_typed_finds_something_spelling_is_only_offered(
    searcher: Searcher,
) -> None:
    page = searcher.search(ask("phoncis gate"))
    assert slugs(page) == ["gate"]
    assert (page.corrected_to, page.did_you_mean) == (None, "phonics gate")


@pytest.mark.parametrize(
    "text", ["phonics", "phonic", "gates", "xyzzy", "", "a", "PHONCIS", "ebra"]
)
def test_what_needs_or_has_no_mending_is_not_respelt(searcher: Searcher, text: str) -> None:
    page = searcher.search(ask(text))
    assert (page.corrected_to, page.did_you_mean) == (None, None)


@pytest.mark.parametrize(
    ("text", "mended", "found"),
    [
        ('"morning phoncis"', '"morning phonics"', ["reading"]),
        ("phoncis -tea", "phonics -tea", ["reading"]),
    ],
)
def test_mending_keeps_phrases_and_exclusions(
    searcher: Searcher, text: str, mended: str, found: list[str]
) -> None:
    page = searcher.search(ask(text))
    assert (page.corrected_to, slugs(page)) == (mended, found)


@pytest.mark.parametrize("text", ['"phoncis morning"', "phoncis -morning"])
def test_mending_that_would_find_nothing_is_only_offered(searcher: Searcher, text: str) -> None:
    page = searcher.search(ask(text))
    assert (page.total, page.corrected_to) == (0, None)
    assert page.did_you_mean == text.replace("phoncis", "phonics")


def test_filters_neither_cause_nor_hide_a_mending(searcher: Searcher) -> None:
    page = searcher.search(ask("phoncis gate", phase=["primary"]))
    assert (slugs(page), page.corrected_to) == ([], None)
    page = searcher.search(ask("phoncis", phase=["secondary"]))
    assert (slugs(page), page.corrected_to) == ([], "phonics")
    assert [(count.key, count.count) for count in page.facets["phase"]] == [("primary", 1)]


def test_a_hidden_study_mends_nothing(tmp_path: Path) -> None:
    studies = [STUDIES[1], a_published("b", body=body_of("phonics"), illustrative=True)]
    page = a_searcher(tmp_path, studies, show_illustrative=False).search(ask("phoncis"))
    assert (page.total, page.corrected_to) == (0, None)


def test_what_is_hidden_does_not_count_as_found(tmp_path: Path) -> None:
    hidden = a_published("hidden", body=body_of("a zebra"), illustrative=True)
    searcher = a_searcher(tmp_path, [STUDIES[0], hidden], show_illustrative=False)
    page = searcher.search(ask("phoncis zebra"))
    assert (slugs(page), page.corrected_to) == (["reading"], "phonics zebra")


# Synonyms and short forms


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("pager", ("beeper", "bleeper", "buzzer")),
        ("bleeper at the gate", ("pager", "beeper", "buzzer")),
        ("lunch pager", ("midday meal", "beeper", "bleeper", "buzzer")),
        ("buzzer buzzer", ("pager", "beeper", "bleeper")),
        ("zebra", ()),
        ("-pager zebra", ()),
        ("", ()),
    ],
)
def test_synonyms_that_were_looked_up_are_said(
    searcher: Searcher, text: str, others: tuple[str, ...]
) -> None:
    assert searcher.search(ask(text)).also_searched == others


def test_a_synonym_finds_what_never_says_the_word(searcher: Searcher) -> None:
    page = searcher.search(ask("buzzer"))
    assert slugs(page) == ["gate"]
    assert WORDS in page.results[0].matched


@pytest.mark.parametrize(
    ("text", "shorts"),
    [("PD", ["PD"]), ("pd", ["PD"]), ("TA", ["TA"]), ("MD", []), ("zebra", []), ("", [])],
)
def test_short_forms_of_several_meanings_are_said(
    searcher: Searcher, text: str, shorts: list[str]
) -> None:
    assert [form.short for form in searcher.search(ask(text)).short_forms] == shorts


def test_the_default_of_a_short_form_is_searched_for(searcher: Searcher) -> None:
    assert slugs(searcher.search(ask("TA"))) == ["tea"]
    assert slugs(searcher.search(ask("PD"))) == []


# The nearest, where nothing was found


def test_where_nothing_is_found_the_nearest_are_offered(searcher: Searcher) -> None:
    page = searcher.search(ask("zebra giraffe tapir otter badger walrus heron lemur"))
    assert (page.total, page.results) == (0, ())
    assert page.closest[0].document.slug == "zebra"
    assert len({result.document.id for result in page.closest}) == len(page.closest) == CLOSEST
    assert {result.matched for result in page.closest} == {()}


def test_no_more_are_offered_than_there_are(tmp_path: Path) -> None:
    studies = [*STUDIES[1:3], a_published("hidden", illustrative=True)]
    searcher = a_searcher(tmp_path, studies, show_illustrative=False)
    page = searcher.search(ask("otter tapir"))
    assert {result.document.slug for result in page.closest} == {"gate", "tea"}


def test_the_nearest_pass_the_filters(searcher: Searcher) -> None:
    page = searcher.search(ask("zebra", phase=["secondary"]))
    assert [result.document.slug for result in page.closest] == ["gate"]
    assert searcher.search(ask("zebra", phase=["post-16"])).closest == ()


@pytest.mark.parametrize("text", ["", "a", "!!", "-zebra -gate -tea -reading", "zebra"])
def test_where_nothing_was_asked_or_something_is_found_none_are_offered(
    searcher: Searcher, text: str
) -> None:
    assert searcher.search(ask(text)).closest == ()


def test_an_empty_library_offers_nothing(tmp_path: Path) -> None:
    page = a_searcher(tmp_path, []).search(ask("zebra"))
    assert (page.closest, page.corrected_to, page.did_you_mean) == ((), None, None)


# How and why


@pytest.mark.parametrize(
    "text", ["school", "attendance", "how do we talk to families", "SEND", "Year 6", "-reading"]
)
@pytest.mark.parametrize("sort", list(Sort))
def test_every_hit_says_how_it_matched(library: Searcher, text: str, sort: Sort) -> None:
    page = library.search(ask(text, sort=sort, page_size=100))
    assert page.results
    for result in page.results:
        if text.startswith("-"):
            assert result.matched == ()
        else:
            assert result.matched in {(WORDS,), (MEANING,), (WORDS, MEANING)}


@pytest.mark.parametrize("text", ["attendance", "how do we talk to families", "SENCO -reading"])
def test_what_made_up_a_score_adds_up_to_it(library: Searcher, text: str) -> None:
    page = library.search(replace(ask(text), explain=True))
    assert page.results
    for result in page.results:
        told = result.contributions
        assert told is not None
        parts = told.words + told.passage + told.sentence + told.whole + told.like_best
        assert parts == pytest.approx(result.score, abs=1e-5)
        assert 0 <= told.share <= 1
        assert all(score > 0 for _, score in told.terms)
        assert bool(told.terms) == (told.words > 0)


def test_the_nearest_are_explained_too(searcher: Searcher) -> None:
    page = searcher.search(
        replace(ask("zebra giraffe tapir otter badger walrus heron lemur"), explain=True)
    )
    told = page.closest[0].contributions
    assert told is not None
    assert [term for term, _ in told.terms] == ["zebra"]


def test_nothing_is_explained_unless_asked_or_where_nothing_was_matched(
    searcher: Searcher,
) -> None:
    requests = [ask("zebra"), replace(ask(), explain=True), replace(ask("-zebra"), explain=True)]
    for request in requests:
        page = searcher.search(request)
        assert page.results
        assert {result.contributions for result in page.results} == {None}


def test_how_long_it_took_is_said(searcher: Searcher) -> None:
    assert searcher.search(ask("zebra")).took_ms > 0
