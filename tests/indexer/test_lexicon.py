"""Synonyms and short forms: two ways, by whole phrases, and no word taken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import words
from indexer.lexicon import MARK, Lexicon, Mention
from kb.steering import Steering
from kb.synonyms import ShortForm, Synonyms
from tests.factories import SHIPPED

GROUPS = (
    ("special educational needs and disabilities", "SEND", "SEN"),
    ("SENCO", "SEND coordinator"),
    ("SEN support", "K code"),
    ("lunch", "midday meal", "dinner time"),
    ("support staff", "helpers"),
    ("Down syndrome", "Down's syndrome"),
)
SHORT_FORMS = (
    ShortForm("SEND", ("special educational needs and disabilities",), GROUPS[0][0], False),
    ShortForm("OT", ("occupational therapy", "overtime"), "occupational therapy", False),
    ShortForm("PD", ("physical disability", "personal development"), None, False),
    ShortForm("LT", ("lunch", "long term"), "lunch", False),
    ShortForm("IT", ("computing",), "computing", True),
)
LEXICON = Lexicon(Synonyms(GROUPS, SHORT_FORMS))


@pytest.fixture(scope="module")
def shipped_lexicon() -> Lexicon:
    return Lexicon(Steering.load(SHIPPED).synonyms)


def heads(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    """The usual names of what a query mentions."""
    return [mention.head for mention in lexicon.of_query(words(text))]


def in_study(text: str, lexicon: Lexicon = LEXICON) -> set[str]:
    """The tokens of what a study mentions."""
    return {token for token, _, _ in lexicon.of_study(words(text))}


def asked(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    """The short forms that a query is asked about."""
    return [form.short for form, _ in lexicon.short_forms(words(text))]


@pytest.mark.parametrize("text", ["", "the and of", "- + *", "🎒", "zebra", "'", "ʼ"])
def test_a_text_that_names_nothing_mentions_nothing(text: str) -> None:
    assert (heads(text), in_study(text), asked(text)) == ([], set(), [])


@pytest.mark.parametrize("text", ["SEND", "OT", "lunch", "IT"])
def test_without_synonyms_nothing_is_a_concept_but_years(text: str) -> None:
    empty = Lexicon(Synonyms((), ()))
    assert heads(text, empty) == []
    assert heads("Year 6", empty) == ["Year 6"]


def test_a_group_whose_terms_have_no_words_is_passed_over() -> None:
    lexicon = Lexicon(Synonyms((("-", "…"), ("lunch", "dinner")), ()))
    assert heads("- lunch …", lexicon) == ["lunch"]


@pytest.mark.parametrize("typed", ["lunch", "midday meal", "Midday Meals", "dinner-time"])
def test_any_form_in_a_query_finds_every_form_in_a_study(typed: str) -> None:
    [concept] = {mention.concept for mention in LEXICON.of_query(words(typed))}
    for form in ["lunch", "Lunches", "midday meal", "dinner time", "DINNER TIME"]:
        assert concept in in_study(form)
    assert concept not in in_study("dinner")


def test_a_phrase_is_named_by_all_its_words_in_a_row_and_not_by_one() -> None:
    assert heads("meal at midday") == heads("midday hot meal") == heads("meal") == []
    assert in_study("the code of K") == set()


@pytest.mark.parametrize(
    "text", ["Lunches", "dinner times", "helper", "the helpers’ room", "SENCOs", "SENCO's"]
)
def test_a_form_is_matched_in_singular_and_plural(text: str) -> None:
    assert len(heads(text)) == 1
    assert in_study(text) == {mention.concept for mention in LEXICON.of_query(words(text))}


@pytest.mark.parametrize(
    "text", ["lunching", "lunched", "supporting staff", "helping", "calm down syndromic", "Down"]
)
def test_another_word_of_the_same_stem_is_no_form(text: str) -> None:
    assert heads(text) == []
    assert in_study(text) == set()


def test_stop_words_belong_to_a_form() -> None:
    lexicon = Lexicon(Synonyms((("A level", "sixth form exam"),), ()))
    assert heads("A levels", lexicon) == ["A level"]
    assert heads("high level", lexicon) == heads("level", lexicon) == []


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [("infants", {f"{MARK}0"}), ("KS1", {f"{MARK}0", f"{MARK}ks1"})],
)
def test_a_synonym_that_contains_a_stage_matches(typed: str, tokens: set[str]) -> None:
    lexicon = Lexicon(Synonyms((("KS1", "infants"),), ()))
    assert {mention.concept for mention in lexicon.of_query(words(typed))} == tokens
    assert in_study(typed, lexicon) == tokens


def test_a_form_in_the_possessive_matches_with_any_apostrophe() -> None:
    group = ("children's centre", "family hub", "women's refuge", "men's shed")
    lexicon = Lexicon(Synonyms((group,), ()))
    for text in ("Children’s centres", "childrens centre", "women’s refuge", "mens sheds"):
        assert heads(text, lexicon) == ["children's centre"]
        assert in_study(text, lexicon) == {f"{MARK}0"}


def test_the_longest_form_counts_and_none_across_it() -> None:
    assert heads("SEND coordinator") == ["SENCO"]
    assert heads("SEN support staff") == ["SEN support"]
    assert in_study("SEN support staff") == {f"{MARK}2"}
    assert heads("SEN coordinator, SEN support") == [GROUPS[0][0], "SEN support"]


def test_a_concept_named_twice_is_one_mention_where_it_is_named_first() -> None:
    [mention] = LEXICON.of_query(words("a lunch or a midday meal"))
    assert (mention.first, mention.end) == (1, 2)


def test_a_mention_names_the_other_forms_but_not_the_one_typed() -> None:
    assert LEXICON.of_query(words("our MIDDAY-meal")) == [
        Mention(f"{MARK}3", 1, 3, "lunch", ("lunch", "dinner time"))
    ]


@pytest.mark.parametrize("text", ["Down's syndrome", "Downs syndrome", "DOWN’S SYNDROME"])
def test_apostrophes_and_case_do_not_matter(text: str) -> None:
    assert heads(text) == ["Down syndrome"]


@pytest.mark.parametrize("typed", ["send", "sen", "Send", "SEND"])
def test_a_form_in_capitals_may_be_typed_in_any_case(typed: str) -> None:
    assert heads(f"help with {typed}") == [GROUPS[0][0]]


def test_a_form_in_capitals_counts_in_a_study_only_where_written_so() -> None:
    assert in_study("we send a letter and sen") == set()
    assert in_study("pupils with SEND") == in_study("SEN") == {f"{MARK}0"}


@pytest.mark.parametrize(
    "text",
    ["how to send a letter", "send home", "Send letters", "we send texts", "don't send", "send it"],
)
def test_the_verb_send_is_no_short_form(text: str) -> None:
    assert heads(text) == []


@pytest.mark.parametrize(
    "text", ["approach to send provision", "our send review", "to send pupils"]
)
def test_send_before_what_schools_have_is_no_verb(text: str) -> None:
    assert heads(text) == [GROUPS[0][0]]


@pytest.mark.parametrize("text", ["how to SEND a letter", "SEND home", "we SEND", "SEND it"])
def test_send_in_capitals_is_never_the_verb(text: str) -> None:
    assert heads(text) == [GROUPS[0][0]]


def test_the_default_reading_of_a_short_form_is_searched_for_and_it_is_asked_about() -> None:
    assert heads("ot") == heads("occupational therapy") == ["occupational therapy"]
    assert heads("overtime") == []
    assert asked("OT") == asked("ot") == ["OT"]


def test_a_default_reading_that_has_synonyms_brings_them_in() -> None:
    [mention] = LEXICON.of_query(words("LT"))
    assert mention.concept in in_study("dinner time")
    assert mention.others == ("lunch", "midday meal", "dinner time")


@pytest.mark.parametrize("typed", ["PD", "pd"])
def test_a_short_form_without_a_default_is_asked_about_and_not_searched_for(typed: str) -> None:
    assert heads(typed) == []
    assert asked(typed) == ["PD"]


def test_a_short_form_of_one_reading_is_not_asked_about() -> None:
    assert asked("SEND") == asked("IT") == []


def test_in_lower_case_a_short_form_is_asked_about_only_where_little_else_is_typed() -> None:
    assert asked("pd for staff") == ["PD"]
    assert asked("pd for staff today") == []
    assert asked("PD for staff today") == ["PD"]


@pytest.mark.parametrize("text", ["it", "It", "is it good"])
def test_a_short_form_of_capitals_only_is_a_word_in_lower_case(text: str) -> None:
    assert heads(text) == []


@pytest.mark.parametrize("text", ["IT", "IT lessons", "we teach IT"])
def test_a_short_form_of_capitals_only_counts_in_capitals(text: str) -> None:
    assert heads(text) == ["computing"]
    assert in_study(text) == in_study("computing")


@pytest.mark.parametrize("text", ["Year 6", "Y6", "yr six"])
def test_a_year_replaces_its_words_and_has_a_key_stage_about_it(text: str) -> None:
    [mention] = LEXICON.of_query(words(text))
    assert (mention.concept, mention.broader) == (f"{MARK}y6", f"{MARK}ks2")
    assert mention.replaces
    assert in_study(text) == {f"{MARK}y6", f"{MARK}ks2"}


def test_a_key_stage_is_no_mention_of_its_years() -> None:
    [mention] = LEXICON.of_query(words("KS2"))
    assert (mention.concept, mention.broader) == (f"{MARK}ks2", None)
    assert in_study("key stage 2") == {f"{MARK}ks2"}


def test_mentions_come_in_the_order_of_the_query() -> None:
    assert heads("lunch in Y5 for SEN, Y4") == ["lunch", "Year 5", GROUPS[0][0], "Year 4"]


@pytest.mark.parametrize(
    ("typed", "head"),
    [
        ("TA", "teaching assistant"),
        ("ta", "teaching assistant"),
        ("teaching assistants", "teaching assistant"),
        ("OT", "occupational therapy"),
        ("TA's", "teaching assistant"),
        ("TA’s", "teaching assistant"),
        ("AP", "alternative provision"),
        ("APs", "alternative provision"),
        ("MAT", "multi-academy trust"),
        ("HI", "hearing impairment"),
        ("VI", "vision impairment"),
        ("RE", "religious education"),
        ("IT", "computing"),
        ("send", "special educational needs and disabilities"),
    ],
)
def test_the_shipped_short_forms_expand(shipped_lexicon: Lexicon, typed: str, head: str) -> None:
    assert heads(typed, shipped_lexicon) == [head]


@pytest.mark.parametrize("typed", ["hi", "vi", "re", "it", "SLT", "PD", "SIP", "FTE", "DT", "CP"])
def test_the_shipped_short_forms_do_not_expand(shipped_lexicon: Lexicon, typed: str) -> None:
    assert heads(typed, shipped_lexicon) == []
    assert asked(typed, shipped_lexicon) == ([typed] if typed.isupper() else [])


@pytest.mark.parametrize("text", ["our TA's", "TAs", "APs", "two AP’s"])
def test_the_shipped_short_forms_count_in_studies_in_the_plural(
    shipped_lexicon: Lexicon, text: str
) -> None:
    [concept] = in_study(text, shipped_lexicon)
    assert concept in {mention.concept for mention in shipped_lexicon.of_query(words(text))}


@pytest.mark.parametrize(
    "text",
    [
        "calm down",
        "high level",
        "role model",
        "local government",
        "receptive language",
        "the cat sat",
    ],
)
def test_everyday_words_are_no_shipped_synonyms(shipped_lexicon: Lexicon, text: str) -> None:
    assert heads(text, shipped_lexicon) == []
    assert in_study(text, shipped_lexicon) == set()


_TEXTS = st.lists(
    st.sampled_from(
        [
            "SEND",
            "send",
            "SEN",
            "support",
            "K",
            "code",
            "midday",
            "meal",
            "the",
            "to",
            "Y6",
            "IT",
            "KS2",
            "year",
            "6",
            "PD",
            "pd",
            "ot",
            "Down’s",
            "syndrome",
            "-",
            "coordinator",
            "ʼ",
        ]
    ),
    max_size=10,
).map(" ".join)


@given(_TEXTS | st.text(max_size=30))
def test_mentions_of_any_text_lie_in_it_and_say_each_thing_once(text: str) -> None:
    text_words = words(text)
    mentions = LEXICON.of_query(text_words)
    assert len({mention.concept for mention in mentions}) == len(mentions)
    for mention in mentions:
        assert 0 <= mention.first < mention.end <= len(text_words)
        assert mention.concept.startswith(MARK)
    for _, first, end in LEXICON.of_study(text_words):
        assert 0 <= first < end <= len(text_words)
    assert all(text_words[place].stem for _, place in LEXICON.short_forms(text_words))
