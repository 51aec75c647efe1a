"""Snapshots: checked before they are trusted, switched in one step, never half there."""

import json
import shutil
import string
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from indexer.snapshot import Snapshot
from indexer.snapshots import (
    FORMAT,
    HELD_BACK,
    KEPT,
    MANIFEST,
    POINTER,
    SnapshotStore,
    read_manifest,
)
from kb.errors import Busy, SnapshotDamaged, SnapshotMismatch, SnapshotMissing
from tests.indexer.builders import NOW, a_manifest, a_published, a_store

STUDIES = [a_published("gate", phases=["primary"]), a_published("pager", themes=["attendance"])]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    """A store with one snapshot; only to be copied."""
    return a_store(tmp_path_factory.mktemp("sound"), STUDIES)


@pytest.fixture
def store(sound: SnapshotStore, tmp_path: Path) -> SnapshotStore:
    """A store of one's own."""
    shutil.copytree(sound.root, tmp_path / "index")
    return SnapshotStore(tmp_path / "index")


def publish(store: SnapshotStore, name: str, minute: int = 0) -> Path:
    """A snapshot of one file, built some minutes after the first."""
    manifest = a_manifest(content=name, built_at=(NOW + timedelta(minutes=minute)).isoformat())
    with store.writing(wait_seconds=1, on_wait=lambda: None):
        return store.publish(manifest, lambda folder: _write(folder / "name", name))


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def below(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.name != "LOCK")


# Checked before they are trusted


def test_a_sound_snapshot_names_every_file_of_its_own(store: SnapshotStore) -> None:
    folder = store.current()
    manifest = read_manifest(folder)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(manifest.files) == found - {MANIFEST}
    assert (manifest.model, manifest.dim, manifest.documents) == ("words", 256, 2)
    assert Snapshot(folder).manifest == manifest


def _altered(raw: bytes) -> bytes:
    middle = len(raw) // 2
    return raw[:middle] + bytes(byte ^ 1 for byte in raw[middle : middle + 1]) + raw[middle + 1 :]


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "was cut short or altered"),
        (lambda path: path.write_bytes(b""), "was cut short or altered"),
        (lambda path: path.write_bytes(_altered(path.read_bytes())), "was cut short or altered"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0"), "was cut short or altered"),
        (lambda path: path.unlink(), "is missing"),
    ],
    ids=["cut by one", "emptied", "altered", "lengthened", "missing"],
)
def test_a_harmed_file_is_named(
    store: SnapshotStore, harm: Callable[[Path], object], says: str
) -> None:
    folder = store.current()
    # Whoosh leaves an empty lock file, which can only go missing or grow.
    for path in [p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST]:
        raw = path.read_bytes()
        harm(path)
        if path.exists() and path.read_bytes() == raw == b"":
            continue
        with pytest.raises(SnapshotDamaged) as caught:
            Snapshot(folder)
        assert f"{path} {says}" in str(caught.value)
        assert "kb index" in str(caught.value)
        path.write_bytes(raw)
    assert len(Snapshot(folder)) == 2


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{}", b"[]", b"null", b"{", b"\xff\xfe"),
        *(f'{{"format": {FORMAT}{rest}}}'.encode() for rest in ("", ', "floor": 3')),
    ],
)
def test_a_manifest_that_is_none_is_damage(store: SnapshotStore, raw: bytes) -> None:
    (store.current() / MANIFEST).write_bytes(raw)
    with pytest.raises(SnapshotDamaged, match="no readable manifest"):
        Snapshot(store.current())


def test_a_snapshot_without_manifest_is_damaged(store: SnapshotStore) -> None:
    (store.current() / MANIFEST).unlink()
    with pytest.raises(SnapshotDamaged, match="no readable manifest"):
        Snapshot(store.current())


def test_an_altered_manifest_raises_nothing_but_what_is_promised(store: SnapshotStore) -> None:
    path = store.current() / MANIFEST
    raw = path.read_bytes()
    for place in range(0, len(raw), 29):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        try:
            read_manifest(path.parent)
        except (SnapshotDamaged, SnapshotMismatch):
            continue


@pytest.mark.parametrize("name", ["documents", "passages", "dim"])
def test_a_manifest_that_counts_otherwise_than_its_files_is_damage(
    store: SnapshotStore, name: str
) -> None:
    path = store.current() / MANIFEST
    raw = json.loads(path.read_text())
    path.write_text(json.dumps(raw | {name: raw[name] + 1}))
    with pytest.raises(SnapshotDamaged):
        Snapshot(store.current())


@pytest.mark.parametrize("other", [0, FORMAT - 1, FORMAT + 1, 99])
def test_another_format_is_not_read(store: SnapshotStore, other: int) -> None:
    path = store.current() / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": other}))
    with pytest.raises(SnapshotMismatch, match=f"format {other}.*kb index"):
        Snapshot(store.current())


# The pointer


def test_no_pointer_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing, match="kb index"):
        SnapshotStore(tmp_path / "nowhere").current()


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"snap-gone", b"..", b"snap-/../..", b"/etc", b"LOCK", b"snap-\0", b"{}"]
)
def test_a_pointer_that_leads_nowhere_is_no_snapshot(store: SnapshotStore, raw: bytes) -> None:
    (store.root / POINTER).write_bytes(raw)
    with pytest.raises(SnapshotMissing):
        store.current()


