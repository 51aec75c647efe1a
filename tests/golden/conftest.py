"""The true model, and a folder whose cache of vectors the tests share."""

from pathlib import Path

import pytest

from indexer.embedding import Encoder
from indexer.lazy import LazyEncoder


@pytest.fixture(scope="package")
def model(scratch: Path) -> Encoder:
    return LazyEncoder(None, scratch / "models")


@pytest.fixture(scope="package")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden")
