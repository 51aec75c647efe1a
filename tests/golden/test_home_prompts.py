"""Whatever the home page offers to search for, the shipped studies answer."""

from pathlib import Path

import pytest

from indexer.lazy import LazyEncoder
from indexer.live import LiveSnapshot
from indexer.search import Searcher
from kb.prompts import Prompts
from kb.steering import Steering
from tests.factories import SHIPPED
from tests.indexer.builders import a_store, ask, shipped_studies

pytestmark = pytest.mark.slow


def test_every_example_and_every_concern_finds_a_study(tmp_path: Path) -> None:
    model = LazyEncoder(None, tmp_path / "models")
    store = a_store(tmp_path, shipped_studies(), model, steering=Steering.load(SHIPPED))
    searcher = Searcher(LiveSnapshot(store), model)
    prompts = Prompts.load(SHIPPED / "home.toml")
    texts = [*prompts.examples, *(concern.search for concern in prompts.concerns)]
    found = {text: searcher.search(ask(text)).total for text in texts}
    assert {text: total for text, total in found.items() if total == 0} == {}
