"""Files to live snapshot: what changes it, what leaves it, and what no accident can break."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.embedding import Vectors
from indexer.live import LiveSnapshot
from indexer.request import SearchRequest
from indexer.search import Searcher
from indexer.snapshots import MANIFEST, POINTER, read_manifest
from indexer.update import Updater
from kb.errors import (
    ContentMissing,
    ModelUnavailable,
    SnapshotMissing,
    VocabularyInvalid,
)
from tests.factories import BODY, an_id, write_study
from tests.fakes import WordEncoder
from tests.indexer.builders import Home, a_home, open_home
from tests.indexer.child import NEVER, Outcome, run_child, run_children, start_slow_update

CHANGED = "case studies, vocabularies or search data changed"


class NoModel:
    """An encoder whose name is known and whose model cannot be loaded."""

    name = "words"

    @property
    def dim(self) -> int:
        raise ModelUnavailable

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise ModelUnavailable


def with_no_model(home: Home) -> Updater:
    return Updater(home.database, home.content, home.state, NoModel())


@pytest.fixture
def gate(home: Home) -> Home:
    """An installation with one study that is live."""
    write_study(home.content, "gate")
    assert home.update().why == "there was no index"
    return home


# What changes


def test_a_first_update_makes_the_study_found(gate: Home) -> None:
    assert gate.search("loud mondays") == ["gate"]
    assert (gate.live.documents, gate.live.model, gate.live.dim) == (1, "words", 256)
    assert gate.recorded() == {an_id("gate")}


def test_an_unchanged_folder_builds_nothing_and_needs_no_model(gate: Home) -> None:
    live = gate.store.current()
    report = with_no_model(gate).update()
    assert (report.why, report.embedded, report.held_back) == (None, None, False)
    assert gate.store.current() == live


def test_an_added_study_is_found_and_alone_embedded(gate: Home) -> None:
    before = len(gate.encoder.embedded)
    write_study(gate.content, "pager", body=BODY.replace("loud", "pagers"), answers=[])
    report = gate.update()
    assert report.sync.added == ("pager",)
    assert report.why == CHANGED
    assert report.embedded == len(gate.encoder.embedded) - before
    # Its passages, and of its sentences the only one that is new.
    assert all("pager" in text.casefold() for text in gate.encoder.embedded[before:])
    assert gate.search("pagers") == ["pager"]


def test_a_changed_study_is_found_by_its_new_words_alone(gate: Home) -> None:
    write_study(gate.content, "gate", body=BODY.replace("marks", "thunder"))
    assert gate.update().sync.changed == ("gate",)
    assert gate.search("thunder") == ["gate"]
    assert gate.search("marks") == []


def test_a_removed_study_is_found_no_more(gate: Home) -> None:
    write_study(gate.content, "pager")
    gate.update()
    (gate.content / "case-studies" / "gate.md").unlink()
    report = gate.update()
    assert (report.sync.removed, report.embedded) == (("gate",), 0)
    assert gate.search() == ["pager"]


def test_a_study_that_is_no_longer_published_is_found_no_more(gate: Home) -> None:
    write_study(gate.content, "gate", status="archived")
    gate.update()
    assert gate.search() == []
    assert gate.search("loud mondays") == []


def test_a_renamed_study_is_found_at_its_new_name_and_not_embedded_again(gate: Home) -> None:
    folder = gate.content / "case-studies"
    (folder / "gate.md").rename(folder / "door.md")
    assert gate.update().embedded == 0
    assert gate.search("loud mondays") == ["door"]


def test_of_a_broken_file_the_last_good_version_stays_found(gate: Home) -> None:
    (gate.content / "case-studies" / "gate.md").write_text("nothing that is a study")
    write_study(gate.content, "pager")
    report = gate.update()
    assert report.sync.kept == ("gate",)
    assert report.sync.faults
    assert set(gate.search("loud mondays")) == {"gate", "pager"}


def test_a_broken_file_survives_a_rebuild(gate: Home) -> None:
    (gate.content / "case-studies" / "gate.md").write_text("nothing that is a study")
    gate.update(rebuild=True)
    assert gate.search("loud mondays") == ["gate"]


def test_a_draft_alone_makes_an_index_without_studies(home: Home) -> None:
    write_study(home.content, "gate", status="draft")
    assert home.update().manifest.documents == 0
    assert home.search() == home.search("loud mondays") == []


@pytest.mark.parametrize("where", ["title", "summary"])
def test_half_a_pair_of_escapes_stops_only_its_own_file(gate: Home, where: str) -> None:
    # JSON and YAML may spell half of an emoji; no file and no database can hold it.
    path = write_study(gate.content, "broken", **{where: "an emoji: HALF"})
    path.write_text(path.read_text().replace("HALF", "\\ud83c"))
    write_study(gate.content, "sound")
    gate.update()
    assert {"gate", "sound"} <= set(gate.search())


# What else makes a new snapshot


def test_a_changed_label_makes_a_new_snapshot(gate: Home) -> None:
    path = gate.content / "vocabulary" / "phase.toml"
    path.write_text(path.read_text().replace('label = "Primary"', 'label = "Infant and junior"'))
    assert gate.update().why == CHANGED
    searcher = Searcher(LiveSnapshot(gate.store), WordEncoder())
    labels = {c.key: c.label for c in searcher.search(SearchRequest()).facets["phase"]}
    assert labels == {"primary": "Infant and junior"}
    assert gate.search("infant and junior") == ["gate"]


def test_a_changed_explanation_makes_a_new_snapshot(gate: Home) -> None:
    path = gate.content / "terms.toml"
    path.write_text(f'{path.read_text()}\n[zz]\nterm = "ZZ"\nexplanation = "Sleep."\n')
    assert gate.update().why == CHANGED
    found = Searcher(LiveSnapshot(gate.store), WordEncoder()).glossary().explain("zz")
    assert found is not None
    assert found.explanation == "Sleep."


def test_another_model_makes_a_new_snapshot(gate: Home) -> None:
    gate.encoder = WordEncoder(name="other", dim=64)
    report = gate.update()
    assert report.why == "the model changed from words to other-64"
    assert report.embedded == len(gate.encoder.embedded) >= report.manifest.passages
    assert (gate.live.model, gate.live.dim) == ("other-64", 64)


def test_a_rebuild_makes_a_new_snapshot_without_embedding(gate: Home) -> None:
    live = gate.store.current()
    report = gate.update(rebuild=True)
    assert (report.why, report.embedded) == ("a rebuild was asked for", 0)
    assert gate.store.current() != live


@pytest.mark.parametrize("name", ["base/documents.jsonl", "base/passages.faiss", MANIFEST])
def test_a_damaged_snapshot_is_built_again(gate: Home, name: str) -> None:
    (gate.store.current() / name).unlink()
    report = gate.update()
    # A folder without manifest counts as left by a killed writer.
    assert name == MANIFEST or "kb index" in str(report.why)
    assert (report.why is None, report.embedded) == (False, 0)
    assert gate.search("loud mondays") == ["gate"]


def test_a_lost_index_is_built_again(gate: Home) -> None:
    shutil.rmtree(gate.store.root)
    assert gate.update().why == "there was no index"
    assert gate.search("loud mondays") == ["gate"]


# What stops an update


def test_no_studies_at_all_leave_the_live_ones(gate: Home) -> None:
    (gate.content / "case-studies" / "gate.md").unlink()
    with pytest.raises(ContentMissing):
        gate.update()
    assert gate.search("loud mondays") == ["gate"]


def test_a_broken_vocabulary_leaves_the_live_one(gate: Home) -> None:
    (gate.content / "vocabulary" / "phase.toml").write_text("[")
    with pytest.raises(VocabularyInvalid):
        gate.update()
    assert gate.search("loud mondays") == ["gate"]


def test_a_missing_model_leaves_the_live_one(gate: Home) -> None:
    write_study(gate.content, "pager")
    with pytest.raises(ModelUnavailable):
        with_no_model(gate).update()
    assert gate.search("loud mondays") == ["gate"]
    assert gate.update().why is not None
    assert set(gate.search("loud mondays")) == {"gate", "pager"}


# Going back


@pytest.fixture
def rolled_back(gate: Home) -> Home:
    """An installation whose second study was taken out by a rollback."""
    write_study(gate.content, "pager")
    gate.update()
    gate.updater.rollback()
    assert gate.search() == ["gate"]
    return gate


def test_what_was_rolled_back_is_not_built_again_by_itself(rolled_back: Home) -> None:
    for _ in range(2):
        report = with_no_model(rolled_back).update()
        assert (report.why, report.held_back) == (None, True)
    assert rolled_back.search() == ["gate"]


def test_new_content_ends_the_holding_back(rolled_back: Home) -> None:
    write_study(rolled_back.content, "lunch")
    assert not rolled_back.update().held_back
    assert set(rolled_back.search()) == {"gate", "pager", "lunch"}
    assert not rolled_back.update().held_back


def test_a_rebuild_ends_the_holding_back(rolled_back: Home) -> None:
    rolled_back.update(rebuild=True)
    assert set(rolled_back.search()) == {"gate", "pager"}


def test_after_two_rollbacks_the_files_are_not_built_again_by_themselves(gate: Home) -> None:
    for slug in ("pager", "lunch"):
        write_study(gate.content, slug)
        gate.update()
    gate.updater.rollback()
    gate.updater.rollback()
    assert gate.search() == ["gate"]
    assert gate.update().why is None
    assert gate.search() == ["gate"]


def test_a_rollback_with_nothing_before_says_so(gate: Home) -> None:
    with pytest.raises(SnapshotMissing, match="no earlier index"):
        gate.updater.rollback()
    assert gate.search() == ["gate"]


# Two at once


def test_a_second_update_waits_and_both_succeed(gate: Home) -> None:
    write_study(gate.content, "pager", body=body_of_all("pager"))
    first = start_slow_update(gate.folder)
    write_study(gate.content, "lunch", body=body_of_all("lunch"))
    waited: list[str] = []

    def let_the_first_go_on() -> None:
        waited.append("waited")
        (gate.folder / "go").touch()

    report = gate.updater.update(on_wait=let_the_first_go_on)
    told, _ = first.communicate(timeout=60)
    assert waited == ["waited"]
    assert f'"why": "{CHANGED}"' in told
    assert report.sync.added == ("lunch",)
    assert set(gate.search()) == {"gate", "pager", "lunch"}


def body_of_all(word: str) -> str:
    return BODY.replace("loud", word)


# Kills


@pytest.fixture(scope="module")
def pending(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a live study, and one that waits for an update; only to be copied."""
    folder = tmp_path_factory.mktemp("pending")
    with a_home(folder) as home:
        # Enough updates that the next one removes an old snapshot too.
        for slug in ("gate", "bell", "yard"):
            write_study(home.content, slug)
            home.update()
        write_study(home.content, "pager", body=body_of_all("pagers"), first_published=None)
    return folder


