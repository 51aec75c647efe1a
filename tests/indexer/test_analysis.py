"""Words: folded and stemmed alike in studies and queries, and found again where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Joined, Word, fold, joined_forms, stem_spans, stems, words


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "-", "- -", '""', "…!?", "🎒👩🏽‍🏫", "_", "''", "+/*~^"]
)
def test_a_text_without_letters_and_digits_has_no_words(text: str) -> None:
    assert words(text) == []
    assert stems(text) == []
    assert list(joined_forms(words(text))) == []


@pytest.mark.parametrize("text", ["the and of it", "The", "IS IT OF THE AND IN", "A", "a the is"])
def test_stop_words_have_no_stem_but_keep_their_place(text: str) -> None:
    assert stems(text) == []
    assert [word.raw for word in words(text)] == text.split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("attends", "ATTENDED"),
        ("Café", "cafe"),
        ("cafe\u0301", "CAFÉ"),
        ("Asperger's", "Aspergers"),
        ("Down’s", "Down's"),
        ("pupil's", "pupils"),
        ("pupilsʼ", "pupil"),
        ("well-being", "well being"),
        ("non‑verbal", "non-verbal"),
        ("one/two", "one two"),
        ("snake_case", "snake case"),
        ("children", "child"),
        ("women", "woman"),
        ("children's", "child"),
        ("women’s", "woman's"),
        ("men's", "man"),
        ("ﬁnd", "find"),
        ("straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("x²", "x2"),
    ],
)
def test_two_ways_to_write_a_word_share_their_stems(one: str, other: str) -> None:
    assert stems(one) == stems(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ITT", "it"),
        ("attention", "attends"),
        ("PE", "pet"),
        ("3.5", "35"),
        ("SEND", "SENCO"),
    ],
)
def test_two_words_that_look_alike_do_not_share_their_stems(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_a_point_inside_belongs_to_the_word_and_one_at_the_end_does_not() -> None:
    assert [word.plain for word in words("e.g. at 8.30, U.S.A. ends.")] == [
        "e.g",
        "at",
        "8.30",
        "u.s.a",
        "ends",
    ]


def test_short_words_are_kept_as_they_are() -> None:
    assert stems("TAs TA ITT bus") == ["tas", "ta", "itt", "bus"]


@pytest.mark.parametrize("text", ["IT", "IT lessons", "we use IT", "help with IT please"])
def test_a_short_form_in_capitals_is_no_stop_word(text: str) -> None:
    assert "it" in stems(text)


@pytest.mark.parametrize("text", ["it", "It", "it lessons", "PLEASE MAKE IT STOP NOW"])
def test_a_stop_word_stays_one_in_lower_case_and_where_all_is_in_capitals(text: str) -> None:
    assert "it" not in stems(text)


@pytest.mark.parametrize("raw", ["TA", "TAs", "SENCOs", "KS2", "SENDCo", "SpLD", "U.S"])
def test_two_capitals_make_a_short_form(raw: str) -> None:
    assert words(raw)[0].is_capitals


@pytest.mark.parametrize("raw", ["ta", "Ta", "A", "7", "Year", "iPad", "ß"])
def test_a_word_with_one_capital_or_none_is_no_short_form(raw: str) -> None:
    assert not words(raw)[0].is_capitals


def test_a_word_knows_how_it_was_written_and_where() -> None:
    assert words("🎒 the Café’s") == [
        Word("the", "the", "", 2, 5, False, "🎒 "),
        Word("Café’s", "cafes", "cafe", 6, 12, False, " "),
    ]


def test_what_stands_between_words_is_the_gap_of_the_later() -> None:
    assert [word.gap for word in words("Y5-6, 7 – 8!")] == ["", "-", ", ", " – "]


@pytest.mark.parametrize(
    ("raw", "singulars"),
    [
        ("meal", ("meal",)),
        ("Meals", ("meals", "meal")),
        ("lunches", ("lunches", "lunche", "lunch")),
        ("policies", ("policies", "policie", "polici", "policy")),
        ("children", ("children", "child")),
        ("Women", ("women", "woman")),
        ("men", ("men", "man")),
        ("pupil’s", ("pupils", "pupil")),
        ("TAs", ("tas", "ta")),
        ("TA's", ("tas", "ta")),
    ],
)
def test_a_plural_is_known_by_what_it_may_be_the_plural_of(
    raw: str, singulars: tuple[str, ...]
) -> None:
    assert words(raw)[0].singulars == singulars


@pytest.mark.parametrize("raw", ["bus", "this", "tas", "class", "ACCESS", "s", "7s", "meal’"])
def test_a_short_word_in_s_and_one_in_double_s_are_no_plurals(raw: str) -> None:
    [word] = words(raw)
    assert word.singulars == (word.plain,)


def test_spans_are_code_points_of_the_words_as_written() -> None:
    text = "🎒👩🏽‍🏫 e\u0301 Attending, İstanbul pupil’s"
    found = {stem: text[start:end] for stem, start, end in stem_spans(text)}
    assert found["attend"] == "Attending"
    assert found["istanbul"] == "İstanbul"
    assert found["pupil"] == "pupil’s"


def test_a_hyphenated_word_is_also_written_as_one() -> None:
    assert list(joined_forms(words("Well-being and re-engage, not e-"))) == [
        Joined("wellbeing", stems("wellbeing")[0], 0, 2),
        Joined("reengage", stems("reengage")[0], 3, 5),
    ]
    assert list(joined_forms(words("a one-to-one mid‐day"))) == [
        Joined("onetoone", stems("onetoone")[0], 1, 4),
        Joined("midday", stems("midday")[0], 4, 6),
    ]


@pytest.mark.parametrize("text", ["well being", "well - being", "5-6", "Y5-6", "a--b", "-gate"])
def test_numbers_and_dashes_make_no_joined_word(text: str) -> None:
    assert list(joined_forms(words(text))) == []


def test_folding_keeps_what_is_plain_already() -> None:
    assert fold("pager7") == "pager7"
    assert fold("ÅNGSTRÖM’S") == "angstroms"


@given(st.text(max_size=60))
def test_any_text_has_words_that_lie_in_it_in_order(text: str) -> None:
    end = 0
    for word in words(text):
        assert text[word.start : word.end] == word.raw != ""
        assert word.gap == text[end : word.start]
        assert word.singulars[0] == word.plain
        end = word.end
    for form in joined_forms(words(text)):
        assert 0 <= form.first < form.end - 1 < len(words(text))
    assert stems(text) == [stem for stem, _, _ in stem_spans(text)]
    assert stems(text) == [word.stem for word in words(text) if word.stem]


@given(st.text(st.characters(codec=None), max_size=30))
def test_folding_twice_changes_no_more(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


@given(st.lists(st.sampled_from(["gate", "Café", "the", "pupil's", "well-being", "Y6"])))
def test_case_does_not_change_the_stems_of_a_lower_case_text(found: list[str]) -> None:
    text = " ".join(found).lower()
    assert stems(text) == stems(text.title().replace("'S", "'s"))
