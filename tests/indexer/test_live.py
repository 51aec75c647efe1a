"""The live snapshot: swapped under running requests, and never for a worse one."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshots import MANIFEST, POINTER, SnapshotStore
from kb.errors import SnapshotDamaged, SnapshotMissing
from tests.fakes import WordEncoder
from tests.indexer.builders import NOW, a_published, a_store, ask, body_of, slugs


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
    assert begun.passages(0)[1].text == "pager weekly"
    assert begun.words.search(["pager"]).scores[0] > 0
    assert begun.meaning.cosines(WordEncoder().encode(["pager"])[0])[1] > 0.3
    assert begun.likeness(0)[0] == pytest.approx(1.0)
    assert begun.facets.within("staff_max", 3).tolist() == [False]


@pytest.mark.parametrize("name", [MANIFEST, "documents.jsonl", "passages.faiss"])
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
    (store.current() / "documents.jsonl").write_bytes(b"{")
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
