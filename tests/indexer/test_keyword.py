"""The word index: BM25F from the text itself, phrases, exclusions, and shares of a query."""

import math
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import stems
from indexer.bm25 import FIELDS, K1, B
from indexer.keyword import KeywordIndex, QueryWords, WordMatches, WordsOf, write_words
from indexer.lexicon import Lexicon
from indexer.lines import LineReader
from kb.synonyms import Synonyms

LUNCH = "=0"
READER = LineReader(Lexicon(Synonyms((("lunch", "dinner"),), ())))


def a_document(**fields: str) -> WordsOf:
    return WordsOf(**(dict.fromkeys(FIELDS, "") | fields))


def an_index(folder: Path, *documents: WordsOf) -> KeywordIndex:
    write_words(folder, documents, READER)
    return KeywordIndex(folder)


def bodies(folder: Path, *texts: str) -> KeywordIndex:
    return an_index(folder, *(a_document(body=text) for text in texts))


def search(index: KeywordIndex, *terms: str) -> WordMatches:
    """Match terms that count in full, each a unit of its own."""
    return index.search(QueryWords(dict.fromkeys(terms, 1.0), tuple((term,) for term in terms)))


def naive_terms(text: str) -> list[str]:
    """The stems of a text, and a concept for each time that lunch is named."""
    found = stems(text)
    return found + [LUNCH] * sum(stem in {"lunch", "dinner"} for stem in found)


def naive_score(documents: Sequence[WordsOf], term: str, number: int) -> float:
    """BM25F as the paper writes it, a field's length being the words of its text."""
    weighed = 0.0
    for field, weight in FIELDS.items():
        lengths = [len(stems(getattr(document, field))) for document in documents]
        count = naive_terms(getattr(documents[number], field)).count(term)
        if count:
            evened = 1 - B + B * lengths[number] * len(documents) / sum(lengths)
            weighed += weight * count / evened
    holders = sum(
        any(term in naive_terms(getattr(document, field)) for field in FIELDS)
        for document in documents
    )
    rarity = math.log(1 + (len(documents) - holders + 0.5) / (holders + 0.5))
    return rarity * (K1 + 1) * weighed / (K1 + weighed)


_TEXT = st.lists(
    st.sampled_from(["Gate", "gates", "lunch", "Dinner", "the", "of", "pager", "Café's"]),
    max_size=12,
).map(" ".join)
_DOCUMENT = st.fixed_dictionaries(dict.fromkeys(FIELDS, _TEXT)).map(lambda f: WordsOf(**f))


@settings(max_examples=25, deadline=None)
@given(st.lists(_DOCUMENT, min_size=1, max_size=4))
def test_the_table_of_impacts_is_the_formula_over_the_texts_themselves(
    tmp_path_factory: pytest.TempPathFactory, documents: list[WordsOf]
) -> None:
    table = an_index(tmp_path_factory.mktemp("table"), *documents).table
    for term in ["gate", "lunch", "dinner", "pager", "cafe", LUNCH]:
        found = np.zeros(len(documents))
        holders, impacts = table.row(term)
        found[holders] = table.weight(term) * impacts
        expected = [naive_score(documents, term, number) for number in range(len(documents))]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    assert "the" not in table


def test_no_documents_give_no_matches(tmp_path: Path) -> None:
    index = an_index(tmp_path)
    assert len(index) == 0
    assert search(index, "gate").scores.shape == search(index, "gate").shares.shape == (0,)
    assert index.holding(["at", "the"]).shape == index.mentioning(["gate"]).shape == (0,)
    assert index.spellings() == {}


@pytest.mark.parametrize("text", ["", "the and of it", "- … 🎒", "¶"])
def test_a_document_without_words_is_no_match_for_anything(tmp_path: Path, text: str) -> None:
    index = bodies(tmp_path, text, "gate")
    assert search(index, "gate").scores[0] == 0
    assert search(index, "").scores.tolist() == [0, 0]


