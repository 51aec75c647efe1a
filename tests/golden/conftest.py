"""What is dear to make: the shipped studies indexed with the true model, once."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from indexer.embedding import Encoder, Vectors
from indexer.lazy import LazyEncoder
from indexer.live import LiveSnapshot
from indexer.search import Searcher
from indexer.vectors import VectorCache
from kb.steering import Steering
from tests.factories import SHIPPED
from tests.indexer.builders import a_store, shipped_studies


@dataclass(frozen=True)
class RememberingEncoder:
    """The true model, which embeds no text that the index holds already a second time."""

    model: Encoder
    cache: VectorCache

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def dim(self) -> int:
        return self.model.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.cache.encode(self.model, texts)[0]


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A searcher over the shipped studies; only to be read."""
    folder = tmp_path_factory.mktemp("true")
    model = LazyEncoder(None, folder / "models")
    store = a_store(folder, shipped_studies(), model, steering=Steering.load(SHIPPED))
    encoder = RememberingEncoder(model, VectorCache(folder / "vectors.sqlite"))
    return Searcher(LiveSnapshot(store), encoder)
