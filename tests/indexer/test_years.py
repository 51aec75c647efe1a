"""Year groups and key stages, however people write them, and numbers that are neither."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import words
from indexer.years import Stage, find_stages


def found(text: str) -> list[tuple[str, int]]:
    return [(stage.kind, stage.number) for stage in find_stages(words(text))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "year",
        "Year.",
        "key",
        "key stage",
        "stage 2",
        "KS",
        "y",
        "6",
        "six",
        "two years",
        "year on year",
        "Y0",
        "Y14",
        "Year 0",
        "Year 14",
        "Year 2026",
        "Y123",
        "KS0",
        "KS6",
        "key stage 6",
        "key stage ten",
        "Year 5.5",
        "Year ²³",
        "ys6",
        "way6",
        "Y6b",
        "years ago 3",
        "Reception",
        "-",
        "years and 6",
        "year or",
        "key 2 stage",
    ],
)
def test_a_number_or_a_name_alone_is_no_stage(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Y6",
        "y6",
        "Yr6",
        "Yr 6",
        "yr. 6",
        "Year 6",
        "YEAR 6",
        "year six",
        "Year6",
        "Year-6",
        "Y6s",
        "Y6’s",
        "Year 6,",
        "Years 6",
        "Year 06",
        "Year 6s",
        "(Y6)",
        "a year\n6",
    ],
)
def test_every_way_to_write_a_year_group_is_the_same(text: str) -> None:
    assert found(text) == [("y", 6)]


@pytest.mark.parametrize(
    "text",
    ["KS2", "ks2", "KS 2", "Key Stage 2", "key stage two", "key-stage 2", "Key Stages 2", "KS2's"],
)
def test_every_way_to_write_a_key_stage_is_the_same(text: str) -> None:
    assert found(text) == [("ks", 2)]


@pytest.mark.parametrize("number", range(1, 14))
def test_every_year_is_known_by_its_number_and_lies_in_a_key_stage(number: int) -> None:
    [stage] = find_stages(words(f"Year {number}"))
    first_years = {1: 1, 2: 3, 3: 7, 4: 10, 5: 12}
    assert stage.key_stage == max(ks for ks, first in first_years.items() if first <= number)
    assert stage.label == f"Year {number}"


@pytest.mark.parametrize("number", range(1, 6))
def test_a_key_stage_is_its_own_key_stage(number: int) -> None:
    [stage] = find_stages(words(f"KS{number}"))
    assert stage.key_stage == number
    assert stage.label == f"key stage {number}"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Years 5 and 6", [5, 6]),
        ("Year 7 or 8", [7, 8]),
        ("Y5/6", [5, 6]),
        ("Years 10/11", [10, 11]),
        ("years three and four", [3, 4]),
        ("Years 3 to 5", [3, 4, 5]),
        ("Years 3-5", [3, 4, 5]),
        ("Years 3–5", [3, 4, 5]),
        ("Y7-9", [7, 8, 9]),
        ("Years 1 to 13", list(range(1, 14))),
        ("Y5 and Y6", [5, 6]),
        ("Y3, Year 5", [3, 5]),
        ("Years 5 and 14", [5]),
        ("Years 5 to", [5]),
        ("Years 5 and", [5]),
        ("Year 5 and 60 pupils", [5]),
        ("Years 6 to 3", [6]),
        ("Year 5 and pupils", [5]),
        ("Year 5: 6 pupils came", [5]),
        ("Years 3 – 5", [3, 4, 5]),
        ("Years 4 and 6", [4, 6]),
        ("Years 4-6", [4, 5, 6]),
        ("Years 4 & 6", [4, 6]),
        ("Year 3 to Year 6", [3, 4, 5, 6]),
        ("Y3 to Y5", [3, 4, 5]),
        ("Years 3, 5 and 8 to 10", [3, 5, 8, 9, 10]),
        ("Year 2 6 weeks", [2]),
    ],
)
def test_lists_and_ranges_of_years_name_each(text: str, years: list[int]) -> None:
    assert found(text) == [("y", year) for year in years]


def test_key_stages_are_listed_like_years() -> None:
    assert found("key stages 1 and 2") == found("KS1/2") == [("ks", 1), ("ks", 2)]
    assert found("KS1-3") == [("ks", 1), ("ks", 2), ("ks", 3)]
    assert found("KS1 to KS3") == [("ks", 1), ("ks", 2), ("ks", 3)]
    assert found("Year 2 to KS3") == [("y", 2), ("ks", 3)]


def test_a_number_of_thousands_of_digits_is_no_year() -> None:
    assert found("Year " + "9" * 5000) == []
    assert found("Year 5 to " + "9" * 5000) == [("y", 5)]


def test_the_words_that_name_a_stage_are_counted_from_the_first_of_the_text() -> None:
    assert list(find_stages(words("🎒 The Yr 6 and KS 2 room"))) == [
        Stage("y", 6, 1, 3),
        Stage("ks", 2, 4, 6),
    ]
    assert [(stage.first, stage.end) for stage in find_stages(words("In Years 5 and 6"))] == [
        (1, 5),
        (1, 5),
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "y",
                "Year",
                "years",
                "ks",
                "key",
                "stage",
                "stages",
                "Y6",
                "KS2",
                "and",
                "or",
                "to",
                "5",
                "6",
                "13",
                "14",
                "0",
                "six",
                "5/6",
                "3-5",
                "², ٣",
                "ʼ",
                "99999",
                "9" * 40,
            ]
        ),
        max_size=8,
    )
)
def test_stages_of_any_words_are_in_range_in_order_and_in_the_text(parts: list[str]) -> None:
    text_words = words(" ".join(parts))
    stages = list(find_stages(text_words))
    for stage in stages:
        assert 1 <= stage.number <= (13 if stage.kind == "y" else 5)
        assert 1 <= stage.key_stage <= 5
        assert 0 <= stage.first < stage.end <= len(text_words)
    assert [stage.first for stage in stages] == sorted(stage.first for stage in stages)
    for before, after in pairwise(stages):
        assert (before.first, before.end) == (after.first, after.end) or before.end <= after.first


@given(st.text(max_size=40))
def test_any_text_is_searched_for_stages(text: str) -> None:
    for stage in find_stages(words(text)):
        assert stage.end <= len(words(text))
