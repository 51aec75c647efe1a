"""Measures against values worked out by hand, and the pipeline on a corpus small enough to see."""

from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

import pytest

from indexer.collection import CorpusDocument, JudgedQuery, OffTopic
from indexer.documents import text_of
from indexer.evaluate import (
    DEPTH,
    MEASURES,
    Evaluation,
    Pipeline,
    compare,
    corpus_texts,
    measure,
    open_filters,
    open_texts,
)
from indexer.floor import Floor
from indexer.vectors import VectorCache
from kb.domain import Published
from kb.progress import silent
from kb.steering import Steering
from tests.fakes import WordEncoder
from tests.indexer.builders import a_published, vocabularies

OPEN = Floor(words=0.65, least=0.0, base=0.0, slope=0.0, ratio=0.0, share=0.0)
STRICT = Floor(words=0.65, least=0.3, base=0.0, slope=0.0, ratio=0.5, share=0.6)


def ranked(*ids: str) -> list[tuple[str, float]]:
    """A ranking of these documents; later ones score less."""
    return [(document, 1.0 - place / 1000) for place, document in enumerate(ids)]


def measured(grades: Mapping[str, int], *ids: str) -> dict[str, float]:
    """The measures of one query with this ranking."""
    query = JudgedQuery("q", "anything", grades)
    values = measure([query], {"q": ranked(*ids)})["q"]
    assert list(values) == list(MEASURES)
    return values


def pipeline(
    tmp_path: Path, documents: Sequence[tuple[str, str, str]], encoder: WordEncoder | None = None
) -> Pipeline:
    """A pipeline over documents, each an id, a title and a text."""
    encoder = encoder or WordEncoder()
    made = [CorpusDocument(*document) for document in documents]
    cache = VectorCache(tmp_path / "vectors.sqlite")
    none = Steering.load(tmp_path / "none")
    text = open_texts(corpus_texts(made), none, encoder, cache, tmp_path, silent)
    return Pipeline(text, [document.id for document in made], encoder, cache)


def order(evaluation: Evaluation) -> list[str]:
    """The ids of the first query's ranking."""
    return [document for document, _ in evaluation.answers[0].ranking]


def asked(text: str, **grades: int) -> JudgedQuery:
    return JudgedQuery("q", text, grades)


# Measures


def test_a_perfect_ranking_has_the_best_of_everything() -> None:
    assert measured({"a": 3, "b": 1}, "a", "b", "x") == dict.fromkeys(MEASURES, 1.0)


def test_grades_count_by_their_place() -> None:
    found = measured({"a": 3, "b": 1}, "x", "b", "a")
    ideal = 3 + 1 / log2(3)
    assert found["ndcg@10"] == pytest.approx((1 / log2(3) + 3 / log2(4)) / ideal)
    assert found["recall@10"] == 1.0
    assert found["mrr@10"] == 0.5
    assert found["success@3"] == 1.0


def test_after_the_third_place_there_is_no_success() -> None:
    found = measured({"a": 1}, "x", "y", "z", "a")
    assert found["success@3"] == 0.0
    assert found["mrr@10"] == 0.25
    assert found["ndcg@10"] == pytest.approx(1 / log2(5))


def test_after_the_tenth_place_nothing_counts() -> None:
    before = [f"x{n}" for n in range(9)]
    assert measured({"a": 1}, *before, "a")["recall@10"] == 1.0
    assert measured({"a": 1}, *before, "y", "a") == dict.fromkeys(MEASURES, 0.0)


def test_recall_is_a_share_of_what_is_relevant() -> None:
    grades = {"a": 1, "b": 2, "c": 3, "d": 1, "zero": 0}
    assert measured(grades, "a", "x", "zero")["recall@10"] == 0.25


def test_a_document_judged_irrelevant_counts_as_one_that_was_not_judged() -> None:
    grades = {"a": 1, "zero": 0}
    assert measured(grades, "zero", "a") == measured({"a": 1}, "x", "a")


@pytest.mark.parametrize("ids", [(), ("x", "y")])
def test_a_query_that_ranks_nothing_relevant_counts_as_zero(ids: tuple[str, ...]) -> None:
    assert measured({"a": 1}, *ids) == dict.fromkeys(MEASURES, 0.0)


def test_equal_scores_are_measured_in_the_order_they_are_given() -> None:
    query = JudgedQuery("q", "x", {"b": 1})
    for first, second, mrr in (("a", "b", 0.5), ("b", "a", 1.0)):
        found = measure([query], {"q": [(first, 0.7), (second, 0.7)]})
        assert found["q"]["mrr@10"] == mrr


def test_every_query_is_measured_by_its_own_judgements() -> None:
    queries = [JudgedQuery("one", "x", {"a": 1}), JudgedQuery("two", "x", {"b": 1})]
    found = measure(queries, {"one": ranked("a", "b"), "two": ranked("a", "b")})
    assert (found["one"]["mrr@10"], found["two"]["mrr@10"]) == (1.0, 0.5)


