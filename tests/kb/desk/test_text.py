"""A study's file made from its parts gives the same parts back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.desk import text
from kb.frontmatter import FrontMatterBroken, parse
from tests.factories import SHIPPED, an_id, study_text

SHIPPED_FILES = sorted((SHIPPED / "case-studies").glob("*.md"))
WORDS = (
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\u2028\u2029\ufeff"
        ),
        min_size=1,
    )
    .map(str.strip)
    .filter(bool)
)
PLAIN = st.one_of(
    WORDS, st.integers(-9999, 9999), st.booleans(), st.floats(-100, 100).map(lambda f: round(f, 2))
)
VALUES = st.one_of(PLAIN, st.lists(WORDS, min_size=1), st.dictionaries(WORDS, PLAIN, min_size=1))


@pytest.mark.parametrize("path", SHIPPED_FILES, ids=lambda path: path.stem)
def test_every_shipped_file_is_the_same_study_when_composed_anew(path: Any) -> None:
    before = parse(path.read_text(encoding="utf-8"))
    after = parse(text.compose(before.data, before.body_md))
    assert (after.data, after.body_md) == (before.data, before.body_md)


@given(st.dictionaries(WORDS, VALUES, min_size=1))
def test_whatever_a_form_holds_comes_back_as_it_was(data: dict[str, Any]) -> None:
    assert parse(text.compose(data, "Text.")).data == data


@pytest.mark.parametrize(
    "awkward",
    [
        "2026-03-02",
        "no",
        "null",
        "~",
        "1e5",
        "0x1F",
        "0o17",
        "12:30",
        "- a",
        "a: b",
        "#x",
        ".inf",
        "1_000",
        "true",
        "'",
        '"',
        "&a",
        "*a",
        "!b",
        "%",
        "@",
        "`",
        "a\nb",
        " x",
        "2024/25",
        "?",
        "|",
    ],
)
def test_a_text_that_looks_like_something_else_stays_text(awkward: str) -> None:
    data = {"title": awkward, "answers": [awkward], "school": {"name": awkward}}
    assert parse(text.compose(data, "")).data == data


def test_what_is_empty_is_left_out() -> None:
    source = text.compose({"title": "A", "region": "", "values": [], "school": {}, "la": None}, "")
    assert parse(source).data == {"title": "A"}


def test_a_key_is_set_in_place_and_everything_else_stands_as_it_was_written() -> None:
    before = study_text().replace("---\n", "---\n# our own note\n", 1)
    quoted = before.replace('status: "published"', "status: published")
    after = text.altered(quoted, status="archived")
    assert after == quoted.replace("status: published", "status: archived")
    assert "# our own note" in after


def test_a_key_that_is_not_there_is_added() -> None:
    after = parse(text.altered(study_text(), updated="2026-11-28"))
    assert after.data["updated"] == "2026-11-28"
    assert after.data["title"] == "Meeting children at the gate"


def test_a_file_that_cannot_be_taken_apart_is_not_altered() -> None:
    with pytest.raises(FrontMatterBroken):
        text.altered("no fence", status="draft")


def test_a_new_study_has_every_heading_in_place() -> None:
    parsed = parse(text.blank(an_id("new"), "A “quoted”: title"))
    assert parsed.data == {"id": an_id("new"), "title": "A “quoted”: title", "status": "draft"}
    assert [line for line in parsed.body_md.split("\n") if line] == [
        "## Context",
        "## Challenge",
        "## What we did",
        "## Impact",
        "## What we learned",
    ]


def test_what_is_no_file_is_all_text() -> None:
    assert text.parts("pasted") == ({}, "pasted")
