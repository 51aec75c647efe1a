"""What the home page offers is answered by the shipped studies, searched with the true model."""

from pathlib import Path

import pytest

from indexer.embedding import Encoder
from indexer.live import LiveSnapshot
from indexer.request import SearchRequest
from indexer.search import Searcher
from kb.prompts import Prompts
from kb.steering import Steering
from tests.factories import SHIPPED
from tests.indexer.builders import a_store, shipped_studies

PROMPTS = Prompts.load(SHIPPED / "home.toml")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def searcher(model: Encoder, scratch: Path) -> Searcher:
    store = a_store(scratch, shipped_studies(), model, steering=Steering.load(SHIPPED))
    return Searcher(LiveSnapshot(store), model)


@pytest.mark.parametrize("text", [*PROMPTS.needs, *(c.search for c in PROMPTS.concerns)])
def test_what_is_offered_finds_a_study(searcher: Searcher, text: str) -> None:
    assert searcher.search(SearchRequest(text)).total > 0
