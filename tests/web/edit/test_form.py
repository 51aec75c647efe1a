"""The form of a study: what goes in comes out, and what it does not know stays."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from kb.desk import text
from kb.frontmatter import parse
from kb.vocabulary import Vocabularies
from tests.factories import BODY, SHIPPED, study_text
from web.edit.form import StudyForm, read_form

VOCABULARIES = Vocabularies.load(SHIPPED / "vocabulary")


def sent(**fields: Any) -> "MultiDict[str, str]":
    return MultiDict(
        [
            (name.replace("__", "."), each)
            for name, value in fields.items()
            for each in (value if isinstance(value, list) else [value])
        ]
    )


def data(form: "MultiDict[str, str]", source: str = "") -> dict[str, Any]:
    return parse(read_form(form, source or text.compose({"id": "ID01234567"}, ""))).data


def test_an_empty_form_keeps_what_it_does_not_ask_for_and_nothing_else() -> None:
    before = text.compose(
        {
            "id": "ID01234567",
            "title": "T",
            "aliases": ["old"],
            "first_published": "2026-01-01",
            "values": ["equity"],
            "school": {"name": "A", "type": "nursery"},
            "odd": "kept",
        },
        "x",
    )
    assert data(sent(), before) == {
        "id": "ID01234567",
        "aliases": ["old"],
        "first_published": "2026-01-01",
        "odd": "kept",
    }


def test_the_main_value_stands_first() -> None:
    form = sent(values=["equity", "challenge", "innovation"], main_value="innovation")
    assert data(form)["values"] == ["innovation", "equity", "challenge"]


def test_a_main_value_that_is_not_ticked_changes_nothing() -> None:
    assert data(sent(values=["equity"], main_value="courage"))["values"] == ["equity"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("412", 412),
        ("1,412", 1412),
        ("38.5", 38.5),
        ("38.5%", 38.5),
        ("0", 0),
        ("", None),
        ("many", "many"),
        ("nan", "nan"),
        ("1e400", "1e400"),
        ("-3", -3),
    ],
)
def test_numbers_are_numbers_and_what_is_none_stays_to_be_mended(typed: str, kept: object) -> None:
    school = data(sent(school__name="A", school__pupils=typed))["school"]
    assert school.get("pupils") == kept


def test_lines_of_a_text_end_as_files_do() -> None:
    source = read_form(sent(body="## Context\r\n\r\nA\r\n"), study_text())
    assert "\r" not in source
    assert parse(source).body_md == "## Context\n\nA\n"


def test_a_title_on_two_lines_becomes_one() -> None:
    assert data(sent(title="A\r\n  b"))["title"] == "A b"


def test_what_no_vocabulary_knows_any_more_is_shown_and_stays_until_taken_out() -> None:
    form = StudyForm(study_text(themes=["gone-theme"]), "a", VOCABULARIES)
    assert form.choice("themes").unknown == ("gone-theme",)
    assert data(sent(themes=["gone-theme"]))["themes"] == ["gone-theme"]


def test_a_file_of_wrong_kinds_is_shown_all_the_same() -> None:
    odd = text.compose(
        {"title": "T", "values": "equity", "school": "A", "answers": "one?", "effort": [1]}, BODY
    )
    form = StudyForm(odd, "a", VOCABULARIES)
    assert form.answers[0] == "one?"
    assert form.main_value == "equity"
    assert form.inner("school", "name") == ""
    assert form.delivered_by.unknown == ()


def test_choices_say_what_they_mean() -> None:
    form = StudyForm(study_text(), "a", VOCABULARIES)
    assert all(option.description for option in form.choice("values").options)
    assert [o.key for o in form.choice("values").options if o.is_chosen] == ["equity"]