@pytest.fixture(scope="module")
def build(pending: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A whole update, with all that it did below KB_HOME."""
    folder = tmp_path_factory.mktemp("whole") / "copy"
    shutil.copytree(pending, folder)
    outcome = run_child("update", folder, kill_at=NEVER)
    assert outcome.error == "", outcome
    return outcome


def killed_at(pending: Path, tmp_path: Path, moments: Sequence[int]) -> list[Path]:
    """Copies of an installation, each with an update killed just before one of its events."""
    copies = [tmp_path / f"{moment}" for moment in moments]
    for copy in copies:
        shutil.copytree(pending, copy)
    outcomes = run_children(
        [
            {"do": "update", "folder": str(copy), "kill_at": moment}
            for copy, moment in zip(copies, moments, strict=True)
        ]
    )
    assert [outcome.signal for outcome in outcomes] == [9] * len(moments)
    return copies


OLD, NEW = {"gate", "bell", "yard"}, {"gate", "bell", "yard", "pager"}


def test_a_kill_at_any_moment_leaves_a_live_index_and_the_next_update_mends(
    pending: Path, build: Outcome, tmp_path: Path
) -> None:
    switch = next(n for n, e in enumerate(build.events, 1) if _is_switch(e))
    last = len(build.events)
    assert last > 100
    moments = sorted(
        {1 + n * (last - 1) // 19 for n in range(20)} | {switch - 1, switch, switch + 1}
    )
    for copy, moment in zip(killed_at(pending, tmp_path, moments), moments, strict=True):
        with open_home(copy) as home:
            where = f"event {moment} of {last}: {build.events[moment - 1]}"
            assert read_manifest(home.store.current()), where
            assert set(home.search()) == (OLD if moment <= switch else NEW), where
            assert set(home.search("stood gate each morning")) >= OLD, where
            home.update()
            assert set(home.search()) == NEW, where
            assert home.search("pagers") == ["pager"], where
            left = {path.name for path in home.store.root.glob("snap-*")}
            assert all((home.store.root / name / MANIFEST).exists() for name in left), where
            assert home.update().why is None, where


def test_a_kill_after_the_switch_loses_no_publication(
    pending: Path, build: Outcome, tmp_path: Path
) -> None:
    switch = next(n for n, e in enumerate(build.events, 1) if _is_switch(e))
    [copy] = killed_at(pending, tmp_path, [switch + 1])
    with open_home(copy) as home:
        home.update()
        assert home.recorded() == {an_id(slug) for slug in NEW}


def test_a_kill_before_the_switch_leaves_nothing_to_roll_back_to(
    pending: Path, build: Outcome, tmp_path: Path
) -> None:
    switch = next(n for n, e in enumerate(build.events, 1) if _is_switch(e))
    [copy] = killed_at(pending, tmp_path, [switch])
    with open_home(copy) as home:
        home.update()
        assert set(home.search()) == NEW
        home.updater.rollback()
        assert set(home.search()) == OLD


def _is_switch(event: str) -> bool:
    return event.startswith("os.rename ") and event.endswith(f"/{POINTER}")


# Full disks


@pytest.mark.parametrize("largest_file", [0, 1_000, 10_000, 20_000])
def test_a_full_disk_at_any_moment_leaves_the_live_one(
    pending: Path, tmp_path: Path, largest_file: int
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(pending, copy)
    outcome = run_child("update", copy, largest_file=largest_file)
    assert outcome.error == "StorageFailed", outcome
    with open_home(copy) as home:
        assert set(home.search()) == OLD
        home.update()
        assert set(home.search()) == NEW


# Of vectors so long that they make the largest files by far.
WIDE = 4096


@pytest.fixture
def synced(pending: Path, tmp_path: Path) -> Path:
    """An installation where the catalogue is done and only the index is still to be written."""
    copy = tmp_path / "synced"
    shutil.copytree(pending, copy)
    with open_home(copy) as home, pytest.raises(ModelUnavailable):
        with_no_model(home).update()
    return copy


@pytest.mark.parametrize("largest_file", [150_000, 200_000, 250_000])
def test_a_full_disk_says_to_make_room(synced: Path, tmp_path: Path, largest_file: int) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(synced, whole)
    assert run_child("update", whole, dim=WIDE).error == ""
    # So that the cache has nothing to write, and the index is what fails.
    shutil.copy(whole / "home" / "vectors.sqlite", synced / "home" / "vectors.sqlite")
    outcome = run_child("update", synced, dim=WIDE, largest_file=largest_file)
    with open_home(synced) as home:
        assert set(home.search()) == OLD
        home.encoder = WordEncoder(dim=WIDE)
        left = {p.name for p in home.store.root.glob("snap-*")}
        assert all((home.store.root / name / MANIFEST).exists() for name in left)
        home.update()
        assert set(home.search()) == NEW
    assert outcome.error == "StorageFailed", outcome
    assert "live one is untouched. Make room" in outcome.message


def test_a_full_disk_for_the_cache_says_to_make_room(synced: Path) -> None:
    outcome = run_child("update", synced, dim=WIDE, largest_file=60_000)
    with open_home(synced) as home:
        assert set(home.search()) == OLD
    assert outcome.error == "StorageFailed", outcome
    assert "vector cache" in outcome.message
    assert "room" in outcome.message.casefold()


def test_a_disk_without_room_for_a_rollback_says_so(pending: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(pending, copy)
    outcome = run_child("rollback", copy, largest_file=0)
    with open_home(copy) as home:
        assert set(home.search()) == OLD
    assert outcome.error == "StorageFailed", outcome
