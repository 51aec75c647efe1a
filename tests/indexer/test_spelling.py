"""Spelling: the index's own words, and no guess where another word is as near."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import stems, words
from indexer.spelling import MIN_LETTERS, Speller


def a_speller(frequencies: Mapping[str, int]) -> Speller:
    """A speller of an index that holds these words and nothing else."""
    return Speller(frequencies, {stem for word in frequencies for stem in stems(word)})


SPELLER = a_speller(
    {
        "provision": 9,
        "attendance": 7,
        "gate": 5,
        "lunch": 4,
        "reading": 6,
        "heading": 60,
        "cafeteria": 1,
        "pe": 8,
        "7": 3,
        "year7": 3,
        "¶": 99,
    }
)


def correction(raw: str, speller: Speller = SPELLER) -> str | None:
    [word] = words(raw)
    return speller.correction(word)


def corrected(text: str) -> str | None:
    return SPELLER.corrected(text)


@pytest.mark.parametrize("frequencies", [{}, {"7": 1, "¶": 2, "pe": 1}])
def test_an_index_without_words_corrects_nothing(frequencies: dict[str, int]) -> None:
    assert correction("provison", a_speller(frequencies)) is None


@pytest.mark.parametrize("raw", ["gat", "gaet", "gtae", "lnch", "pee", "a"])
def test_a_word_of_four_letters_or_fewer_is_never_corrected(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize("raw", ["PROVISON", "LUNHC", "SENCO", "LUNCHs", "LuncH"])
def test_a_short_form_is_never_corrected(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize("raw", ["lunc7", "provision7", "12345", "8.301", "yeer7", "lunch.e"])
def test_what_is_not_letters_alone_is_never_corrected(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize("raw", ["provision", "Lunch", "Cafétería", "reading"])
def test_a_word_of_the_index_is_right(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize("raw", ["gates", "lunches", "lunching", "provisions", "attendances"])
def test_another_form_of_a_word_of_the_index_is_right(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize(("raw", "held"), [("house", "horse"), ("Artistic", "autistic")])
def test_an_english_word_that_the_index_merely_lacks_is_right(raw: str, held: str) -> None:
    assert correction(raw, a_speller({held: 1})) is None


@pytest.mark.parametrize("raw", ["which", "about", "zebra", "elephants", "the"])
def test_a_word_with_nothing_near_is_left_as_it_is(raw: str) -> None:
    assert correction(raw) is None


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("provison", "provision"),
        ("provisionn", "provision"),
        ("provizion", "provision"),
        ("Atendance", "attendance"),
        ("lunhc", "lunch"),
        ("ulnch", "lunch"),
        ("gatte", "gate"),
        ("cáfeterya", "cafeteria"),
        ("lun’ch’es", None),
    ],
)
def test_one_mistake_is_mended_and_a_swap_of_neighbours_is_one(raw: str, meant: str | None) -> None:
    assert correction(raw) == meant


def test_two_mistakes_are_mended_only_in_a_long_word() -> None:
    assert correction("atendanse") == correction("attendannse") == "attendance"
    assert correction("luunhc") is None
    assert correction("prvsion") is None
    assert correction("prvision") == "provision"


def test_two_mistakes_with_the_first_letter_are_another_word() -> None:
    assert correction("revision", a_speller({"provision": 9})) is None
    assert correction("brovisian", a_speller({"provision": 9})) is None


def test_the_nearest_word_is_meant_then_one_with_the_same_first_letter_then_the_commonest() -> None:
    assert correction("readint") == "reading"
    assert correction("rheading") == "reading"
    assert correction("seading") == "heading"
    assert correction("planing", a_speller({"planning": 1, "plaining": 2})) == "plaining"
    assert correction("planing", a_speller({"planning": 2, "plaining": 1})) == "planning"


def test_only_the_mistakes_of_a_text_change() -> None:
    assert corrected("🎒 Café: the provison, at LUNHC and lunhc!") == (
        "🎒 Café: the provision, at LUNHC and lunch!"
    )


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("provison -gate", "provision -gate"),
        ('"at the provison" gate', '"at the provision" gate'),
        ("“lunhc” -“the gate”", "“lunch” -“the gate”"),
        ("gate -lunhc", "gate -lunch"),
        ("value:equity  provison", "value:equity  provision"),
    ],
)
def test_operators_stay_where_a_text_is_mended(text: str, mended: str) -> None:
    assert corrected(text) == mended


@pytest.mark.parametrize("text", ["", "the of", "- *", "gate lunch", "LUNHC", "gaet"])
def test_a_text_without_mistakes_has_no_correction(text: str) -> None:
    assert corrected(text) is None


@given(
    st.dictionaries(st.text("abcdé7", min_size=1, max_size=10), st.integers(1, 9)),
    st.lists(st.text("abcdéA7'", min_size=1, max_size=10)).map(" ".join),
)
def test_a_correction_is_always_a_word_of_the_index_of_about_the_same_length(
    frequencies: dict[str, int], text: str
) -> None:
    speller = a_speller(frequencies)
    for word in words(text):
        meant = speller.correction(word)
        if meant is not None:
            assert meant in frequencies
            assert word.plain not in frequencies
            assert len(word.plain) >= MIN_LETTERS
            assert abs(len(meant) - len(word.plain)) <= 2
    mended = speller.corrected(text)
    assert mended is None or mended != text
