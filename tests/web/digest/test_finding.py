"""The digest finds what the browser finds: of new studies, with their passages, floor and all."""

from datetime import UTC, datetime, timedelta

import pytest

from indexer.request import SearchRequest, read_request
from kb.digest.choice import Chooser
from kb.digest.interests import Interests, SavedSearch
from kb.digest.issue import Kind
from kb.digest.shelf import load_shelf
from kb.errors import Invalid
from tests.factories import an_id, write_study
from tests.web.site import PLAIN, PUBLISHED, Site, slugs
from web.addresses import search_address
from web.digest.finding import SearcherFinder, followed, request_of

EVERYTHING = frozenset(an_id(slug) for slug in PUBLISHED)


def found(site: Site, search: SavedSearch, limit: int = 100) -> list[str]:
    finder = SearcherFinder(site.services.searcher)
    names = {an_id(slug): slug for slug in PUBLISHED}
    return [names[case_id] for case_id in finder.find(search, EVERYTHING, limit)]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("children at the gate", ()),
        ("pupils", (("focus", "send"),)),
        ("", (("theme", "attendance"),)),
        ("", (("staff_max", "3"),)),
        ("nothing of this kind is here zebra", ()),
    ],
)
def test_it_finds_what_the_browser_finds_in_the_same_order(
    small: Site, text: str, filters: tuple[tuple[str, str], ...]
) -> None:
    page = small.page(search_address([("q", text), *filters]))
    assert found(small, SavedSearch(text, filters)) == slugs(page)


def test_a_likely_spelling_is_not_followed_in_its_place(small: Site) -> None:
    assert found(small, SavedSearch("gaet")) == []


def test_only_so_many_of_some_studies(small: Site) -> None:
    assert len(found(small, SavedSearch("", (("theme", "attendance"),)), limit=1)) == 1
    finder = SearcherFinder(small.services.searcher)
    only = finder.find(SavedSearch("filler"), [an_id("filler-2"), an_id("gate")], 9)
    assert list(only) == [an_id("filler-2")]


def test_a_passage_comes_with_its_section_and_its_highlights(small: Site) -> None:
    finder = SearcherFinder(small.services.searcher)
    passage = finder.find(SavedSearch("late marks"), EVERYTHING, 1)[an_id("gate")]
    assert passage.heading == "Impact"
    assert "late" in {passage.text[start:end].casefold() for start, end in passage.highlights}
    unasked = finder.find(SavedSearch("", (("theme", "attendance"),)), EVERYTHING, 1)
    assert {each.heading for each in unasked.values()} == {None}


def test_a_filter_that_is_no_longer_known_is_ignored(small: Site) -> None:
    search = SavedSearch("gate", (("theme", "no-longer-there"),))
    assert found(small, search) == found(small, SavedSearch("gate"))


def test_what_is_followed_is_words_and_filters_whatever_the_order_and_the_page(
    small: Site,
) -> None:
    words = small.services.searcher.vocabularies()
    params = {
        "q": ["  gate "],
        "value": ["equity", "challenge"],
        "staff_max": ["3"],
        "sort": ["newest"],
        "page": ["2"],
        "school_pupils": ["300"],
    }
    search = followed(read_request(params, words))
    assert search.text == "gate"
    assert search.filters == (("staff_max", "3"), ("value", "challenge"), ("value", "equity"))
    again = request_of(search, words)
    assert again.filters.keys() == {"value"}
    assert followed(again) == search
    with pytest.raises(Invalid):
        followed(SearchRequest())


def test_an_issue_brings_what_went_live_since_found_by_the_browsers_search(site: Site) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    fits = "Boats to school in the fog"
    write_study(site.content, "boats", title=fits, summary="Ferries in fog.", body=PLAIN)
    write_study(site.content, "hedges", title="Hedges", summary="Cut twice.", body=PLAIN)
    site.update()
    searcher = site.services.searcher
    with site.services.database.read() as session:
        shelf = load_shelf(session, searcher.vocabularies(), show_illustrative=True)
    chooser = Chooser(shelf, SearcherFinder(searcher), datetime.now(UTC))
    interests = Interests(searches=(SavedSearch("boats in the fog"),))
    issue = chooser.choose(interests, since, {})
    assert issue is not None
    assert [(c.study.slug, c.kind) for c in issue.news] == [
        ("boats", Kind.FITS),
        ("hedges", Kind.OUTSIDE),
    ]
    assert issue.news[0].why == "It answers a search that you follow: “boats in the fog”."
