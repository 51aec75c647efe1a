"""Saves are noticed: told by the file system, or seen by looking; many at once are one."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import content_folder, write_picture, write_study
from web import watching
from web.watching import Saved, saves


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return content_folder(tmp_path)


@pytest.fixture
def turns(content: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Iterator[Saved | None]]:
    """Turns of a watch that has begun, without looks of its own."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)
    stop = threading.Event()
    begun = saves(content, stop)
    while next(begun):
        # Some file systems tell late of how the folder was made.
        pass
    yield begun
    stop.set()
    assert len(list(begun)) <= 1


def noticed(turns: Iterator[Saved | None], within: int = 40) -> bool:
    """Whether one of the next turns tells of a save."""
    return any(next(turns) for _ in range(within))


def test_a_file_that_is_made_changed_renamed_and_removed_is_told_of(
    content: Path, turns: Iterator[Saved | None]
) -> None:
    path = write_study(content, "a-study")
    assert noticed(turns)
    path.write_text(path.read_text() + "More.\n")
    assert noticed(turns)
    path = path.rename(path.with_stem("b-study"))
    assert noticed(turns)
    path.unlink()
    assert noticed(turns)


def test_case_studies_that_are_saved_are_told_of_by_name(
    content: Path, turns: Iterator[Saved | None]
) -> None:
    path = write_study(content, "a-study")
    told = [saved.texts for saved in (next(turns) for _ in range(8)) if saved]
    assert {path} in told
    path.write_text(path.read_text() + "More.\n")
    (content / "synonyms.txt").write_text("a, b\n")
    told = [saved.texts for saved in (next(turns) for _ in range(8)) if saved]
    # Together with something else, or one after the other.
    assert frozenset() in told
    assert set(told) <= {frozenset(), frozenset({path})}


def test_vocabularies_search_data_and_pictures_are_content_too(
    content: Path, turns: Iterator[Saved | None]
) -> None:
    (content / "synonyms.txt").write_text("a, b\n")
    assert noticed(turns)
    (content / "vocabulary" / "need.toml").write_text("")
    assert noticed(turns)
    write_picture(content)
    assert noticed(turns)


def test_what_is_no_content_is_passed_over(content: Path, turns: Iterator[Saved | None]) -> None:
    for name in ("case-studies/.a-study.md.swp", "case-studies/a-study.md~", ".git"):
        (content / name).write_text("x")
    assert not noticed(turns, within=3)


def test_a_file_that_came_and_went_between_two_turns_is_told_of(
    content: Path, turns: Iterator[Saved | None]
) -> None:
    # Somebody may have read the folder in between.
    write_study(content, "a-study").unlink()
    assert noticed(turns)


def test_many_files_saved_at_once_are_one_save(
    content: Path, turns: Iterator[Saved | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_many() -> None:
        for number in range(40):
            write_study(content, f"study-{number}")

    saving = threading.Thread(target=save_many)
    saving.start()
    told = [next(turns)]
    saving.join()
    told += [next(turns) for _ in range(6)]
    assert 1 <= len([saved for saved in told if saved]) <= 3


def test_what_the_file_system_does_not_tell_of_is_seen(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    stop = threading.Event()
    turns = saves(content, stop)
    while next(turns):
        pass
    # What is watched is the folder that was there before.
    shutil.copytree(content, tmp_path / "new")
    content.rename(tmp_path / "old")
    (tmp_path / "new").rename(content)
    write_study(content, "a-study")
    assert noticed(turns)
    stop.set()


def test_a_folder_that_is_not_there_yet_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(watching, "TURN_SECONDS", 0.05)
    turns = saves(tmp_path / "content", threading.Event())
    assert not next(turns)
    write_study(content_folder(tmp_path), "a-study")
    assert noticed(turns)


def test_the_turns_end_when_they_are_told_to_stop(content: Path) -> None:
    stop = threading.Event()
    turns = saves(content, stop)
    next(turns)
    stop.set()
    assert list(turns) in ([], [None])


def test_what_was_told_of_is_no_news_to_a_look(
    content: Path, turns: Iterator[Saved | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_study(content, "a-study")
    assert noticed(turns)
    while next(turns):
        # One save may be told of twice.
        pass
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    assert not noticed(turns, within=3)
