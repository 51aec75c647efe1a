"""What is dear to make: the shipped studies indexed once, and the true model loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.snapshots import SnapshotStore
from indexer.torch_encoder import SentenceEncoder
from kb.domain import Published
from tests.fakes import WordEncoder
from tests.indexer.builders import Home, a_home, a_store, shipped_studies


@pytest.fixture(scope="session")
def shipped() -> list[Published]:
    """The shipped studies, by id."""
    return shipped_studies()


@pytest.fixture(scope="session")
def shipped_store(
    shipped: list[Published], tmp_path_factory: pytest.TempPathFactory
) -> SnapshotStore:
    """The shipped studies as `WordEncoder` sees them; only to be read."""
    return a_store(tmp_path_factory.mktemp("shipped"), shipped)


@pytest.fixture(scope="session")
def library(shipped_store: SnapshotStore) -> Searcher:
    """A searcher over the shipped studies by words alone."""
    return Searcher(LiveSnapshot(shipped_store), WordEncoder())


@pytest.fixture(scope="session")
def model() -> SentenceEncoder:
    """The packaged model."""
    return SentenceEncoder()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A new installation without a study."""
    with a_home(tmp_path) as made:
        yield made
