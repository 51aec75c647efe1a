"""A few changes are indexed beside the base, and nobody can tell but by the clock."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.results import SearchPage
from indexer.search import Searcher
from indexer.textindex import BASE, RECENT
from indexer.update import RECENT_AT_LEAST
from tests.factories import BODY, write_study
from tests.fakes import WordEncoder
from tests.indexer.builders import Home, ask

WORDS = ("mornings", "breakfast", "reading", "gate", "phonics", "calls", "maths", "clubs")


@pytest.fixture
def eight(home: Home) -> Home:
    """An installation with eight studies, indexed together."""
    for number, word in enumerate(WORDS):
        phases = ["primary"] if number % 2 else ["secondary"]
        write_study(home.content, f"of-{word}", body=BODY.replace("loud", word), phases=phases)
    home.update()
    return home


def page(home: Home, text: str = "", filters: Mapping[str, list[str]] | None = None) -> SearchPage:
    searcher = Searcher(LiveSnapshot(home.store), WordEncoder())
    return searcher.search(ask(text, page_size=50, filters=filters))


def shown(found: SearchPage) -> list[tuple[str, str]]:
    return [(result.document.slug, result.passage.text) for result in found.results]


def counted(found: SearchPage, facet: str) -> dict[str, int]:
    return {count.key: count.count for count in found.facets[facet]}


def change(home: Home) -> None:
    """One study changed, one removed, one added."""
    changed = BODY.replace("loud", "thunder")
    write_study(home.content, "of-gate", body=changed, phases=["secondary"])
    (home.content / "case-studies" / "of-maths.md").unlink()
    write_study(home.content, "of-pagers", body=BODY.replace("loud", "pagers"))
    home.update()


def test_the_base_is_linked_and_not_written_again(eight: Home) -> None:
    base = eight.store.current() / BASE
    files = {path.relative_to(base): path.stat().st_ino for path in base.rglob("*.*")}
    change(eight)
    again = eight.store.current() / BASE
    assert {path.relative_to(again): path.stat().st_ino for path in again.rglob("*.*")} == files
    assert (eight.store.current() / RECENT).is_dir()


def test_what_the_manifest_counts_is_current(eight: Home) -> None:
    before = eight.live
    change(eight)
    assert (before.documents, eight.live.documents) == (8, 8)
    assert eight.live.passages == before.passages
    assert len(eight.live.superseded) == 2


@pytest.mark.parametrize(
    "text", ["", "thunder", "reading mornings", "pagers -phonics", '"thunder"']
)
def test_it_answers_as_an_index_made_anew_does(eight: Home, text: str) -> None:
    change(eight)
    assert (eight.store.current() / RECENT).is_dir()
    beside = page(eight, text)
    eight.update(rebuild=True)
    assert not (eight.store.current() / RECENT).exists()
    anew = page(eight, text)
    assert shown(beside) == shown(anew)
    assert (beside.total, beside.facets) == (anew.total, anew.facets)


def test_what_was_replaced_is_neither_found_nor_counted_nor_near(eight: Home) -> None:
    change(eight)
    everything = page(eight)
    assert "of-maths" not in {slug for slug, _ in shown(everything)}
    assert everything.total == 8
    assert counted(everything, "phase") == {"primary": 4, "secondary": 4}
    assert counted(page(eight, filters={"phase": ["primary"]}), "phase") == {
        "primary": 4,
        "secondary": 4,
    }
    assert "of-maths" not in {slug for slug, _ in shown(page(eight, "maths"))}
    closest = page(eight, "quantum chromodynamics").closest
    assert "of-maths" not in {result.document.slug for result in closest}


def test_a_study_that_is_as_it_was_again_leaves_nothing_recent(eight: Home) -> None:
    path = eight.content / "case-studies" / "of-gate.md"
    text = path.read_text()
    write_study(eight.content, "of-gate", body=BODY.replace("loud", "thunder"))
    eight.update()
    path.write_text(text)
    eight.update()
    assert not (eight.store.current() / RECENT).exists()
    assert eight.live.superseded == ()
    assert eight.search("thunder") == []


def test_many_changes_are_indexed_anew_with_all_others(home: Home) -> None:
    write_study(home.content, "first")
    home.update()
    for number in range(RECENT_AT_LEAST):
        write_study(home.content, f"more-{number}", body=BODY.replace("loud", "pagers"))
    home.update()
    assert (home.store.current() / RECENT).is_dir()
    write_study(home.content, "one-too-many")
    home.update()
    assert not (home.store.current() / RECENT).exists()
    assert home.live.documents == RECENT_AT_LEAST + 2


def test_without_links_the_base_is_copied(eight: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("not on this file system")

    monkeypatch.setattr("os.link", refused)
    change(eight)
    assert eight.search("thunder") == ["of-gate"]


def test_a_damaged_part_is_built_again(eight: Home) -> None:
    change(eight)
    recent: Path = eight.store.current() / RECENT
    (recent / "passages.faiss").unlink()
    report = eight.update()
    assert report.why is not None
    assert "recent/passages.faiss is missing" in report.why
    assert eight.search("thunder") == ["of-gate"]
