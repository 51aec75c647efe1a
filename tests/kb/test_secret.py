"""The key: made once whoever asks, kept for its user alone, never shown."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.errors import Invalid, StorageFailed
from kb.secret import SHORTEST, load_secret
from kb.settings import Settings


def test_it_is_made_once_and_for_its_user_alone(tmp_path: Path) -> None:
    key = load_secret(tmp_path)
    assert len(key) >= SHORTEST
    assert load_secret(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(load_secret, [tmp_path] * 64))
    assert len(keys) == 1


@pytest.mark.parametrize("held", ["", "short", "\n"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, held: str) -> None:
    (tmp_path / "secret-key").write_text(held)
    with pytest.raises(Invalid, match="Delete it"):
        load_secret(tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="KB_SECRET_KEY"):
        load_secret(tmp_path / "none")


def test_a_given_key_is_taken_and_a_short_one_refused_without_being_told() -> None:
    settings = Settings.from_env({"KB_SECRET_KEY": "x" * SHORTEST})
    assert settings.secret_key == "x" * SHORTEST
    assert "xxx" not in repr(settings)
    with pytest.raises(Invalid, match="at least 32") as caught:
        Settings.from_env({"KB_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
