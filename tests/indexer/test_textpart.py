"""Base and recent: documents of two folders are searched as if they had been written together."""

import shutil
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.build import Base, Recipe, build_snapshot
from indexer.documents import text_of
from indexer.keyword import FOLDER, KeywordIndex, QueryWords, read_means, write_words
from indexer.lexicon import Lexicon
from indexer.lines import LineReader
from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from indexer.snapshots import SnapshotStore, read_manifest
from indexer.textindex import BASE, RECENT, Matches, TextIndex, TextWriter
from indexer.textpart import TextOf
from indexer.vectors import VectorCache
from kb.domain import Published
from kb.glossary import Glossary
from kb.progress import silent
from kb.prompts import Prompts
from kb.steering import Steering
from tests.factories import SHIPPED
from tests.fakes import WordEncoder
from tests.indexer.builders import (
    NOW,
    a_published,
    a_store,
    ask,
    body_of,
    slugs,
    vocabularies,
)

QUERIES = [
    *("attendance", "SENCO", "Year 6 reading", "how do we talk to families about attendance"),
    *("well-being in lessons", '"teaching assistants"', "autism -anxiety", "zebra"),
]
# How many of the shipped studies are recent.
LATER = 9


def texts_of(studies: Sequence[Published]) -> list[TextOf]:
    return [text_of(published, vocabularies()) for published in studies]


def write(folder: Path, scratch: Path, base: Sequence[TextOf], recent: Sequence[TextOf]) -> Path:
    """Write an index of two parts; of one, if nothing is recent."""
    folder.mkdir()
    steering, cache = Steering.load(SHIPPED), VectorCache(scratch / "vectors.sqlite")
    for part, texts in ((BASE, base), (RECENT, recent)):
        TextWriter(texts, steering, WordEncoder(), cache, silent).write(folder, part)
    return folder


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parts")


@pytest.fixture(scope="module")
def two(shipped: list[Published], scratch: Path) -> Path:
    """The shipped studies, the last ones recent."""
    texts = texts_of(shipped)
    return write(scratch / "two", scratch, texts[:-LATER], texts[-LATER:])


@pytest.fixture(scope="module")
def two_with_codes(shipped: list[Published], scratch: Path) -> Path:
    """As `two`, where the passages of the base are too many for all to be compared."""
    texts = texts_of(shipped)
    base = sum(len(text.passages) for text in texts[:-LATER])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.textpart.EXACT", base - 1)
        return write(scratch / "coded", scratch, texts[:-LATER], texts[-LATER:])


@pytest.fixture(scope="module")
def one(shipped: list[Published], scratch: Path, two: Path) -> Path:
    """The same written together, lengths evened out by the same means."""
    texts = texts_of(shipped)
    folder = write(scratch / "one", scratch, texts, [])
    shutil.rmtree(folder / BASE / FOLDER)
    reader = LineReader(Lexicon(Steering.load(SHIPPED).synonyms))
    write_words(folder / BASE, [t.words for t in texts], reader, read_means(two / BASE))
    return folder


def matched(index: TextIndex, text: str, within: NDArray[np.bool_] | None = None) -> Matches:
    need = index.understand(text)
    return index.match(need, WordEncoder().encode([need.for_model])[0], within)


def assert_same(found: Matches, expected: Matches) -> None:
    """All values of all documents are the same, but for rounding."""
    assert found.words.scores == pytest.approx(expected.words.scores, abs=1e-6)
    assert found.words.shares == pytest.approx(expected.words.shares, abs=1e-9)
    for field in fields(Matches):
        if field.name != "words":
            mine, other = getattr(found, field.name), getattr(expected, field.name)
            np.testing.assert_allclose(mine, other, rtol=0, atol=1e-5, err_msg=field.name)


# As if written together


@pytest.mark.parametrize("text", QUERIES)
def test_two_parts_match_as_one(one: Path, two: Path, text: str) -> None:
    whole, parts = TextIndex(one), TextIndex(two)
    assert (len(parts), parts.passage_count) == (len(whole), whole.passage_count)
    assert (two / RECENT).is_dir()
    assert not (one / RECENT).exists()
    assert_same(matched(parts, text), matched(whole, text))
    within = np.arange(len(whole)) % 3 == 0
    assert_same(matched(parts, text, within), matched(whole, text, within))


