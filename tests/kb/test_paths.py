"""The folder for state: made, and seen to be one that can be written."""

from pathlib import Path

import pytest

from kb.errors import StorageFailed
from kb.paths import prepare_home


def test_the_folder_for_state_is_made_with_its_parents(tmp_path: Path) -> None:
    home = tmp_path / "srv" / "kb"
    prepare_home(home)
    prepare_home(home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_home_that_cannot_be_written_says_what_to_do(tmp_path: Path, below: str) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file, not a folder")
    with pytest.raises(StorageFailed, match=r"KB_HOME .*var.* cannot be written .*set KB_HOME"):
        prepare_home(in_the_way / below)
