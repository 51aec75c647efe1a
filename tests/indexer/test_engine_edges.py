"""What is rare in an index: nothing to start from, nothing left, a manifest that lies."""

import json
from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from indexer.snapshots import MANIFEST, SnapshotStore
from kb.errors import SnapshotDamaged
from tests.fakes import WordEncoder
from tests.indexer.builders import a_published, a_store, ask, body_of
from tests.indexer.test_textpart import BEFORE, added


def word_score(snapshot: Snapshot, text: str) -> float:
    need = snapshot.text.understand(text)
    matches = snapshot.text.match(need, WordEncoder().encode([text])[0])
    return float(matches.words.scores.max())


def test_a_filter_that_leaves_nothing_leaves_exactly_nothing(
    shipped_store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.textindex.TextIndex.__init__.__defaults__", ((), 0))
    searcher = Searcher(LiveSnapshot(shipped_store), WordEncoder())
    page = searcher.search(ask("attendance", filters={"value": ["no-such"]}))
    assert (page.total, page.total_is_minimum) == (0, False)


def test_studies_beside_an_empty_base_are_found_by_words(tmp_path: Path) -> None:
    assert word_score(added(a_store(tmp_path, []), tmp_path, BEFORE), "pager") > 0.1


def test_a_field_that_no_study_of_the_base_has_counts(tmp_path: Path) -> None:
    new = a_published("zoo", answers=["How do we keep okapi?"])
    assert word_score(added(a_store(tmp_path, BEFORE), tmp_path, [new]), "okapi") > 0.1


@pytest.mark.parametrize("gone", [[99], ["a"], [-1], [1.5], [None], [True]])
def test_a_manifest_that_names_no_such_documents_is_damaged(
    tmp_path: Path, gone: list[object]
) -> None:
    folder = a_store(tmp_path, BEFORE).current()
    said = json.loads((folder / MANIFEST).read_text()) | {"superseded": gone}
    (folder / MANIFEST).write_text(json.dumps(said))
    with pytest.raises(SnapshotDamaged):
        Snapshot(folder)


def test_a_word_of_withdrawn_studies_alone_is_not_suggested(tmp_path: Path) -> None:
    withdrawn = a_published("zoo", body=body_of("Okapiana everywhere."))
    store = a_store(tmp_path, [*BEFORE, withdrawn])
    assert Snapshot(store.current()).text.understand("okapianna").respelt == "okapiana"
    left = added(store, tmp_path, [], len(BEFORE))
    assert left.text.understand("okapianna").respelt is None