def test_a_query_without_units_matches_nothing(tmp_path: Path) -> None:
    matches = bodies(tmp_path, "gate").search(QueryWords({}, ()))
    assert matches.scores.tolist() == matches.shares.tolist() == [0.0]


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_searched(tmp_path: Path, field: str) -> None:
    index = an_index(tmp_path, a_document(**{field: "Pagers"}), a_document(body="lunch"))
    matches = search(index, "pager")
    assert matches.scores[0] > 0 == matches.scores[1]
    assert matches.shares.tolist() == [1.0, 0.0]


def test_a_word_in_a_weightier_field_scores_more(tmp_path: Path) -> None:
    order = sorted(FIELDS, key=lambda field: -FIELDS[field])
    # Each field of every document is as long, so that only weights differ.
    fillers = {field: f"filler{number}" for number, field in enumerate(FIELDS)}
    documents = [a_document(**(fillers | {field: "pager"})) for field in order]
    scores = search(an_index(tmp_path, *documents), "pager").scores.tolist()
    weights = [FIELDS[field] for field in order]
    for n in range(1, len(order)):
        assert (scores[n] < scores[n - 1]) == (weights[n] < weights[n - 1])


def test_a_score_is_a_share_of_the_most_that_the_words_typed_allow(tmp_path: Path) -> None:
    index = bodies(tmp_path, "gate " * 5000, "gate lunch", "lunch")
    scores = search(index, "gate").scores
    assert 0.9 < scores[0] < 1
    assert 0 < scores[1] < scores[0]


def test_a_term_of_less_weight_adds_less_and_changes_no_share(tmp_path: Path) -> None:
    index = bodies(tmp_path, "gate", "pager", "hall")
    units = (("gate", "pager"),)
    matches = index.search(QueryWords({"gate": 1.0, "pager": 0.5}, units))
    assert matches.scores[1] == pytest.approx(matches.scores[0] / 2)
    assert matches.shares.tolist() == [1.0, 1.0, 0.0]


def test_the_share_is_of_the_weight_of_the_query_that_a_document_holds(tmp_path: Path) -> None:
    index = bodies(tmp_path, "gate pager", "gate")
    gate, pager = math.log(1 + 0.5 / 2.5), math.log(1 + 1.5 / 1.5)
    np.testing.assert_allclose(search(index, "gate", "pager").shares, [1.0, gate / (gate + pager)])


def test_unknown_words_count_in_the_whole_and_weigh_most(tmp_path: Path) -> None:
    index = bodies(tmp_path, "gate", "hall")
    assert search(index, "gate").shares[0] == 1.0
    assert 0 < search(index, "gate", "zebra").shares[0] < 0.5
    assert search(index, "zebra").shares.tolist() == [0.0, 0.0]


def test_the_parts_of_a_score_add_up_to_it(tmp_path: Path) -> None:
    index = bodies(tmp_path, "gate pager pager", "gate", "pager", "hall")
    query = QueryWords({"gate": 1.0, "pager": 0.7, "zebra": 1.0}, (("gate", "pager"), ("zebra",)))
    scores = index.search(query).scores
    for number, held in enumerate([{"gate", "pager"}, {"gate"}, {"pager"}, set()]):
        parts = index.parts(query, number)
        assert parts.keys() == held
        assert sum(parts.values()) == pytest.approx(scores[number])


def test_a_hyphenated_word_is_found_as_one_and_by_its_parts(tmp_path: Path) -> None:
    index = bodies(tmp_path, "Well-being", "well", "hall")
    for stem, found in [(stems("wellbeing")[0], [0]), ("well", [0, 1])]:
        assert np.flatnonzero(search(index, stem).scores).tolist() == found


def test_a_phrase_is_held_where_its_words_stand_in_a_row(tmp_path: Path) -> None:
    index = bodies(tmp_path, "Meet-and greet", "meet the greet and", "greet and meet", "meet and")
    assert index.holding(["meet", "and", "greet"]).tolist() == [True, False, False, False]
    assert index.holding(["and"]).tolist() == [True, True, True, True]
    assert index.holding(["and", "zebra"]).tolist() == [False] * 4


