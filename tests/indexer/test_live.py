"""The live snapshot: swapped under running requests, and never for a worse one."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshots import MANIFEST, POINTER, SnapshotStore
from kb.errors import SnapshotDamaged, SnapshotMissing
from kb.steering import ELSEWHERE, FILES, PINS, SHORT_FORMS, SYNONYMS
from tests.factories import write_study
from tests.fakes import WordEncoder
from tests.indexer.builders import NOW, Home, a_published, a_store, ask, body_of, slugs


def publish(home: Path, slug: str, minute: int = 0) -> SnapshotStore:
    study = a_published(slug, body=body_of("pager weekly"))
    return a_store(home, [study], now=NOW + timedelta(minutes=minute))


def test_a_new_snapshot_answers_at_once(tmp_path: Path) -> None:
    searcher = Searcher(LiveSnapshot(publish(tmp_path, "old")), WordEncoder())
    assert slugs(searcher.search(ask("pager"))) == ["old"]
    publish(tmp_path, "new", minute=1)
    assert slugs(searcher.search(ask("pager"))) == ["new"]


def test_a_rollback_answers_at_once(tmp_path: Path) -> None:
    publish(tmp_path, "old")
    store = publish(tmp_path, "new", minute=1)
    searcher = Searcher(LiveSnapshot(store), WordEncoder())
    assert slugs(searcher.search(ask())) == ["new"]
    store.rollback()
    assert slugs(searcher.search(ask())) == ["old"]


def test_a_process_that_follows_takes_up_what_is_new_beside_its_requests(tmp_path: Path) -> None:
    live = LiveSnapshot(publish(tmp_path, "old"))
    before = live.snapshot()
    live.follow()
    store = publish(tmp_path, "new", minute=1)
    until = time.monotonic() + 30
    while live.snapshot() is before and time.monotonic() < until:
        time.sleep(0.02)
    assert live.snapshot().folder == store.current()
    assert live.snapshot().document(0).slug == "new"


def test_a_process_that_follows_keeps_what_is_open_when_the_new_one_is_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveSnapshot(publish(tmp_path, "old"))
    before = live.snapshot()
    store = publish(tmp_path, "new", minute=1)
    (store.current() / "base/documents.jsonl").write_bytes(b"{")
    live.follow()
    until = time.monotonic() + 30
    while "still answers" not in caplog.text and time.monotonic() < until:
        time.sleep(0.02)
    assert "base/documents.jsonl was cut short or altered" in caplog.text
    assert live.snapshot() is before


def test_an_unchanged_pointer_opens_nothing_again(tmp_path: Path) -> None:
    live = LiveSnapshot(publish(tmp_path, "one"))
    assert live.snapshot() is live.snapshot()


def test_a_request_ends_on_the_snapshot_that_it_began_on(tmp_path: Path) -> None:
    live = LiveSnapshot(publish(tmp_path, "old"))
    begun = live.snapshot()
    # So many that the old one's files are gone.
    for minute in range(1, 6):
        publish(tmp_path, "new", minute)
    assert live.snapshot() is not begun
    assert not begun.folder.exists()
    assert begun.document(0).slug == "old"
    assert begun.text.passages(0)[1].text == "pager weekly"
    query = WordEncoder().encode(["pager"])[0]
    matches = begun.text.match(begun.text.understand("pager"), query)
    assert matches.words.scores[0] > 0
    assert begun.text.passage_cosines(query, np.array([1]))[0] > 0.3
    assert matches.sentence[0] > 0.3
    assert begun.text.likeness(0)[0] == pytest.approx(1.0)
    assert begun.facets.within("staff_max", 3).tolist() == [False]


@pytest.mark.parametrize("name", [MANIFEST, "base/documents.jsonl", "base/passages.faiss"])
def test_a_damaged_new_snapshot_leaves_the_old_one_answering(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    searcher = Searcher(LiveSnapshot(publish(tmp_path, "old")), WordEncoder())
    assert slugs(searcher.search(ask("pager"))) == ["old"]
    store = publish(tmp_path, "new", minute=1)
    (store.current() / name).write_bytes(b"{")
    assert slugs(searcher.search(ask("pager"))) == ["old"]
    assert "The index before it still answers" in caplog.text
    publish(tmp_path, "mended", minute=2)
    assert slugs(searcher.search(ask("pager"))) == ["mended"]


def test_a_damaged_first_snapshot_is_not_served(tmp_path: Path) -> None:
    store = publish(tmp_path, "only")
    (store.current() / "base/documents.jsonl").write_bytes(b"{")
    with pytest.raises(SnapshotDamaged, match=r"documents\.jsonl"):
        LiveSnapshot(store).snapshot()


def test_no_snapshot_is_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing):
        LiveSnapshot(SnapshotStore(tmp_path)).snapshot()


@pytest.mark.parametrize("pointer", ["", "snap-gone"])
def test_a_bad_pointer_leaves_the_old_one_answering(tmp_path: Path, pointer: str) -> None:
    store = publish(tmp_path, "old")
    searcher = Searcher(LiveSnapshot(store), WordEncoder())
    assert slugs(searcher.search(ask())) == ["old"]
    (store.root / POINTER).write_text(pointer)
    assert slugs(searcher.search(ask())) == ["old"]


def test_searches_go_on_while_snapshots_are_swapped(tmp_path: Path) -> None:
    searcher = Searcher(LiveSnapshot(publish(tmp_path, "s0")), WordEncoder())
    failed: list[BaseException] = []
    done = threading.Event()

    def search_on() -> None:
        try:
            while not done.is_set():
                page = searcher.search(ask("pager"))
                assert page.total == 1
                assert page.results[0].passage.text == "pager weekly"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=search_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for minute in range(1, 8):
        publish(tmp_path, f"s{minute}", minute)
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert slugs(searcher.search(ask())) == ["s7"]


# What editors steer it with


@pytest.fixture
def steered(home: Home) -> tuple[Home, Searcher]:
    """An installation of two studies, and a process that has searched it already."""
    write_study(home.content, "gate", summary="A beeper and a beeper.")
    write_study(home.content, "tea")
    home.update()
    searcher = Searcher(LiveSnapshot(home.store), WordEncoder())
    assert slugs(searcher.search(ask("pager"))) == []
    assert slugs(searcher.search(ask("beeper"))) == ["gate"]
    return home, searcher


def write_steering(home: Home, name: str, text: str) -> None:
    (home.content / name).write_text(text, encoding="utf-8")


PIN_TEA = '[[pin]]\nquery = "beeper"\nstudies = ["tea"]\n'


def test_a_new_synonym_is_searched_for_without_a_restart(steered: tuple[Home, Searcher]) -> None:
    home, searcher = steered
    write_steering(home, SYNONYMS, "pager, beeper\n")
    report = home.update()
    assert (report.why is None, report.embedded) == (False, 0)
    page = searcher.search(ask("pager"))
    assert (slugs(page), page.also_searched) == (["gate"], ("beeper",))
    (home.content / SYNONYMS).unlink()
    assert home.update().why is not None
    assert slugs(searcher.search(ask("pager"))) == []


def test_a_new_short_form_is_known_without_a_restart(steered: tuple[Home, Searcher]) -> None:
    home, searcher = steered
    write_steering(home, SHORT_FORMS, "BP: beeper (default) | back pain\n")
    home.update()
    page = searcher.search(ask("BP"))
    assert slugs(page) == ["gate"]
    assert [form.short for form in page.short_forms] == ["BP"]


def test_a_new_pin_comes_first_without_a_restart(steered: tuple[Home, Searcher]) -> None:
    home, searcher = steered
    write_steering(home, PINS, PIN_TEA)
    assert home.update().embedded == 0
    assert slugs(searcher.search(ask("beeper"))) == ["tea", "gate"]
    write_steering(home, PINS, "")
    home.update()
    assert slugs(searcher.search(ask("beeper"))) == ["gate"]


def test_a_pin_is_mended_when_its_study_comes(steered: tuple[Home, Searcher]) -> None:
    home, searcher = steered
    write_steering(home, PINS, PIN_TEA.replace("tea", "lunch"))
    report = home.update()
    assert any("lunch" in str(finding) for finding in report.sync.findings)
    assert slugs(searcher.search(ask("beeper"))) == ["gate"]
    write_study(home.content, "lunch")
    assert home.update().sync.findings == ()
    assert slugs(searcher.search(ask("beeper"))) == ["lunch", "gate"]


def test_new_topics_elsewhere_make_a_new_snapshot(steered: tuple[Home, Searcher]) -> None:
    home, searcher = steered
    write_steering(home, ELSEWHERE, "beeper prices\n")
    report = home.update()
    assert (report.why is None, report.embedded) == (False, 1)
    [result] = searcher.search(replace(ask("beeper"), explain=True)).results
    assert result.contributions is not None
    assert result.contributions.elsewhere == pytest.approx(0.5**0.5, abs=0.01)


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_sense_is_said_and_the_rest_goes_on(
    steered: tuple[Home, Searcher], name: str
) -> None:
    home, searcher = steered
    (home.content / name).write_bytes(b"\xff\xfe[[,,:|\0\n= [")
    home.update()
    assert slugs(searcher.search(ask("beeper"))) == ["gate"]
    assert home.update().why is None


def test_files_that_say_the_same_as_before_build_nothing(steered: tuple[Home, Searcher]) -> None:
    home, _ = steered
    write_steering(home, PINS, PIN_TEA)
    home.update()
    write_steering(home, PINS, PIN_TEA)
    report = home.update()
    assert (report.why, report.held_back) == (None, False)


def test_a_rollback_takes_pins_out_until_something_else_changes(
    steered: tuple[Home, Searcher],
) -> None:
    home, searcher = steered
    write_steering(home, PINS, PIN_TEA)
    home.update()
    home.updater.rollback()
    assert slugs(searcher.search(ask("beeper"))) == ["gate"]
    assert home.update().held_back
    write_steering(home, SYNONYMS, "pager, beeper\n")
    assert not home.update().held_back
    assert slugs(searcher.search(ask("pager"))) == ["tea", "gate"]