@pytest.mark.parametrize("text", QUERIES)
def test_two_parts_show_of_a_document_what_one_shows(one: Path, two: Path, text: str) -> None:
    whole, parts = TextIndex(one), TextIndex(two)
    need = whole.understand(text)
    assert parts.understand(text) == need
    query = WordEncoder().encode([need.for_model])[0]
    for number in range(len(whole)):
        assert parts.passages(number) == whole.passages(number)
        assert dict(parts.term_scores(need, number)) == pytest.approx(
            dict(whole.term_scores(need, number)), abs=1e-6
        )
        passages, _ = whole.passages_of(np.array([number]))
        assert parts.passages_of(np.array([number]))[0].tolist() == passages.tolist()
        for passage in passages.tolist():
            assert parts.passage(passage) == whole.passage(passage)
            np.testing.assert_allclose(
                parts.sentence_cosines(query, passage),
                whole.sentence_cosines(query, passage),
                atol=1e-6,
            )
    # In an order in which parts alternate.
    passages, _ = whole.passages_of(np.arange(len(whole))[::-1])
    assert parts.terms_held(need, passages).tolist() == whole.terms_held(need, passages).tolist()
    assert parts.highlights(need, passages) == whole.highlights(need, passages)
    np.testing.assert_allclose(
        parts.passage_cosines(query, passages), whole.passage_cosines(query, passages), atol=1e-6
    )


def test_two_parts_are_as_like_each_other_as_in_one(one: Path, two: Path) -> None:
    whole, parts = TextIndex(one), TextIndex(two)
    for number in (0, len(whole) - LATER - 1, len(whole) - LATER, len(whole) - 1):
        np.testing.assert_allclose(parts.likeness(number), whole.likeness(number), atol=1e-6)
        assert parts.likeness(number).argmax() == number


def test_the_words_of_two_parts_are_numbered_on(one: Path, two: Path) -> None:
    whole, parts = KeywordIndex(one / BASE), KeywordIndex(two / BASE, two / RECENT)
    assert parts.spellings() == whole.spellings()
    for phrase in (["teaching", "assistants"], ["the"], ["attendance"], ["zebra"]):
        assert parts.holding(phrase).tolist() == whole.holding(phrase).tolist()
        assert parts.mentioning(phrase).tolist() == whole.mentioning(phrase).tolist()
    for term in ("read", "=y6", "attend", "zebra"):
        query = QueryWords({term: 1.0}, ((term,),))
        for number in range(len(whole)):
            assert parts.parts(query, number) == pytest.approx(whole.parts(query, number))


# What is not current any more


@pytest.mark.parametrize("are_many", [False, True])
@pytest.mark.parametrize("text", QUERIES)
def test_what_is_superseded_matches_nothing(
    two: Path, two_with_codes: Path, text: str, *, are_many: bool
) -> None:
    two = two_with_codes if are_many else two
    before = matched(TextIndex(two), text)
    # Among them, the ones that were best.
    gone = sorted({*np.argsort(-before.scores[:-LATER])[:3].tolist(), 1, 5})
    index = TextIndex(two, gone)
    matches = matched(index, text)
    assert not matches.allowed[gone].any()
    assert not matches.looked_at[gone].any()
    assert not matches.words.scores[gone].any()
    assert not matches.words.shares[gone].any()
    assert matches.passage[gone].max() <= np.delete(matches.passage, gone).min()
    lost = sum(len(TextIndex(two).passages(number)) for number in gone)
    assert index.passage_count == TextIndex(two).passage_count - lost


@pytest.mark.parametrize("text", QUERIES)
def test_what_is_superseded_is_no_leader_of_the_others(two: Path, text: str) -> None:
    index = TextIndex(two, [0, 1, 2])
    leaders = np.argsort(-matched(TextIndex(two), text).scores)
    gone = [int(n) for n in leaders if n < len(index) - LATER][:2]
    matches = matched(TextIndex(two, gone), text)
    without = TextIndex(two, gone)
    others = np.delete(np.arange(len(index)), gone)
    # As if only the others had been asked about.
    again = matched(without, text, without.current)
    np.testing.assert_allclose(again.like_best[others], matches.like_best[others], atol=1e-6)
    assert matches.like_best[gone].max() <= matches.like_best[others].min()


def test_all_of_the_base_may_be_superseded(two: Path) -> None:
    index = TextIndex(two)
    base = len(index) - LATER
    index = TextIndex(two, range(base))
    matches = matched(index, "attendance")
    assert matches.allowed.tolist() == [False] * base + [True] * LATER
    assert matches.looked_at.tolist() == matches.allowed.tolist()
    assert np.isfinite(matches.scores).all()


# Whole snapshots

BEFORE = [
    a_published("gate", body=body_of("The pager rang at the gate."), phases=["primary"]),
    a_published("hall", body=body_of("Lunch in the hall."), phases=["primary"]),
    a_published("yard", body=body_of("Skipping in the yard."), phases=["secondary"]),
]