def test_a_phrase_is_exact_but_for_case_accents_and_apostrophes(tmp_path: Path) -> None:
    index = bodies(tmp_path, "The CAFÉ’s gate", "cafes' gates", "cafe gate")
    assert index.holding(["cafes", "gate"]).tolist() == [True, False, False]
    assert index.holding(["gates"]).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "document",
    [
        a_document(title="at the", summary="gate"),
        a_document(headings="at the", body="gate"),
        a_document(body="at the\ngate"),
        a_document(answers="at\nthe gate"),
    ],
)
def test_no_phrase_spans_two_texts_or_two_lines(tmp_path: Path, document: WordsOf) -> None:
    index = an_index(tmp_path, document, a_document(labels="not at the gate"))
    assert index.holding(["at", "the", "gate"]).tolist() == [False, True]


def test_a_word_is_mentioned_in_any_of_its_forms_and_several_only_in_a_row(tmp_path: Path) -> None:
    index = bodies(tmp_path, "Attended lunches", "attention", "lunch was well attended")
    assert index.mentioning(["attending"]).tolist() == [True, False, True]
    assert index.mentioning(["attended", "lunches"]).tolist() == [True, False, False]
    assert index.mentioning(["zebra"]).tolist() == index.mentioning(["the"]).tolist() == [False] * 3


def test_a_short_form_that_is_a_stop_word_is_mentioned_where_it_is_written(
    tmp_path: Path,
) -> None:
    index = bodies(tmp_path, "We teach IT in lessons", "pagers at the gate", "ITT")
    assert index.mentioning(["it"]).tolist() == [True, False, False]


def test_a_year_is_mentioned_however_it_is_written(tmp_path: Path) -> None:
    texts = ("Year 6", "Y6", "Years 5 to 7", "Year 5", "KS2", "6 years")
    index = bodies(tmp_path, *texts)
    assert index.mentioning(["y6"]).tolist() == [True, True, True, False, False, False]
    assert index.mentioning(["ks2"]).tolist() == [True] * 5 + [False]


def test_accents_apart_from_their_letters_part_no_word(tmp_path: Path) -> None:
    index = bodies(
        tmp_path, "the cafe\u0301s re\u0301sume\u0301", "the cafés résumé", "caf re sume"
    )
    assert search(index, "cafe").shares.tolist() == [1.0, 1.0, 0.0]
    assert index.holding(["cafes", "resume"]).tolist() == [True, True, False]


@pytest.mark.parametrize("phrase", [[""], ["", "gate"], ["gate", ""], ["\0"], ["¬", "数"], ["*"]])
def test_odd_words_are_held_by_no_document(tmp_path: Path, phrase: list[str]) -> None:
    index = bodies(tmp_path, "gate", "")
    assert not index.holding(phrase).any()
    assert not index.mentioning(phrase).any()


def test_spellings_are_whole_words_with_the_number_of_documents(tmp_path: Path) -> None:
    index = bodies(tmp_path, "Gates gates Café", "gates")
    words = {word: count for word, count in index.spellings().items() if word.isalpha()}
    assert words == {"gates": 2, "cafe": 1}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return an_index(
        tmp_path_factory.mktemp("three"),
        a_document(title="gate", body="gate hall pager"),
        a_document(body="hall"),
        a_document(),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["gate", "hall", "pager", "zebra", "é", "\0", ""]), unique=True))
def test_shares_lie_between_none_and_all_and_agree_with_scores(
    three: KeywordIndex, terms: list[str]
) -> None:
    matches = search(three, *terms)
    assert ((matches.scores >= 0) & (matches.scores <= 1)).all()
    assert ((matches.shares >= 0) & (matches.shares <= 1 + 1e-9)).all()
    np.testing.assert_array_equal(matches.shares > 0, matches.scores > 0)
    known = {"gate", "hall", "pager"}
    assert (matches.shares[0] > 0.999) == (0 < len(terms) == len(known & set(terms)))


def test_threads_share_an_index(three: KeywordIndex) -> None:
    expected = search(three, "gate", "hall").scores.tolist()
    right: list[bool] = []

    def search_often() -> None:
        for _ in range(50):
            phrase = three.holding(["gate", "hall"]).tolist()
            found = search(three, "gate", "hall").scores.tolist()
            right.append(found == expected and phrase == [True, False, False])

    threads = [threading.Thread(target=search_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right == [True] * 200
