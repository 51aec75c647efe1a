"""Whatever the home page offers to search for, the shipped studies answer."""

import pytest

from indexer.search import Searcher
from kb.prompts import Prompts
from tests.factories import SHIPPED
from tests.indexer.builders import ask

pytestmark = pytest.mark.slow


def test_every_example_and_every_concern_finds_a_study(searcher: Searcher) -> None:
    prompts = Prompts.load(SHIPPED / "home.toml")
    texts = [*prompts.examples, *(concern.search for concern in prompts.concerns)]
    found = {text: searcher.search(ask(text)).total for text in texts}
    assert {text: total for text, total in found.items() if total == 0} == {}
