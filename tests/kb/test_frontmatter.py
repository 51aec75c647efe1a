"""YAML above the text: read with the line of every key, and never taken on trust."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.frontmatter import FrontMatterBroken, parse


def broken(yaml: str) -> FrontMatterBroken:
    with pytest.raises(FrontMatterBroken) as caught:
        parse(f"---\n{yaml}\n---\n\n## Context\n")
    return caught.value


def test_data_text_and_the_line_where_the_text_begins_are_told_apart() -> None:
    parsed = parse("---\ntitle: At the gate\nvalues: [equity]\n---\n\n\n## Context\n\nHello\n\n")
    assert parsed.data == {"title": "At the gate", "values": ["equity"]}
    assert parsed.body_md == "## Context\n\nHello\n"
    assert parsed.body_line == 7


def test_every_key_and_list_entry_knows_its_line() -> None:
    parsed = parse("---\ntitle: T\nanswers:\n  - one\n  - two\nschool:\n  name: A\n---\n")
    assert parsed.line_of(("title",)) == 2
    assert parsed.line_of(("answers", 1)) == 5
    assert parsed.line_of(("school", "name")) == 7
    # What is not there is reported at the deepest part that is.
    assert parsed.line_of(("school", "urn")) == 6
    assert parsed.line_of(("hub",)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must begin with a line of three hyphens"),
        ("# A title\n\ntext", "must begin with a line of three hyphens"),
        ("\n---\ntitle: T\n---\n", "must begin with a line of three hyphens"),
        ("---\ntitle: T\n\n## Context\n", "not closed: add a line of three hyphens"),
    ],
)
def test_a_file_without_its_two_fences_says_where_they_go(text: str, says: str) -> None:
    with pytest.raises(FrontMatterBroken, match=says) as caught:
        parse(text)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("yaml", "line", "says"),
    [
        ("title: Gate: a story", 2, "needs quotes"),
        ("title: T\nsummary: @home", 3, "needs quotes"),
        ("title: T\nvalues: [equity\nphases: [primary]", 4, "not valid YAML"),
        ("title: T\n\tregion: london", 3, "not valid YAML"),
        ("title: T\nregion: *where", 3, "“*where” is an alias; write the value itself"),
        ("title: 'T\nregion: london", 3, "not valid YAML"),
        ("title: T\n...\nregion: london", 3, "would end the front matter here"),
        ("title: T\ntitle: U", 3, "“title” is given twice; keep one of them"),
        ("school:\n  name: A\n  name: B", 4, "“name” is given twice; keep one of them"),
        ("- title\n- summary", 2, "must be lines of “key: value”"),
        ("just a sentence", 2, "must be lines of “key: value”"),
        ("", 2, "must be lines of “key: value”"),
        ("pupils: " + "9" * 5000, 2, "not valid YAML"),
        ("title: a\x07b", 2, "not valid YAML"),
    ],
)
def test_broken_yaml_names_the_line_and_the_cure(yaml: str, line: int, says: str) -> None:
    error = broken(yaml)
    assert says in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    "yaml", ["values: " + "[" * 300 + "]" * 300, "a: " + "{b: " * 400 + "}" * 400]
)
def test_deep_nesting_is_refused_in_a_moment(yaml: str) -> None:
    assert "nested too deeply" in str(broken(yaml))


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("412", 412),
        ("-3", -3),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("38.5", 38.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        # Texts, though older YAML had other ideas of some of them.
        ("yes", "yes"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("2024/25", "2024/25"),
        ("1_000", "1_000"),
        ("0x_", "0x_"),
        ("...", "..."),
        ("'412'", "412"),
        ('"true"', "true"),
        ('""', ""),
        ("|\n  412", "412"),
        ("[412, '412', no]", [412, "412", "no"]),
        ("{a: 1, b: [c]}", {"a": 1, "b": ["c"]}),
    ],
)
def test_values_are_what_yaml_1_2_says(yaml: str, value: object) -> None:
    found = parse(f"---\nkey: {yaml}\n---\n").data["key"]
    assert (found, type(found)) == (value, type(value))


def test_the_line_of_a_character_that_may_not_be_is_told() -> None:
    assert broken("title: é\nsummary: a\x07b").line == 3
    assert broken("title: T\nsummary: a\x85b").line == 3


def test_dates_stay_text_so_that_an_impossible_one_is_a_fault_with_a_line() -> None:
    data = parse("---\nupdated: 2025-13-01\nreview_by: 2026-03-02 10:00:00\n---\n").data
    assert data == {"updated": "2025-13-01", "review_by": "2026-03-02 10:00:00"}


def test_a_fence_of_the_text_itself_does_not_end_the_front_matter_twice() -> None:
    assert (
        parse("---\ntitle: T\n---\n\nabove\n\n---\n\nbelow\n").body_md == "above\n\n---\n\nbelow\n"
    )


def test_spaces_behind_a_fence_do_no_harm() -> None:
    assert parse("---  \ntitle: T\n--- \ntext\n").data == {"title": "T"}


def test_an_alias_is_refused_but_a_star_in_a_text_is_not() -> None:
    assert broken("values: &v [equity]\nthemes: *v").line == 3
    assert parse("---\ntitle: a *bold* step\n---\n").data["title"] == "a *bold* step"


def test_a_few_lines_of_aliases_do_not_grow_into_a_mountain() -> None:
    lines = ["a0: &a0 [" + ",".join("x" * 9) + "]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "alias" in str(broken("\n".join(lines)))


@pytest.mark.parametrize(
    "yaml",
    [
        pytest.param("&x\na: *x", id="an alias that holds itself"),
        pytest.param("[title]: T", id="a list for a key"),
        pytest.param("title: a\u2028b", id="an end of a line that is none"),
        pytest.param("illustrative: !!bool perhaps", id="a tagged truth that is none"),
        pytest.param("pupils: !!int ''", id="a tagged number that is empty"),
    ],
)
def test_strange_yaml_is_refused_and_never_crashes(yaml: str) -> None:
    assert broken(yaml).line >= 2


def test_a_merged_key_has_a_line_too() -> None:
    parsed = parse("---\n<<: {titel: T}\n---\n")
    assert parsed.line_of(("titel",)) == 2


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\n", f"---\ntitle: {text}\n---\n"):
        line, said = 1, "sound"
        try:
            assert isinstance(parse(whole).data, dict)
        except FrontMatterBroken as error:
            line, said = error.line, str(error)
        assert 1 <= line <= whole.count("\n") + 1
        assert said
