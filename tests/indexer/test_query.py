"""Queries taken apart: phrases, exclusions, filters; and never an error, whatever is typed."""

import re
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.facets import FACETS
from indexer.query import ParsedQuery, parse, without_filters


def plain(text: str) -> ParsedQuery:
    """A query that is words and nothing else."""
    return ParsedQuery(text, (), (), {})


@pytest.mark.parametrize("raw", ["", " ", '"', '""', '" "', "“”", '-""', "\t\n"])
def test_quotes_around_nothing_ask_for_nothing(raw: str) -> None:
    assert parse(raw) == plain(parse(raw).text)
    assert parse(raw).text.strip() == ""


@pytest.mark.parametrize(
    "raw",
    [
        "-",
        "--",
        "- -",
        "+",
        "*",
        "?",
        "~",
        "AND",
        "OR NOT",
        "a AND b",
        "(a",
        "a)",
        "[a TO b]",
        "{",
        "a^3",
        "a~2",
        "*:*",
        ":",
        "::x",
        "gate OR (lunch",
        "/a/",
        "\\",
        "a && b",
        "+gate",
        "'a b'",
    ],
)
def test_an_operator_that_makes_no_sense_is_a_character_like_any_other(raw: str) -> None:
    assert parse(raw) == plain(raw)


@pytest.mark.parametrize("raw", ['"meet and greet', 'meet "and greet', 'meet and greet"'])
def test_a_quote_that_is_never_closed_is_left_out(raw: str) -> None:
    assert parse(raw) == plain("meet and greet")


@pytest.mark.parametrize(
    "raw",
    ['"Meet and Greet"', "“meet and greet”", "„meet and greet“", "«Meet-and greet»"],
)
def test_any_quotes_make_a_phrase_with_its_stop_words(raw: str) -> None:
    parsed = parse(raw)
    assert parsed.phrases == (("meet", "and", "greet"),)
    assert parsed.excluded == ()


def test_the_words_of_a_phrase_are_asked_for_in_their_place_as_well() -> None:
    parsed = parse('calm "at the gate" and "Café’s" lunch')
    assert parsed.text == "calm at the gate and Café’s lunch"
    assert parsed.phrases == (("at", "the", "gate"), ("cafes",))


@pytest.mark.parametrize(
    ("raw", "text", "excluded"),
    [
        ("gate -lunch", "gate", [("lunch",)]),
        ("-lunch gate", "gate", [("lunch",)]),
        ("-lunch", "", [("lunch",)]),
        ("-Lunch -tea", "", [("lunch",), ("tea",)]),
        ('gate -"free school meals"', "gate", [("free", "school", "meals")]),
        ("gate -“breakfast club”", "gate", [("breakfast", "club")]),
        ("gate -well-being", "gate", [("well", "being")]),
        ("gate -Café’s", "gate", [("cafes",)]),
        ('a -b "c" -d e', "a c e", [("b",), ("d",)]),
        ('-"lunch', "", [("lunch",)]),
    ],
)
def test_a_hyphen_before_a_word_or_phrase_excludes_it(
    raw: str, text: str, excluded: list[tuple[str, ...]]
) -> None:
    parsed = parse(raw)
    assert parsed.text == text
    assert parsed.excluded == tuple(excluded)


@pytest.mark.parametrize(
    "raw", ["well-being", "gate - lunch", "gate -", "--lunch", "5-6", "-…", "gate –lunch"]
)
def test_a_hyphen_elsewhere_excludes_nothing(raw: str) -> None:
    assert parse(raw) == plain(raw)


def test_an_excluded_phrase_is_not_one_that_must_stand_there() -> None:
    assert parse('-"free meals" gate').phrases == ()


@pytest.mark.parametrize(
    ("raw", "filters"),
    [
        ("value:equity", {"value": ("equity",)}),
        ("focus:send focus:disadvantage", {"focus": ("send", "disadvantage")}),
        ('need:"speech and language"', {"need": ("speech and language",)}),
        ("need:“speech and language”", {"need": ("speech and language",)}),
        ("delivered-by:ta", {"delivered_by": ("ta",)}),
        ("delivered_by:ta", {"delivered_by": ("ta",)}),
        ("region:north-east", {"region": ("north-east",)}),
        ("value:no-such", {"value": ("no-such",)}),
        ("Value:Equity", {"value": ("Equity",)}),
        ("DELIVERED-BY:ta", {"delivered_by": ("ta",)}),
    ],
)
def test_a_filter_is_typed_with_a_colon(raw: str, filters: dict[str, tuple[str, ...]]) -> None:
    assert parse(raw) == ParsedQuery("", (), (), filters)
    assert parse(f"gate {raw} lunch") == ParsedQuery("gate lunch", (), (), filters)
    assert without_filters(raw) == ""
    assert without_filters(f"gate  {raw} lunch") == "gate lunch"


