"""Understanding: what is typed counts most, what is meant besides counts less, and is told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.bm25 import FIELDS
from indexer.keyword import KeywordIndex, WordsOf, write_words
from indexer.lexicon import Lexicon
from indexer.lines import LineReader
from indexer.spelling import Speller
from indexer.understanding import BROADER, RESPELT, SYNONYM, Need, understand
from kb.synonyms import ShortForm, Synonyms

GROUPS = (
    ("teaching assistant", "TA", "classroom helper", "support staff", "LSA"),
    ("lunch", "dinner", "midday meal"),
)
SHORT_FORMS = (
    ShortForm("TA", ("teaching assistant", "teacher assessment"), "teaching assistant", False),
    ShortForm("PD", ("physical disability", "personal development"), None, False),
)
LEXICON = Lexicon(Synonyms(GROUPS, SHORT_FORMS))
ASSISTANT, LUNCH = "=0", "=1"
BODIES = (
    "A TA at the gate in Year 6",
    "A teaching assistant in the hall in KS2",
    "Attended provision and wellbeing in Year 5",
    "Dinner, training and brains in the hall",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    folder = tmp_path_factory.mktemp("index")
    documents = [WordsOf(**(dict.fromkeys(FIELDS, "") | {"body": body})) for body in BODIES]
    write_words(folder, documents, LineReader(LEXICON))
    return KeywordIndex(folder)


def understood(index: KeywordIndex, raw: str) -> Need:
    return understand(raw, LEXICON, index.table, Speller(index.spellings(), index.table))


def scores(index: KeywordIndex, raw: str) -> list[float]:
    """The word scores of the four documents."""
    found: list[float] = index.search(understood(index, raw).words).scores.tolist()
    return found


def shares(index: KeywordIndex, raw: str) -> list[float]:
    """The shares of the query that the four documents hold."""
    found: list[float] = index.search(understood(index, raw).words).shares.tolist()
    return found


@pytest.mark.parametrize("raw", ["", '"', "- -", "the of and", "-gate", '-"at the gate" -the', "*"])
def test_a_query_that_asks_for_nothing_has_nothing_to_look_up(
    index: KeywordIndex, raw: str
) -> None:
    need = understood(index, raw)
    assert (need.words.weights, need.words.units, need.respelt) == ({}, (), None)
    assert scores(index, raw) == shares(index, raw) == [0.0] * 4


def test_an_index_without_documents_understands_queries_too(tmp_path: Path) -> None:
    write_words(tmp_path, [], LineReader(LEXICON))
    empty = KeywordIndex(tmp_path)
    need = understood(empty, "provison for a TA in Y6")
    assert need.respelt is None
    assert empty.search(need.words).scores.shape == (0,)


def test_phrases_and_exclusions_are_passed_on(index: KeywordIndex) -> None:
    need = understood(index, '"at the gate" -lunch -"in the hall"')
    assert need.phrases == (("at", "the", "gate"),)
    assert need.excluded == (("lunch",), ("in", "the", "hall"))
    assert "lunch" not in need.words.weights


def test_the_words_typed_count_in_full_and_their_synonyms_less(index: KeywordIndex) -> None:
    weights = understood(index, "TA gate").words.weights
    assert weights == {"ta": 1.0, "gate": 1.0, ASSISTANT: SYNONYM}
    assert 0 < SYNONYM < 1


@pytest.mark.parametrize(("raw", "typed", "other"), [("TA", 0, 1), ("teaching assistant", 1, 0)])
def test_synonyms_find_each_other_and_the_words_typed_come_first(
    index: KeywordIndex, raw: str, typed: int, other: int
) -> None:
    found = scores(index, raw)
    assert found[typed] > found[other] > 0 == found[2] == found[3]
    assert shares(index, raw)[:2] == pytest.approx([1.0, 1.0])


def test_half_of_a_phrase_does_not_bring_in_its_synonyms(index: KeywordIndex) -> None:
    assert understood(index, "assistant").words.weights == {"assist": 1.0}
    assert scores(index, "assistant")[0] == 0


def test_where_no_study_has_the_words_typed_a_synonym_counts_in_full(index: KeywordIndex) -> None:
    assert understood(index, "lunch").words.weights == {"lunch": 1.0, LUNCH: 1.0}
    assert shares(index, "lunch") == [0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("raw", ["Year 6", "Y6", "yr six"])
def test_a_year_is_looked_up_as_such_and_its_key_stage_counts_little(
    index: KeywordIndex, raw: str
) -> None:
    need = understood(index, raw)
    assert need.words.weights == {"=y6": 1.0, "=ks2": BROADER}
    assert need.words.units == (("=y6",),)
    found = scores(index, raw)
    assert found[0] > found[1] > 0 == found[3]
    assert shares(index, raw) == [1.0, 0.0, 0.0, 0.0]


def test_a_key_stage_finds_its_years_alike(index: KeywordIndex) -> None:
    assert understood(index, "key stage 2").words.weights == {"=ks2": 1.0}
    assert shares(index, "KS2") == [1.0, 1.0, 1.0, 0.0]


def test_a_key_stage_that_is_typed_beside_its_year_counts_in_full(index: KeywordIndex) -> None:
    for raw in ("KS2 Year 6", "Year 6 in KS2"):
        assert understood(index, raw).words.weights == {"=y6": 1.0, "=ks2": 1.0}


def test_a_misspelling_finds_what_was_meant_and_less_surely(index: KeywordIndex) -> None:
    need = understood(index, "Provison gate")
    assert need.words.weights["provis"] == RESPELT < 1
    assert need.respelt == "provision gate"
    assert need.names["provis"] == "provision"
    assert understood(index, 'provison -gate "hall"').respelt == 'provision -gate "hall"'
    assert 0 < scores(index, "provison")[2] < scores(index, "provision")[2]
    assert shares(index, "provison gate") == shares(index, "provision gate")


@pytest.mark.parametrize(
    ("raw", "stem"),
    [
        ("gtae", "gtae"),
        ("PROVISON", "provison"),
        ("attends", "attend"),
        ("trains", "train"),
        ("zebra", "zebra"),
    ],
)
def test_what_is_short_in_capitals_or_known_is_looked_up_only_as_it_is(
    index: KeywordIndex, raw: str, stem: str
) -> None:
    need = understood(index, raw)
    assert need.words.weights == {stem: 1.0}
    assert need.words.units == ((stem,),)


@pytest.mark.parametrize("raw", ["well-being", "wellbeing", "Well‐Being"])
def test_a_hyphenated_word_finds_the_word_written_as_one(index: KeywordIndex, raw: str) -> None:
    assert scores(index, raw)[2] > 0
    assert shares(index, raw) == [0.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("raw", ["co-operation", "Co‑operations", "cooperation"])
def test_the_parts_of_a_hyphenated_word_lower_no_share(tmp_path: Path, raw: str) -> None:
    bodies = ("cooperation", "co-operation", "an operation")
    documents = [WordsOf(**(dict.fromkeys(FIELDS, "") | {"body": body})) for body in bodies]
    write_words(tmp_path, documents, LineReader(LEXICON))
    found = shares(KeywordIndex(tmp_path), raw)
    assert found[:2] == [1.0, 1.0]
    assert found[2] < 1


def test_other_forms_are_told_but_only_a_few_and_none_that_was_typed(index: KeywordIndex) -> None:
    need = understood(index, "TA at midday meal")
    assert need.also_searched == (
        "teaching assistant",
        "classroom helper",
        "support staff",
        "lunch",
        "dinner",
    )
    assert understood(index, "gate in Year 6").also_searched == ()


def test_the_model_reads_the_usual_names_of_what_is_typed_otherwise(index: KeywordIndex) -> None:
    assert understood(index, "TA in Y6").for_model == "TA in Y6 (teaching assistant, Year 6)"
    assert understood(index, "a Teaching Assistant").for_model == "a Teaching Assistant"
    assert understood(index, '"the TA" -gate').for_model == "the TA (teaching assistant)"


def test_everyday_words_count_less_than_technical_ones(index: KeywordIndex) -> None:
    everyday, technical = "they need more help with it", "dyscalculia screening -help"
    assert understood(index, everyday).words_weight < understood(index, technical).words_weight
    with_stop_words = understood(index, "the dyscalculia of a screening")
    assert with_stop_words.words_weight == understood(index, technical).words_weight


def test_short_forms_of_several_meanings_are_named(index: KeywordIndex) -> None:
    assert understood(index, "PD for TA").short_forms == (SHORT_FORMS[1], SHORT_FORMS[0])
    assert understood(index, "PD").words.weights == {"pd": 1.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TA", "teaching assistants"),
        ("Year 6", "y6"),
        ("gate", "The GATES"),
        ("hall gate", "gate in the hall"),
        ("midday meal", "dinner"),
        ("", "the of"),
        ('hall "at the gate"', '"At the Gate" halls'),
        ("hall -gate", "-Gate hall"),
        ("well-being", "wellbeing"),
    ],
)
def test_two_queries_that_mean_the_same_share_a_key(
    index: KeywordIndex, one: str, other: str
) -> None:
    assert understood(index, one).key == understood(index, other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TA", "TA gate"),
        ("Y6", "Y5"),
        ("gate", "hall"),
        ("at the gate", '"at the gate"'),
        ('"hall gate"', '"gate hall"'),
        ("gate", "gate -hall"),
        ("gate -hall", "gate -lunch"),
        ("hall gate", "hall -gate"),
        ('hall "gate"', "hall -gate"),
        ("", "-gate"),
    ],
)
def test_two_queries_that_mean_different_things_have_different_keys(
    index: KeywordIndex, one: str, other: str
) -> None:
    assert understood(index, one).key != understood(index, other).key


_QUERIES = st.lists(
    st.sampled_from(
        [
            "TA",
            "teaching",
            "assistant",
            "Y6",
            "years",
            "5",
            "and",
            "6",
            "KS2",
            "provison",
            "the",
            "well-being",
            "lunch",
            "PD",
            '"',
            "-",
            "-gate",
            ":",
            "value:equity",
            "🎒",
            "ʼ",
            "½-½",
        ]
    ),
    max_size=8,
).map(" ".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_QUERIES | st.text(max_size=30))
def test_any_query_is_understood_and_can_be_looked_up(index: KeywordIndex, raw: str) -> None:
    need = understood(index, raw)
    assert all(0 < weight <= 1 for weight in need.words.weights.values())
    assert {term for unit in need.words.units for term in unit} <= need.words.weights.keys()
    assert need.words.weights.keys() == need.names.keys()
    matches = index.search(need.words)
    assert np.isfinite(matches.scores).all()
    assert ((matches.shares >= 0) & (matches.shares <= 1 + 1e-9)).all()
    for phrase in need.phrases:
        index.holding(phrase)
    for unwanted in need.excluded:
        index.mentioning(unwanted)
