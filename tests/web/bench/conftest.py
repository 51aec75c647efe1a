"""A made-up corpus, written once."""

from pathlib import Path

import pytest

from kb.progress import silent
from tests.factories import SHIPPED
from web.bench.corpus import write_corpus
from web.bench.grammar import Grammar

DOCUMENTS = 60


@pytest.fixture(scope="package")
def grammar() -> Grammar:
    """The sentences of the shipped studies."""
    return Grammar.load(SHIPPED)


@pytest.fixture(scope="package")
def corpus(grammar: Grammar, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder of sixty made-up studies; only to be read."""
    folder = tmp_path_factory.mktemp("corpus") / "content"
    write_corpus(grammar, SHIPPED, folder, documents=DOCUMENTS, seed=1, progress=silent)
    return folder