@pytest.mark.parametrize("raw", [b"\xff\xfe\x80", b"snap-" + b"x" * 5000])
def test_a_pointer_of_garbage_is_no_snapshot(store: SnapshotStore, raw: bytes) -> None:
    (store.root / POINTER).write_bytes(raw)
    with pytest.raises(SnapshotMissing):
        store.current()


def test_a_pointer_may_end_in_a_new_line(store: SnapshotStore) -> None:
    folder = store.current()
    (store.root / POINTER).write_text(f"{folder.name}\n")
    assert store.current() == folder


# Publishing


class Broken(Exception):
    pass


@pytest.mark.parametrize("error", [Broken, OSError, KeyboardInterrupt])
def test_a_build_that_fails_leaves_the_live_one_and_nothing_behind(
    store: SnapshotStore, error: type[BaseException]
) -> None:
    live, before = store.current(), below(store.root)

    def build(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise error

    with (
        pytest.raises(error),
        store.writing(wait_seconds=1, on_wait=lambda: None),
    ):
        store.publish(a_manifest(), build)
    assert store.current() == live
    assert below(store.root) == before
    assert len(Snapshot(live)) == 2


def test_a_switch_that_fails_leaves_the_live_one(store: SnapshotStore) -> None:
    live = store.current()
    (store.root / f"{POINTER}.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        publish(store, "new", minute=1)
    assert store.current() == live


def test_a_switch_that_fails_leaves_nothing_behind(store: SnapshotStore) -> None:
    (store.root / f"{POINTER}.new").mkdir()
    before = below(store.root)
    with pytest.raises(OSError, match="directory"):
        publish(store, "new", minute=1)
    assert below(store.root) == before


def test_what_a_killed_writer_left_is_swept_up_by_the_next(store: SnapshotStore) -> None:
    before = below(store.root)
    (store.root / "snap-20260101T000000-dead" / "words").mkdir(parents=True)
    (store.root / "snap-20260101T000000-dead" / "words" / "half").touch()
    with store.writing(wait_seconds=1, on_wait=lambda: None):
        pass
    assert below(store.root) == before


def test_the_last_ones_are_kept(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    made = [publish(store, string.ascii_letters[n], minute=n) for n in range(KEPT + 3)]
    assert store.current() == made[-1]
    assert sorted(tmp_path.glob("snap-*")) == made[-KEPT:]


def test_the_live_one_is_kept_however_old(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    # Clocks go wrong: what is built last may bear the earliest time.
    for minute in (50, 51, 52, 53):
        publish(store, str(minute), minute)
    live = publish(store, "early", minute=1)
    assert store.current() == live
    assert (live / "name").read_text() == "early"


# Going back


def test_a_rollback_makes_the_one_before_live(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    first, _ = publish(store, "first"), publish(store, "second", minute=1)
    assert store.rollback() == store.current() == first
    assert store.held_back() == {"second"}


def test_two_rollbacks_go_back_two(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    first = publish(store, "first")
    publish(store, "second", minute=1)
    publish(store, "third", minute=2)
    store.rollback()
    assert store.rollback() == store.current() == first


def test_with_one_snapshot_there_is_nothing_to_go_back_to(store: SnapshotStore) -> None:
    live = store.current()
    with pytest.raises(SnapshotMissing, match="no earlier index"):
        store.rollback()
    assert store.current() == live
    assert store.held_back() == set()


def test_without_a_snapshot_there_is_nothing_to_go_back_from(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing, match="There is no index yet"):
        SnapshotStore(tmp_path).rollback()


def test_a_rollback_passes_over_what_is_damaged(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    first, second = publish(store, "first"), publish(store, "second", minute=1)
    publish(store, "third", minute=2)
    (second / "name").write_text("other")
    assert store.rollback() == first


def test_a_damaged_live_one_can_be_rolled_back_from(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    first, second = publish(store, "first"), publish(store, "second", minute=1)
    (second / MANIFEST).write_text("{")
    assert store.rollback() == first
    assert read_manifest(store.current()).content == "first"


def test_a_new_build_is_held_back_no_more(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    for minute, name in enumerate(("first", "second")):
        publish(store, name, minute)
    store.rollback()
    publish(store, "third", minute=2)
    assert store.held_back() == set()
    assert not (tmp_path / HELD_BACK).exists()


def test_a_rollback_does_not_return_to_what_was_rolled_back(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    good = publish(store, "good")
    publish(store, "bad", minute=1)
    store.rollback()
    publish(store, "new", minute=2)
    assert store.rollback() == good


# One writer


def test_a_second_writer_is_told_that_another_is_at_it(tmp_path: Path) -> None:
    told: list[str] = []
    store = SnapshotStore(tmp_path)
    with (
        store.writing(wait_seconds=1, on_wait=lambda: told.append("first")),
        pytest.raises(Busy, match="still building"),
        SnapshotStore(tmp_path).writing(wait_seconds=0.1, on_wait=lambda: told.append("second")),
    ):
        pass
    assert told == ["second"]


def test_the_lock_is_given_back_whatever_happens(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    with pytest.raises(Broken), store.writing(wait_seconds=1, on_wait=lambda: None):
        raise Broken
    told: list[str] = []
    with SnapshotStore(tmp_path).writing(wait_seconds=1, on_wait=lambda: told.append("waits")):
        pass
    assert told == []
