"""Requests: whatever an address holds is read, and what is not understood is named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facets import BY_NAME, FACETS, terms
from indexer.request import (
    MAX_CHARS,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    SCHOOL_NUMBERS,
    SCHOOL_TERMS,
    SchoolContext,
    SearchRequest,
    Sort,
    clean,
    is_askable,
    read_request,
)
from kb.domain import TermKey
from tests.indexer.builders import vocabularies

DELIVERED = ("pupils", "librarian")


def read(**params: str | list[str]) -> SearchRequest:
    given = {name: [value] if isinstance(value, str) else value for name, value in params.items()}
    return read_request(given, vocabularies())


def test_nothing_asked_is_all_studies_by_best_on_the_first_page() -> None:
    assert read() == SearchRequest("", {}, {}, Sort.BEST, 1, PAGE_SIZE, SchoolContext())
    assert not read().school.is_known
    empty = dict.fromkeys(["q", "phase", "page", "staff_max", "sort", "limit", "as_typed"], "")
    assert read(**empty, **dict.fromkeys([*SCHOOL_TERMS, *SCHOOL_NUMBERS], "")) == read()


@pytest.mark.parametrize("page", ["-1", "0", "999999", "abc", "1.5", "1e3", "²", "9" * 5000, "+2"])
def test_a_page_that_cannot_be_is_named_and_the_first_is_shown(page: str) -> None:
    request = read(page=page)
    assert request.page == 1
    assert request.ignored == (f"page={clean(page, max_chars=60)}",)


@pytest.mark.parametrize(("page", "number"), [("2", 2), (" 7 ", 7), ("007", 7), ("10000", 10000)])
def test_a_page_is_read_as_people_write_it(page: str, number: int) -> None:
    request = read(page=page)
    assert (request.page, request.ignored) == (number, ())


def test_digits_of_other_scripts_are_digits() -> None:
    request = read(page="٣", staff_max="५")
    assert (request.page, request.limits, request.ignored) == (3, {"staff_max": 5}, ())


def test_the_number_of_results_has_bounds() -> None:
    assert read(limit=str(MAX_PAGE_SIZE)).page_size == MAX_PAGE_SIZE
    assert read(limit=str(MAX_PAGE_SIZE + 1)).page_size == PAGE_SIZE
    assert read(limit="0").ignored == ("limit=0",)


def test_a_limit_of_none_is_a_limit() -> None:
    assert read(staff_max="0", minutes_max="30").limits == {"staff_max": 0, "minutes_max": 30}
    request = read(staff_max="-1", minutes_max="an hour")
    assert request.limits == {}
    assert request.ignored == ("staff_max=-1", "minutes_max=an hour")


def test_every_facet_takes_its_own_keys_and_repeats() -> None:
    assert read(phase=["primary", "secondary"]).filters == {"phase": ("primary", "secondary")}
    for facet in FACETS:
        key = str(next(iter(_keys(facet.name))))
        request = read(**{facet.name: [key, key]})
        assert request.filters == {facet.name: (key,)}
        assert request.chosen(facet) == (key,)
        assert request.ignored == ()


def test_unknown_keys_are_named_beside_those_that_are_known() -> None:
    request = read(phase=["primary", "kindergarten"], value="PRIMARY", need="semh")
    assert request.filters == {"phase": ("primary",)}
    assert sorted(request.ignored) == ["need=semh", "phase=kindergarten", "value=PRIMARY"]


def test_other_parameters_are_no_business_of_the_search() -> None:
    assert read(utm_source="mail", kind="x") == read()


def test_of_a_repeated_parameter_that_has_one_value_the_last_counts() -> None:
    request = read(q=["first", "second"], page=["2", "3"], sort=["newest", "evidence"])
    assert (request.text, request.page, request.sort) == ("second", 3, Sort.EVIDENCE)


@pytest.mark.parametrize(("raw", "asked"), [("1", True), ("0", False), ("yes", False), ("", False)])
def test_as_typed_is_one_or_nothing(raw: str, asked: bool) -> None:
    assert read(as_typed=raw).as_typed is asked


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_can_be_asked_for(sort: Sort) -> None:
    assert read(sort=sort.value).sort is sort


def test_an_unknown_order_is_named() -> None:
    request = read(sort="Newest")
    assert (request.sort, request.ignored) == (Sort.BEST, ("sort=Newest",))


def test_a_query_of_ten_thousand_letters_is_cut_and_says_so() -> None:
    request = read(q="word " * 2000)
    assert len(request.text) <= MAX_CHARS
    assert request.text.startswith("word word")
    assert request.ignored == (f"everything after the first {MAX_CHARS} letters",)
    assert read(q="x" * MAX_CHARS).ignored == ()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  gate \t at\n\nnine ", "gate at nine"),
        ("gate\0at\x1b[31mnine\x7f", "gate at [31mnine"),
        ("gate\ud83dat", "gate at"),
        ("gate\u200bat\u202enine\ufeff", "gate at nine"),
        ("gate\u00a0at\u3000nine\u2028ten", "gate at nine ten"),
        ("ｇａｔｅ ﬁnd", "gate find"),
        ("cafe\u0301", "café"),
        ("🎒", "🎒"),
        ("\0\n\u200b", ""),
    ],
)
def test_a_query_is_cleaned(raw: str, text: str) -> None:
    assert clean(raw) == text
    assert read(q=raw).text == text


def test_what_is_named_back_is_clean_and_short() -> None:
    request = read(phase="\ud800x\n" + "y" * 5000, page="\0" * 3 + "z", sort="\u202eevil")
    assert len(request.ignored) == 3
    assert all(len(said) < 80 and said.isprintable() for said in request.ignored)
    assert "\n".join(request.ignored).encode()


@pytest.mark.parametrize("text", ["", "a", "7", "🎒", "🎒🎒🎒", "!?…", "é", "数", "- -"])
def test_less_than_two_letters_cannot_be_asked(text: str) -> None:
    assert not is_askable(clean(text))


@pytest.mark.parametrize("text", ["PE", "a 7", "数学", "12", "🎒ab", "e\u0301t"])
def test_two_letters_or_digits_can_be_asked(text: str) -> None:
    assert is_askable(clean(text))


# Filters typed into the box


@pytest.mark.parametrize(
    ("typed", "text", "filters"),
    [
        ("value:equity gate", "gate", {"value": ("equity",)}),
        ("late at phase:primary the gate", "late at the gate", {"phase": ("primary",)}),
        ("phase:Primary", "", {"phase": ("primary",)}),
        ("Phase:primary", "", {"phase": ("primary",)}),
        ('region:"North East" gate', "gate", {"region": ("north-east",)}),
        ("region:“north east”", "", {"region": ("north-east",)}),
        ("need:semh", "", {"need": ("SEMH",)}),
        ("phase:primary phase:secondary", "", {"phase": ("primary", "secondary")}),
        ("phase:primary phase:Primary", "", {"phase": ("primary",)}),
        ("delivered-by:pupils delivered_by:librarian", "", {"delivered_by": DELIVERED}),
        ("evidence:before-after cost:low", "", {"evidence": ("before-after",), "cost": ("low",)}),
        ('gate -lunch "the door" value:equity', 'gate -lunch "the door"', {"value": ("equity",)}),
    ],
)
def test_a_filter_typed_into_the_box_moves_out_of_the_text(
    typed: str, text: str, filters: dict[str, tuple[str, ...]]
) -> None:
    request = read(q=typed)
    assert (request.text, request.filters, request.ignored) == (text, filters, ())


def test_filters_typed_and_chosen_are_joined() -> None:
    request = read(q="phase:secondary gate", phase="primary", value="equity")
    assert request.filters == {"phase": ("primary", "secondary"), "value": ("equity",)}


def test_a_typed_filter_that_is_unknown_is_named_and_no_longer_searched_for() -> None:
    request = read(q="gate phase:kindergarten phase:primary value:“much joy”")
    assert (request.text, request.filters) == ("gate", {"phase": ("primary",)})
    assert sorted(request.ignored) == ["phase:kindergarten", "value:much joy"]


def test_what_is_unknown_is_named_once_for_each_way_that_it_was_asked() -> None:
    request = read(q="phase:x phase:x", phase=["x", "x"])
    assert sorted(request.ignored) == ["phase:x", "phase=x"]


@pytest.mark.parametrize(
    "typed",
    ["value: equity", "value:", ":equity", "9:30 gate", "note:equity", '"value:equity"', "q:gate"],
)
def test_what_is_no_filter_stays_text(typed: str) -> None:
    request = read(q=typed)
    assert (request.text, request.filters, request.ignored) == (typed, {}, ())


# The asker's school


def test_a_school_is_read_from_its_parameters() -> None:
    request = read(
        school_phase="primary",
        school_region="north-east",
        school_pupils="210",
        school_fsm6="0",
        school_sen_support="100",
        school_eal=" 7 ",
    )
    assert request.school == SchoolContext(
        TermKey("primary"), TermKey("north-east"), 210, 0, 100, 7
    )
    assert (request.filters, request.limits, request.ignored) == ({}, {}, ())


@pytest.mark.parametrize("name", SCHOOL_NUMBERS)
def test_one_number_of_a_school_is_enough_to_know_it(name: str) -> None:
    school = read(**{name: "0"}).school
    assert school.is_known
    assert getattr(school, SCHOOL_NUMBERS[name]) == 0


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("school_phase", "Primary"),
        ("school_phase", "north-east"),
        ("school_region", "primary"),
        ("school_pupils", "-1"),
        ("school_pupils", "many"),
        *((name, "101") for name in SCHOOL_NUMBERS if name != "school_pupils"),
        ("school_fsm6", "nan"),
        ("school_eal", "inf"),
    ],
)
def test_what_no_school_can_have_is_named(name: str, raw: str) -> None:
    request = read(**{name: raw}, sort="similar")
    assert not request.school.is_known
    assert request.ignored == (f"{name}={raw}",)
    assert request.sort is Sort.SIMILAR


# Anything at all


_ANY = st.text(st.characters(codec=None), max_size=40)
NAMES = [
    *("q", "page", "limit", "sort", "staff_max", "minutes_max", "as_typed"),
    *(*BY_NAME, *SCHOOL_TERMS, *SCHOOL_NUMBERS),
]
_TYPED = st.lists(
    st.sampled_from(["phase:primary ", 'value:"', "-", '"', ":", "need:SEMH", " gate ", "“", "ｆ"])
).map("".join)


@given(
    st.dictionaries(
        st.sampled_from(NAMES) | _ANY,
        st.lists(_ANY | _TYPED | st.sampled_from(["primary", "send", "newest", "2"]), max_size=3),
    )
)
def test_any_parameters_at_all_make_a_request(params: dict[str, list[str]]) -> None:
    request = read_request(params, vocabularies())
    assert request.page >= 1
    assert 1 <= request.page_size <= MAX_PAGE_SIZE
    assert clean(request.text) == request.text
    assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in request.text)
    for name, keys in request.filters.items():
        assert keys
        assert set(keys) <= _keys(name)
    assert "".join(request.ignored).encode() is not None


def _keys(name: str) -> set[str]:
    return {str(key) for key, _ in terms(BY_NAME[name], vocabularies())}
