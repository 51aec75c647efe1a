"""Words: stems, weights of fields, and the share of a query that a document holds."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.keyword import FIELDS, KeywordIndex, WordsOf, stem_spans, stems, write_words


def a_document(**fields: str) -> WordsOf:
    return WordsOf(**(dict.fromkeys(FIELDS, "") | fields))


def an_index(folder: Path, *documents: WordsOf) -> KeywordIndex:
    write_words(folder, documents)
    return KeywordIndex(folder)


def holders(index: KeywordIndex, text: str) -> list[int]:
    return np.flatnonzero(index.search(stems(text)).scores).tolist()


def test_words_of_one_stem_find_each_other(tmp_path: Path) -> None:
    index = an_index(
        tmp_path,
        a_document(body="The attending child"),
        a_document(body="We attended"),
        a_document(body="Attention"),
    )
    assert holders(index, "attends") == [0, 1]


def test_case_and_stop_words_do_not_count() -> None:
    assert stems("The AUTISM of a child and Autism") == ["autism", "child"]


def test_a_query_of_stop_words_has_no_stems_and_matches_nothing(tmp_path: Path) -> None:
    index = an_index(tmp_path, a_document(body="the and of it"))
    assert stems("the and of it") == []
    matches = index.search([])
    assert matches.scores.tolist() == matches.shares.tolist() == [0.0]


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_searched(tmp_path: Path, field: str) -> None:
    index = an_index(tmp_path, a_document(**{field: "pager"}), a_document(body="lunch"))
    matches = index.search(stems("pagers"))
    assert matches.scores[0] > 0 == matches.scores[1]
    assert matches.shares.tolist() == [1.0, 0.0]


def test_a_word_in_a_weightier_field_scores_more(tmp_path: Path) -> None:
    order = sorted(FIELDS, key=lambda field: -FIELDS[field])
    # Each field of every document is as long, and each word as rare, so that only weights differ.
    fillers = {field: f"filler{number}" for number, field in enumerate(FIELDS)}
    documents = [a_document(**(fillers | {field: "pager"})) for field in order]
    scores = an_index(tmp_path, *documents).search(["pager"]).scores
    weights = [FIELDS[field] for field in order]
    assert scores.tolist() == sorted(scores, reverse=True)
    np.testing.assert_allclose(scores / scores[0], np.array(weights) / weights[0], rtol=1e-6)


def test_a_rare_word_outweighs_a_common_one(tmp_path: Path) -> None:
    index = an_index(
        tmp_path,
        a_document(body="common words"),
        a_document(body="common rare"),
        a_document(body="rather words"),
        a_document(body="common words"),
    )
    matches = index.search(["common", "rare"])
    rare, common = (index.search([stem]).scores[1] for stem in ("rare", "common"))
    assert rare > common
    assert matches.scores[1] == pytest.approx(rare + common)
    assert matches.shares[0] < 0.5 < matches.shares[1]


def test_the_share_is_of_the_weight_of_the_query_that_a_document_holds(tmp_path: Path) -> None:
    index = an_index(tmp_path, a_document(body="gate pager"), a_document(body="gate"))
    gate, pager = math.log(1 + 2 / 3), math.log(1 + 2 / 2)
    shares = index.search(["gate", "pager"]).shares
    np.testing.assert_allclose(shares, [1.0, gate / (gate + pager)])


def test_unknown_words_count_in_the_whole_and_weigh_most(tmp_path: Path) -> None:
    index = an_index(tmp_path, a_document(body="gate"), a_document(body="lunch"))
    known = index.search(["gate"]).shares[0]
    with_unknown = index.search(["gate", "zebra"]).shares[0]
    assert known == 1.0
    assert with_unknown < 0.5
    assert index.search(["zebra"]).shares.tolist() == [0.0, 0.0]


def test_a_word_in_two_fields_counts_once_in_the_share(tmp_path: Path) -> None:
    index = an_index(tmp_path, a_document(title="gate", body="gate"), a_document(body="lunch"))
    assert index.search(["gate", "lunch"]).shares.tolist() == [0.5, 0.5]


def test_one_document_alone_can_be_found(tmp_path: Path) -> None:
    matches = an_index(tmp_path, a_document(body="gate")).search(["gate"])
    assert matches.scores[0] > 0
    assert matches.shares.tolist() == [1.0]


def test_no_documents_give_no_matches(tmp_path: Path) -> None:
    matches = an_index(tmp_path).search(["gate"])
    assert matches.scores.shape == matches.shares.shape == (0,)


def test_spans_are_code_points_of_the_words_as_written() -> None:
    text = "🎒👩🏽‍🏫 e\u0301 Attending, İstanbul children’s"
    found = {stem: text[start:end] for stem, start, end in stem_spans(text)}
    assert found["attend"] == "Attending"
    assert found["children"] == "children"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return an_index(
        tmp_path_factory.mktemp("three"),
        a_document(title="gate", body="gate lunch pager"),
        a_document(body="lunch"),
        a_document(),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["gate", "lunch", "pager", "zebra", "é", "\0"]), unique=True))
def test_shares_lie_between_none_and_all_and_agree_with_scores(
    three: KeywordIndex, query: list[str]
) -> None:
    matches = three.search(query)
    assert np.isfinite(matches.scores).all()
    assert ((matches.shares >= 0) & (matches.shares <= 1)).all()
    np.testing.assert_array_equal(matches.shares > 0, matches.scores > 0)
    known = {"gate", "lunch", "pager"}
    assert (matches.shares[0] == 1.0) == (0 < len(query) == len(known & set(query)))


def test_threads_share_an_index(three: KeywordIndex) -> None:
    expected = three.search(["gate", "lunch"]).scores
    wrong: list[int] = []

    def search_often() -> None:
        answers = [three.search(["gate", "lunch"]).scores for _ in range(50)]
        wrong.extend(n for n, scores in enumerate(answers) if not np.array_equal(scores, expected))

    threads = [threading.Thread(target=search_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
