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
    SearchRequest,
    Sort,
    clean,
    is_askable,
    read_request,
)
from tests.indexer.builders import vocabularies


def read(**params: str | list[str]) -> SearchRequest:
    given = {name: [value] if isinstance(value, str) else value for name, value in params.items()}
    return read_request(given, vocabularies())


def test_nothing_asked_is_all_studies_by_best_on_the_first_page() -> None:
    assert read() == SearchRequest("", {}, {}, Sort.BEST, 1, PAGE_SIZE, ())
    assert read(q="", phase="", page="", staff_max="", sort="", limit="") == read()


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


_ANY = st.text(st.characters(codec=None), max_size=40)


@given(
    st.dictionaries(
        st.sampled_from(["q", "page", "limit", "sort", "staff_max", "minutes_max", *BY_NAME])
        | _ANY,
        st.lists(_ANY | st.sampled_from(["primary", "send", "newest", "2"]), max_size=3),
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