def added(store: SnapshotStore, home: Path, studies: Sequence[Published], *gone: int) -> Snapshot:
    """The live snapshot with some of its base superseded and studies added, made live."""
    folder = store.current()
    with store.writing(wait_seconds=5, on_wait=lambda: None):
        build_snapshot(
            store,
            studies,
            {published.study.id: published.digest for published in studies},
            Recipe(
                vocabularies(),
                Glossary.load(SHIPPED / "terms.toml"),
                Prompts.load(SHIPPED / "home.toml"),
                replace(Steering.load(SHIPPED), elsewhere=()),
                WordEncoder(),
                VectorCache(home / "vectors.sqlite"),
            ),
            base=Base(folder, read_manifest(folder), gone),
            content="changed",
            now=NOW,
            progress=silent,
        )
    return Snapshot(store.current())


@pytest.fixture
def changed(tmp_path: Path) -> Searcher:
    """A study that was changed, one that was removed, one that is new, and one as it was."""
    store = a_store(tmp_path, BEFORE)
    now = [
        a_published("gate", body=body_of("A bell at the gate."), phases=["post-16"]),
        a_published("pond", body=body_of("Frogs near the pond."), phases=["secondary"]),
    ]
    added(store, tmp_path, now, 0, 1)
    return Searcher(LiveSnapshot(store), WordEncoder())


def test_only_what_is_current_is_found_and_once(changed: Searcher) -> None:
    assert sorted(slugs(changed.search(ask()))) == ["gate", "pond", "yard"]
    assert slugs(changed.search(ask("bell"))) == ["gate"]
    assert slugs(changed.search(ask("frogs"))) == ["pond"]
    assert slugs(changed.search(ask("skipping"))) == ["yard"]
    assert changed.manifest().documents == 3


@pytest.mark.parametrize("text", ["pager", "lunch", '"in the hall"', "lunch in the hall"])
def test_what_was_removed_is_neither_found_nor_closest(changed: Searcher, text: str) -> None:
    page = changed.search(ask(text))
    shown = [*page.results, *page.closest]
    assert "hall" not in {result.document.slug for result in shown}
    assert all("pager" not in result.passage.text for result in shown)
    if text.startswith('"'):
        assert page.total == 0


def test_only_what_is_current_is_counted(changed: Searcher) -> None:
    for text in ("", "-zebra"):
        counts = changed.search(ask(text)).facets["phase"]
        assert {count.key: count.count for count in counts} == {"secondary": 2, "post-16": 1}
    assert slugs(changed.search(ask(phase=["primary"]))) == []


def test_only_what_is_current_is_related(changed: Searcher) -> None:
    for study in (BEFORE[0], BEFORE[2]):
        found = {document.slug for document in changed.related(study.study.id, limit=9)}
        assert "hall" not in found
        assert study.study.slug not in found
    assert changed.related(BEFORE[1].study.id) == []


def test_a_document_is_shown_as_it_is_now(changed: Searcher) -> None:
    [result] = changed.search(ask("bell")).results
    assert "bell" in result.passage.text
    assert [str(phase) for phase in result.document.meta.phases] == ["post-16"]


def test_the_base_is_not_written_again(tmp_path: Path) -> None:
    store = a_store(tmp_path, BEFORE)
    base = store.current() / BASE
    snapshot = added(store, tmp_path, [a_published("pond")], 2)
    files = [path for path in base.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.samefile(snapshot.folder / BASE / path.relative_to(base))
    assert snapshot.current.tolist() == [True, True, False, True]
    assert snapshot.numbers.keys() == set(np.array(snapshot.columns.ids)[snapshot.current].tolist())


def test_where_studies_are_only_removed_nothing_is_recent(tmp_path: Path) -> None:
    store = a_store(tmp_path, BEFORE)
    snapshot = added(store, tmp_path, [], 0, 2)
    assert not (snapshot.folder / RECENT).exists()
    assert (snapshot.manifest.documents, len(snapshot)) == (1, 3)
    page = Searcher(LiveSnapshot(store), WordEncoder()).search(ask())
    assert slugs(page) == ["hall"]


def test_what_is_added_twice_is_added_to_the_first_base(tmp_path: Path) -> None:
    store = a_store(tmp_path, BEFORE)
    added(store, tmp_path, [a_published("pond")])
    snapshot = added(store, tmp_path, [a_published("pond"), a_published("gym")], 1)
    assert snapshot.columns.slugs == ["gate", "hall", "yard", "pond", "gym"]
    assert snapshot.current.tolist() == [True, False, True, True, True]