@pytest.mark.parametrize(
    "raw",
    [
        "value: equity",
        "value:",
        "value :equity",
        "colour:red",
        "text:hello",
        "Text:hello",
        "http://gate.org",
        "10:30",
        "(value:x)",
    ],
)
def test_a_colon_elsewhere_makes_no_filter(raw: str) -> None:
    assert parse(raw) == plain(raw)
    assert without_filters(raw) == raw


def test_a_filter_in_quotes_is_a_phrase() -> None:
    parsed = parse('"value:equity"')
    assert (parsed.phrases, parsed.filters) == ((("value", "equity"),), {})


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        ("-value:equity", ("-value:equity",)),
        ("-delivered-by:ta", ("-delivered-by:ta",)),
        ('-need:"speech and language"', ("-need:speech and language",)),
        ("-value:x -focus:send", ("-value:x", "-focus:send")),
    ],
)
def test_an_excluded_filter_is_refused_and_narrows_nothing(
    raw: str, refused: tuple[str, ...]
) -> None:
    assert parse(f"gate {raw}") == ParsedQuery("gate", (), (), {}, refused)
    assert without_filters(f"gate {raw}") == "gate"


def test_a_refused_filter_leaves_the_others() -> None:
    parsed = parse("value:equity -value:x")
    assert (parsed.filters, parsed.refused) == ({"value": ("equity",)}, ("-value:x",))


def test_every_facet_can_be_typed() -> None:
    raw = " ".join(f"{facet.name}:x" for facet in FACETS)
    assert parse(raw).filters == {facet.name: ("x",) for facet in FACETS}


def test_without_its_filters_a_query_is_as_it_was_typed() -> None:
    raw = '“At the gate” value:equity -Lunch need:"speech and language" 🎒 Café'
    assert without_filters(raw) == "“At the gate” -Lunch 🎒 Café"


_PARTS = st.lists(
    st.sampled_from(
        [
            '"',
            "“",
            "”",
            "-",
            " ",
            ":",
            "value:",
            "Value:",
            "-value:x",
            "need:",
            "x:",
            "gate",
            "the",
            "Café’s",
            "+",
            "(",
            "AND",
            "NOT",
            "*",
            "\\",
            "🎒",
            "\t",
            "-lunch",
            'value:"a b"',
            "focus:send",
            "'",
            "ʼ",
            "/",
        ]
    ),
    max_size=12,
).map("".join)


@given(_PARTS | st.text(max_size=40))
@example('value:"a"value:b')
@example('-"')
def test_whatever_is_typed_is_taken_apart(raw: str) -> None:
    parsed = parse(raw)
    names = {facet.name for facet in FACETS}
    assert parsed.filters.keys() <= names
    assert all(parsed.phrases)
    assert all(parsed.excluded)


@given(_PARTS | st.text(max_size=40))
def test_without_filters_nothing_is_added_and_the_rest_is_kept(raw: str) -> None:
    kept = without_filters(raw)
    rest = iter(raw)
    assert all(c == " " or c in rest for c in kept)
    parsed = parse(raw)
    if not parsed.filters and not parsed.refused:
        assert kept == " ".join(raw.split())


# Against Whoosh itself: what a query without operators means, and the short way there.


def by_whoosh(raw: str) -> tuple[ParsedQuery, str]:
    """What Whoosh's parser makes of a query, operators or not."""
    with patch("indexer.query._OPERATOR", re.compile("")):
        return parse(raw), without_filters(raw)


@given(_PARTS | st.text(max_size=40) | st.text('-a: \t\x1c\x85\u2028"é', max_size=10))
@example("a\x1fb")
@example("\u2028")
@example("--a -- b")
def test_the_short_way_for_words_alone_finds_what_the_parser_finds(raw: str) -> None:
    assert (parse(raw), without_filters(raw)) == by_whoosh(raw)


@given(st.lists(st.sampled_from(["gate", '"at the gate"', "-lunch", '-"free meals"', "the"])))
def test_filters_between_the_parts_change_none_of_them(parts: list[str]) -> None:
    bare = parse(" ".join(parts))
    raw = " value:equity ".join(["", *parts, ""])
    filtered = parse(raw)
    assert (filtered.text, filtered.phrases, filtered.excluded) == (
        bare.text,
        bare.phrases,
        bare.excluded,
    )
    assert parse(without_filters(raw)) == bare
    assert filtered.filters.keys() == {"value"}
