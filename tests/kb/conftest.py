"""What most tests of `kb` start from: a real folder of files and a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import Installation, a_database_file, an_installation, content_folder


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database brought up to date once, for every test to copy."""
    return a_database_file(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with the real vocabularies and no study."""
    return content_folder(tmp_path)


@pytest.fixture
def site(tmp_path: Path, migrated: Path) -> Iterator[Installation]:
    """An empty installation on a real SQLite file."""
    installation = an_installation(tmp_path, migrated)
    yield installation
    installation.database.close()
