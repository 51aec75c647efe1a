"""Made-up studies: sound, varied, and the same for the same seed."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from indexer.facets import FACETS
from indexer.passages import cut
from kb.content import ContentFolder
from kb.domain import CaseStudy
from kb.errors import CollectionInvalid
from kb.vocabulary import Vocabularies
from tests.factories import content_folder, write_study
from tests.web.bench.conftest import DOCUMENTS
from web.bench.corpus import studies
from web.bench.grammar import Grammar
from web.bench.names import name


@pytest.fixture(scope="module")
def made(corpus: Path) -> list[CaseStudy]:
    folder = ContentFolder(corpus, Vocabularies.load(corpus / "vocabulary"))
    read = [folder.read(path).study for path in folder.paths()]
    return [study for study in read if study]


def test_kb_check_finds_nothing_wrong(corpus: Path) -> None:
    folder = ContentFolder(corpus, Vocabularies.load(corpus / "vocabulary"))
    assert len(folder.paths()) == DOCUMENTS
    assert folder.check() == []


def test_ids_titles_and_slugs_are_given_once(made: list[CaseStudy]) -> None:
    told = [(study.id, study.slug, study.meta.title) for study in made]
    assert [len(set(each)) for each in zip(*told, strict=True)] == [DOCUMENTS] * 3


def test_no_file_of_a_large_corpus_takes_the_place_of_another(grammar: Grammar) -> None:
    assert len({slug for slug, _ in studies(grammar, 2000, 1)}) == 2000


def test_every_study_says_that_it_is_made_up(made: list[CaseStudy]) -> None:
    assert all(study.meta.illustrative for study in made)


def test_every_facet_is_varied_and_some_keys_are_commoner(made: list[CaseStudy]) -> None:
    for facet in FACETS:
        keys = Counter(key for study in made for key in facet.keys(study.meta))
        assert len(keys) > 1, facet.name
        assert max(keys.values()) > min(keys.values()), facet.name


def test_a_study_has_six_to_eight_passages_on_average(made: list[CaseStudy]) -> None:
    assert 6 <= np.mean([len(cut(study)) for study in made]) <= 8


def test_the_same_seed_gives_the_same_bytes(grammar: Grammar, corpus: Path) -> None:
    for slug, text in studies(grammar, DOCUMENTS, 1):
        assert (corpus / "case-studies" / f"{slug}.md").read_bytes() == text.encode()


def test_a_corpus_is_the_beginning_of_a_larger_one(grammar: Grammar) -> None:
    assert list(studies(grammar, 20, 1)) == list(studies(grammar, 40, 1))[:20]


def test_another_seed_gives_other_studies(grammar: Grammar) -> None:
    assert not set(studies(grammar, 20, 1)) & set(studies(grammar, 20, 2))


def test_the_vocabulary_grows_with_the_corpus(grammar: Grammar) -> None:
    def words(documents: int) -> int:
        texts = (text for _, text in studies(grammar, documents, 1))
        return len({word for text in texts for word in re.findall(r"[A-Z][a-z]+", text)})

    # Even where every sentence has been used: names go on.
    assert words(800) > 1.2 * words(400)


def test_every_rank_has_a_name_of_its_own() -> None:
    assert len({name(rank) for rank in range(20_000)}) == 20_000


def test_content_without_enough_sentences_is_refused(tmp_path: Path) -> None:
    root = content_folder(tmp_path)
    write_study(root, "only-one")
    with pytest.raises(CollectionInvalid, match="holds 1 published studies"):
        Grammar.load(root)