# The pipeline


def test_what_shares_words_ranks_first(tmp_path: Path) -> None:
    made = pipeline(
        tmp_path,
        [
            ("far", "Toast", "Breakfast before the bell."),
            ("near", "Quiet", "A room for anxious pupils."),
        ],
    )
    evaluation = made.evaluate([asked("anxious pupils", near=1)], OPEN)
    assert order(evaluation) == ["near", "far"]
    assert evaluation.answers[0].values == dict.fromkeys(MEASURES, 1.0)


def test_documents_that_score_the_same_keep_the_order_of_the_corpus(tmp_path: Path) -> None:
    ids = ["z", "a", "m", "10", "9"]
    made = pipeline(tmp_path, [(each, "Quiet", "A room for pupils.") for each in ids])
    evaluation = made.evaluate([asked("quiet room", a=1)], OPEN)
    assert order(evaluation) == ids
    assert len({score for _, score in evaluation.answers[0].ranking}) == 1
    assert evaluation.answers[0].values["mrr@10"] == 0.5


def test_documents_of_a_title_or_a_text_alone_are_found(tmp_path: Path) -> None:
    made = pipeline(tmp_path, [("title", "Breakfast club", ""), ("text", "", "A quiet room.")])
    queries = [JudgedQuery("1", "breakfast", {"title": 1}), JudgedQuery("2", "quiet", {"text": 1})]
    assert made.evaluate(queries, OPEN).means() == dict.fromkeys(MEASURES, 1.0)


def test_a_ranking_is_cut_at_its_depth(tmp_path: Path) -> None:
    made = pipeline(tmp_path, [(f"d{n}", "Quiet", "A room.") for n in range(DEPTH + 5)])
    found = order(made.evaluate([asked("quiet", d0=1)], OPEN))
    assert found == [f"d{n}" for n in range(DEPTH)]


def test_a_phrase_that_stands_nowhere_ranks_nothing(tmp_path: Path) -> None:
    made = pipeline(tmp_path, [("a", "Quiet", "A quiet room."), ("b", "Toast", "Toast.")])
    evaluation = made.evaluate([asked('"room quiet"', a=1)], OPEN)
    assert evaluation.answers[0].ranking == ()
    assert evaluation.means() == dict.fromkeys(MEASURES, 0.0)
    assert (evaluation.answers[0].above_floor, evaluation.answers[0].keeps_best) == (0, False)


@pytest.mark.parametrize("text", ["", "the of and", "😀", "-quiet", '"'])
def test_a_query_that_says_nothing_is_measured_too(tmp_path: Path, text: str) -> None:
    made = pipeline(tmp_path, [("a", "Quiet", "A quiet room."), ("b", "Toast", "Toast.")])
    assert set(made.evaluate([asked(text, b=1)], OPEN).means()) == set(MEASURES)


def test_the_floor_takes_nothing_from_the_ranking_and_is_told_apart(tmp_path: Path) -> None:
    made = pipeline(
        tmp_path,
        [
            ("near", "Quiet", "A room for anxious pupils."),
            ("far", "Toast", "Breakfast before the bell."),
        ],
    )
    kept, lost = made.evaluate(
        [
            JudgedQuery("1", "anxious pupils", {"near": 3, "far": 1}),
            JudgedQuery("2", "anxious pupils", {"near": 1, "far": 3}),
        ],
        STRICT,
    ).answers
    assert [document for document, _ in kept.ranking] == ["near", "far"]
    assert (kept.above_floor, kept.keeps_best) == (1, True)
    assert (lost.above_floor, lost.keeps_best) == (1, False)


def test_queries_off_topic_are_counted_by_their_split(tmp_path: Path) -> None:
    made = pipeline(tmp_path, [("a", "Quiet", "A room for anxious pupils.")])
    off_topic = [
        OffTopic("qqwxv jxqzz", "calibration"),
        OffTopic("anxious pupils", "calibration"),
        OffTopic("wvqqk", "held-out"),
    ]
    evaluation = made.evaluate([asked("anxious", a=1)], STRICT, off_topic)
    assert evaluation.rejected == {"calibration": 0.5, "held-out": 1.0}
    assert made.evaluate([asked("anxious", a=1)], STRICT).rejected == {}


def test_means_are_told_by_kind(tmp_path: Path) -> None:
    made = pipeline(tmp_path, [("a", "Quiet", "A quiet room."), ("b", "Toast", "More toast.")])
    queries = [
        JudgedQuery("1", "quiet", {"a": 1}, "keywords"),
        JudgedQuery("2", "quiet", {"b": 1}, "typos"),
        JudgedQuery("3", "toast", {"b": 1}),
    ]
    evaluation = made.evaluate(queries, OPEN)
    by_kind = {kind: means["mrr@10"] for kind, means in evaluation.by_kind().items()}
    assert by_kind == {"keywords": 1.0, "typos": 0.5}
    assert evaluation.means()["mrr@10"] == pytest.approx(2.5 / 3)


