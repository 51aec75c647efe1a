"""Searching: what is a hit, what narrows, what orders, and what is shown of each."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.request import SearchRequest, Sort, clean, read_request
from indexer.results import MEANING, WORDS, Result
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore
from kb.domain import Published
from kb.errors import SnapshotMismatch, SnapshotMissing
from tests.factories import an_id
from tests.fakes import WordEncoder
from tests.indexer.builders import (
    a_published,
    a_searcher,
    a_store,
    ask,
    body_of,
    everything,
    slugs,
    vocabularies,
)

# Over the shipped studies: many finds, few, by one word or a sentence.
QUERIES = ["", "reading", "attendance", "autism", "school", "how do we talk to families"]


# Hits


def test_a_study_that_holds_the_words_is_a_hit_by_words(tmp_path: Path) -> None:
    # The words stand far apart in long passages, so that no passage is near.
    filler = " ".join(f"filler{number}" for number in range(120))
    searcher = a_searcher(
        tmp_path,
        [
            a_published(
                "apart", body=f"## Context\n\npager {filler}\n\n## Impact\n\nlunch {filler}"
            ),
            a_published("other", body=body_of("nothing of the kind")),
        ],
    )
    page = searcher.search(ask("pager lunch"))
    assert slugs(page) == ["apart"]
    assert page.results[0].matched == (WORDS,)


def test_a_study_that_holds_too_few_of_the_words_is_none(tmp_path: Path) -> None:
    filler = " ".join(f"filler{number}" for number in range(120))
    searcher = a_searcher(tmp_path, [a_published("one", body=body_of(f"pager {filler}"))])
    assert slugs(searcher.search(ask("pager"))) == ["one"]
    assert slugs(searcher.search(ask("pager zebra"))) == []


def test_a_study_that_is_near_is_a_hit_by_meaning(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path,
        [
            a_published("near", body=body_of("pager weekly")),
            a_published("far", body=body_of("tea")),
        ],
    )
    page = searcher.search(ask("pager weekly zebra okapi giraffe"))
    assert slugs(page) == ["near"]
    assert page.results[0].matched == (MEANING,)


def test_a_hit_may_be_one_by_both(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [a_published("near", body=body_of("pager weekly"))])
    assert searcher.search(ask("weekly pager")).results[0].matched == (WORDS, MEANING)


@pytest.mark.parametrize(
    "text",
    [
        "xyzzy plugh frobnicate",
        "asdfghjkl lkjhgfdsa",
        "the of and",
        "🎒🎒",
        "a",
        "!!",
    ],
)
def test_a_query_without_sense_has_no_hits(library: Searcher, text: str) -> None:
    page = library.search(ask(clean(text)))
    assert (page.total, page.pages, page.page, page.results) == (0, 1, 1, ())
    assert all(counts == () for counts in page.facets.values())


def test_a_long_query_is_answered(library: Searcher) -> None:
    request = read_request({"q": ["attendance " * 1000]}, vocabularies())
    assert library.search(request).total > 0


def test_no_studies_have_no_hits(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [])
    for text in ("", "pager"):
        page = searcher.search(ask(text, phase=["primary"]))
        assert (page.total, page.pages, page.results) == (0, 1, ())


def test_one_study_alone_can_be_found(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [a_published("only")])
    assert slugs(searcher.search(ask("loud mondays"))) == ["only"]
    assert slugs(searcher.search(ask("zebra"))) == []


def test_a_word_is_found_however_its_accents_are_stored(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [a_published("cafe", body=body_of("the cafe\u0301 run"))])
    assert slugs(searcher.search(ask(clean("café")))) == ["cafe"]


# Totals, pages and orders


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("sort", list(Sort))
def test_the_total_is_what_paging_through_finds(library: Searcher, text: str, sort: Sort) -> None:
    request = ask(text, sort=sort)
    ids = [result.document.id for result in everything(library, request)]
    assert len(ids) == len(set(ids)) == library.search(request).total


def test_a_page_beyond_the_end_is_the_last(library: Searcher) -> None:
    last = library.search(ask(page=8, page_size=10))
    assert (last.page, last.pages, len(last.results)) == (8, 8, 2)
    beyond = library.search(ask(page=9999, page_size=10))
    assert (beyond.page, beyond.results) == (8, last.results)


def test_without_text_every_study_comes_newest_first(
    library: Searcher, shipped: list[Published]
) -> None:
    expected = sorted(shipped, key=lambda p: (-p.since.toordinal(), p.study.id))
    found = everything(library, ask())
    assert [r.document.id for r in found] == [p.study.id for p in expected]
    assert {r.matched for r in found} == {()}
    assert {r.passage.highlights for r in found} == {()}


def test_newest_first_is_by_date_then_id(library: Searcher) -> None:
    found = everything(library, ask("school", sort=Sort.NEWEST))
    assert found == sorted(found, key=lambda r: (-r.document.since.toordinal(), r.document.id))
    assert len(found) > 5


def test_strongest_evidence_first_is_by_evidence_then_date(library: Searcher) -> None:
    found = everything(library, ask("school", sort=Sort.EVIDENCE))

    def key(result: Result) -> tuple[int, int, str]:
        evidence = result.document.meta.evidence
        rank = evidence.strength.rank if evidence else 0
        return -rank, -result.document.since.toordinal(), result.document.id

    assert found == sorted(found, key=key)
    assert len({key(result)[0] for result in found}) > 1


def test_best_first_is_by_score(library: Searcher) -> None:
    scores = [result.score for result in everything(library, ask("families and attendance"))]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 3


def test_equals_are_ordered_by_date_then_id(tmp_path: Path) -> None:
    # Three studies of the same words in an order that is neither.
    same = {"title": "Same", "body": body_of("pager weekly")}
    searcher = a_searcher(
        tmp_path,
        [
            a_published("b", id="B000000000", since=date(2025, 1, 1), **same),
            a_published("old", id="0000000000", since=date(2024, 1, 1), **same),
            a_published("a", id="A000000000", since=date(2025, 1, 1), **same),
        ],
    )
    for sort in Sort:
        assert slugs(searcher.search(ask("pager", sort=sort))) == ["a", "b", "old"]


def test_the_study_with_the_word_in_its_title_comes_first(tmp_path: Path) -> None:
    searcher = a_searcher(
        tmp_path,
        [
            a_published("mention", body=body_of("we had a pager once, among much else we tried")),
            a_published("pagers", title="Pagers", body=body_of("weekly pagers for all")),
        ],
    )
    assert slugs(searcher.search(ask("pager"))) == ["pagers", "mention"]


# Phrases and exclusions

SAID = [
    a_published("gate", body=body_of("pagers at the gate, weekly"), phases=["primary"]),
    a_published("turned", body=body_of("weekly pagers: gate, the, at"), phases=["primary"]),
    a_published("door", body=body_of("pagers at the door"), phases=["secondary"]),
    a_published("tea", body=body_of("tea, and lunch"), phases=["secondary"]),
]


@pytest.mark.parametrize(
    ("text", "phase", "found"),
    [
        ("pagers", [], {"gate", "turned", "door"}),
        ('pagers "at the gate"', [], {"gate"}),
        ("pagers -weekly", [], {"door"}),
        ("pagers -weekly", ["primary"], set()),
        ("pagers -door", ["primary", "secondary"], {"gate", "turned"}),
        ('pagers -"at the"', [], {"turned"}),
        ('"pagers at the" -gate', ["secondary"], {"door"}),
        ('"tea lunch"', [], set()),
        ('"tea and lunch"', [], {"tea"}),
    ],
)
def test_phrases_are_required_and_exclusions_obeyed_within_filters_too(
    tmp_path: Path, text: str, phase: list[str], found: set[str]
) -> None:
    assert set(slugs(a_searcher(tmp_path, SAID).search(ask(text, phase=phase)))) == found


def test_exclusions_and_phrases_narrow_the_counts(tmp_path: Path) -> None:
    page = a_searcher(tmp_path, SAID).search(ask("pagers -weekly", phase=["primary"]))
    assert [(count.key, count.count) for count in page.facets["phase"]] == [("secondary", 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-weekly", ["door", "tea"]),
        ('-"at the" -tea', ["turned"]),
        ("-zebra", ["gate", "turned", "door", "tea"]),
        ("-weekly -tea -door", []),
    ],
)
def test_exclusions_alone_list_everything_else_newest_first(
    tmp_path: Path, text: str, found: list[str]
) -> None:
    studies = [replace(study, since=date(2025, 1, 20 - n)) for n, study in enumerate(SAID)]
    page = a_searcher(tmp_path, studies).search(ask(text))
    assert slugs(page) == found
    assert not any(result.matched or result.passage.highlights for result in page.results)


def test_exclusions_alone_need_no_model(tmp_path: Path) -> None:
    encoder = WordEncoder()
    searcher = Searcher(LiveSnapshot(a_store(tmp_path, SAID)), encoder)
    assert searcher.search(ask("-weekly", phase=["primary"])).total == 0
    assert encoder.embedded == []


def test_a_filter_typed_into_the_box_filters(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, SAID)
    page = searcher.search(read_request({"q": ["pagers phase:Secondary"]}, vocabularies()))
    assert slugs(page) == ["door"]
    page = searcher.search(read_request({"q": ["phase:secondary"]}, vocabularies()))
    assert set(slugs(page)) == {"door", "tea"}


# Illustrative studies


def test_hidden_illustrative_studies_are_nowhere(tmp_path: Path) -> None:
    studies = [
        a_published("real", phases=["primary"], themes=["attendance"]),
        a_published("shown-only", phases=["primary", "post-16"], illustrative=True),
        a_published("another", phases=["secondary"]),
    ]
    store = a_store(tmp_path, studies)
    shown = Searcher(LiveSnapshot(store), WordEncoder())
    hidden = Searcher(LiveSnapshot(store), WordEncoder(), show_illustrative=False)
    for text in ("", "loud mondays"):
        assert shown.search(ask(text)).total == 3
        page = hidden.search(ask(text))
        assert page.total == 2
        assert sorted(slugs(page)) == ["another", "real"]
        assert [(c.key, c.count) for c in page.facets["phase"]] == [
            ("primary", 1),
            ("secondary", 1),
        ]
    assert [d.slug for d in hidden.related(studies[0].study.id)] == ["another"]
    assert {d.slug for d in shown.related(studies[0].study.id)} == {"another", "shown-only"}


def test_where_all_is_illustrative_and_hidden_nothing_is_found(
    shipped_store: SnapshotStore,
) -> None:
    hidden = Searcher(LiveSnapshot(shipped_store), WordEncoder(), show_illustrative=False)
    for text in QUERIES:
        page = hidden.search(ask(text))
        assert page.total == 0
        assert not any(page.facets.values())


# What is told of a result


def test_a_result_says_all_that_a_card_shows(library: Searcher, shipped: list[Published]) -> None:
    for result, published in zip(
        sorted(everything(library, ask()), key=lambda r: r.document.id), shipped, strict=True
    ):
        document, study = result.document, published.study
        assert (document.id, document.slug, document.meta) == (study.id, study.slug, study.meta)
        assert document.since == published.since
        assert document.words > 100


# What cannot be searched


@pytest.mark.parametrize("encoder", [WordEncoder(name="another"), WordEncoder(dim=128)])
def test_a_snapshot_of_another_model_is_not_served(tmp_path: Path, encoder: WordEncoder) -> None:
    searcher = Searcher(LiveSnapshot(a_store(tmp_path, [a_published("a")])), encoder)
    with pytest.raises(SnapshotMismatch, match=r"built with words.*kb index"):
        searcher.search(ask("loud mondays"))
    assert encoder.embedded == []


def test_without_text_no_model_is_needed(tmp_path: Path) -> None:
    encoder = WordEncoder(name="another")
    searcher = Searcher(LiveSnapshot(a_store(tmp_path, [a_published("a")])), encoder)
    assert slugs(searcher.search(ask())) == ["a"]
    assert encoder.embedded == []


def test_without_a_snapshot_it_says_how_to_build_one(tmp_path: Path) -> None:
    searcher = Searcher(LiveSnapshot(SnapshotStore(tmp_path)), WordEncoder())
    with pytest.raises(SnapshotMissing, match="kb index"):
        searcher.search(ask("pager"))


# Numbers


def test_documents_keep_their_numbers_apart(tmp_path: Path) -> None:
    studies = [a_published(slug) for slug in ("c", "a", "b")]
    snapshot = Snapshot(a_store(tmp_path, studies).current())
    assert [snapshot.document(n).slug for n in range(3)] == ["c", "a", "b"]
    assert [snapshot.numbers[p.study.id] for p in studies] == [0, 1, 2]


def test_a_request_is_told_back(library: Searcher) -> None:
    request = SearchRequest("attendance", ignored=("page=x",))
    assert library.search(request).request is request


# Only of some studies


@pytest.mark.parametrize("query", QUERIES)
def test_only_of_some_studies_finds_what_it_finds_of_all_in_the_same_order(
    library: Searcher, shipped: list[Published], query: str
) -> None:
    some = frozenset(each.study.id for each in shipped[::3])
    request = replace(ask(query), page_size=100)
    of_all = [r.document.id for r in library.search(request).results]
    found = library.search(replace(request, among=some | {an_id("no such study")}))
    assert [r.document.id for r in found.results] == [each for each in of_all if each in some]
    assert found.total == len(found.results)
    assert library.search(replace(request, among=frozenset())).total == 0