def test_filters_of_a_query_narrow_what_is_ranked(tmp_path: Path) -> None:
    studies = [
        a_published("quiet-one", summary="A quiet room.", needs=["ASD"], phases=["primary"]),
        a_published("quiet-two", summary="A quiet room.", needs=["SLCN"], phases=["primary"]),
        a_published("quiet-three", summary="A quiet room.", needs=["SLCN", "ASD"]),
    ]
    made = over_studies(tmp_path, studies)
    one, two, three = made.ids
    for filters, expected in (
        ({}, {one, two, three}),
        ({"need": ["ASD"]}, {one, three}),
        ({"need": ["ASD", "SLCN"]}, {one, two, three}),
        ({"need": ["ASD"], "phase": ["primary"]}, {one}),
        ({"need": ["ASD"], "phase": ["secondary"]}, set()),
    ):
        query = JudgedQuery("q", "quiet room", {two: 1}, filters=filters)
        evaluation = made.evaluate([query], OPEN)
        assert set(order(evaluation)) == expected
        assert evaluation.answers[0].above_floor == len(expected)
        assert evaluation.answers[0].keeps_best == (two in expected)


def over_studies(tmp_path: Path, studies: Sequence[Published]) -> Pipeline:
    encoder, cache = WordEncoder(), VectorCache(tmp_path / "vectors.sqlite")
    texts = [text_of(published, vocabularies()) for published in studies]
    text = open_texts(texts, Steering.load(tmp_path / "none"), encoder, cache, tmp_path, silent)
    filters = open_filters(studies, vocabularies(), tmp_path)
    return Pipeline(text, [p.study.id for p in studies], encoder, cache, filters)


def test_nothing_is_encoded_twice_and_no_folder_is_left(tmp_path: Path) -> None:
    documents = [("a", "Quiet", "A room for anxious pupils.")]
    first, second = WordEncoder(), WordEncoder()
    for encoder in (first, second):
        pipeline(tmp_path, documents, encoder).evaluate([asked("anxious", a=1)], OPEN)
    assert first.embedded
    assert second.embedded == []
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


# Two runs


def run_of(values: Sequence[float]) -> dict[str, dict[str, float]]:
    """A run whose every measure has these values, query by query."""
    return {f"q{n}": dict.fromkeys(MEASURES, value) for n, value in enumerate(values)}


def test_equal_runs_differ_in_nothing() -> None:
    run = run_of([0.1, 0.5, 1.0, 0.0] * 10)
    differences = compare(run, run)
    assert [each.measure for each in differences] == list(MEASURES)
    for each in differences:
        assert (each.gain, each.better, each.worse, each.p_value) == (0.0, 0, 0, 1.0)


def test_a_clear_gain_has_a_small_p() -> None:
    before = [n % 5 / 10 for n in range(60)]
    for each in compare(run_of([value + 0.3 for value in before]), run_of(before)):
        assert each.gain == pytest.approx(0.3)
        assert (each.better, each.worse) == (60, 0)
        assert each.p_value < 0.001


def test_a_loss_is_as_sure_as_a_gain() -> None:
    low, high = run_of([0.2] * 30), run_of([0.6] * 30)
    gain, loss = compare(high, low)[0], compare(low, high)[0]
    assert loss.gain == pytest.approx(-gain.gain)
    assert (loss.better, loss.worse) == (0, 30)
    assert loss.p_value == pytest.approx(gain.p_value)


def test_as_many_better_as_worse_is_chance() -> None:
    before, now = run_of([0.5] * 40), run_of([0.4, 0.6] * 20)
    found = compare(now, before)[0]
    assert (found.better, found.worse) == (20, 20)
    assert found.p_value > 0.5


def test_a_few_queries_prove_nothing() -> None:
    """Four signs can fall alike by chance in two of sixteen ways."""
    found = compare(run_of([0.9] * 4), run_of([0.1] * 4))[0]
    assert found.p_value == pytest.approx(2 / 16)


def test_only_queries_of_both_runs_are_compared() -> None:
    now, before = run_of([0.5, 0.5, 0.5]), run_of([0.5, 0.4])
    before["gone"] = dict.fromkeys(MEASURES, 1.0)
    found = compare(now, before)[0]
    assert found.gain == pytest.approx(0.05)
    assert (found.better, found.worse) == (1, 0)


def test_the_same_two_runs_always_give_the_same_p() -> None:
    now = run_of([n % 7 / 7 for n in range(50)])
    before = run_of([n % 5 / 5 for n in range(50)])
    assert compare(now, before) == compare(now, before)
