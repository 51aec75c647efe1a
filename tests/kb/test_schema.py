"""Typed front matter: every bad value gets a line, and words a teacher can act on."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.domain import Cost, EvidenceStrength, Status
from kb.schema import FrontMatterInvalid, dump_front_matter, load_front_matter, read_front_matter
from tests.factories import an_id, line_of, only_fault, read, study_text, study_text_without

SCHOOL = {"name": "Abbey School", "type": "community-school", "academic_year": "2024/25"}
LEAST = {"id": an_id("x"), "title": "T", "summary": "S", "status": "draft"}


def test_the_least_that_a_study_needs_is_id_title_summary_and_status() -> None:
    meta = read_front_matter(LEAST)
    assert meta.status is Status.DRAFT
    assert (meta.values, meta.school, meta.first_published, meta.illustrative) == (
        (),
        None,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("title", "", "title is empty; fill it in"),
        ("title", "   ", "title is empty; fill it in"),
        ("title", 2024, "title must be text, not “2024”; put it in quotes"),
        ("title", "x" * 161, "title has more than 160 characters"),
        ("summary", "x" * 601, "summary has more than 600 characters"),
        ("answers", ["a?"] * 6, "answers has more than 5 entries"),
        ("answers", "How?", "answers must be a list: [How?]"),
        ("answers", ["x" * 301], "answers has more than 300 characters"),
        ("values", "equity", "values must be a list: [equity]"),
        ("values", ["equity", "challenge", "innovation", "excellence"], "more than 3 entries"),
        ("id", "abc", "an id is 10 to 26 letters and digits (kb new makes one)"),
        ("id", "../../etc/pwd", "an id is 10 to 26 letters and digits (kb new makes one)"),
        ("id", "ID00000000\n", "an id is 10 to 26 letters and digits (kb new makes one)"),
        ("id", 1234567890, "id must be text, not “1234567890”; put it in quotes"),
        ("status", "live", "status cannot be “live”; use 'draft', 'in-review', 'published'"),
        ("evidence", {"strength": "strong"}, "use 'described', 'before-after', 'comparison'"),
        ("evidence", {}, "evidence.strength is missing; add a line “strength: …”"),
        ("effort", {"cost": "cheap"}, "effort.cost cannot be “cheap”; use 'very-low', 'low'"),
        ("effort", {"staff": -1}, "effort.staff must be at least 0, not “-1”"),
        ("effort", {"group_size": 10**9}, "effort.group_size must be at most 100000"),
        ("effort", {"costs": "low"}, "“costs” is not a key of a case study; did you mean cost?"),
        ("school", "Abbey School", "school must be keys and values in braces"),
        (
            "school",
            {"name": "Abbey", "type": "academy-converter"},
            "school.academic_year is missing; add a line “academic_year: …”",
        ),
        ("school", SCHOOL | {"urn": "12"}, "a URN has six digits, in quotes"),
        ("school", SCHOOL | {"urn": 123456}, "school.urn must be text, not “123456”"),
        ("school", SCHOOL | {"academic_year": "2024-25"}, "write it as 2024/25"),
        ("school", SCHOOL | {"pupils": "many"}, "school.pupils cannot be “many”"),
        ("school", SCHOOL | {"head": "Ms Y"}, "“head” is not a key of a case study; take it out"),
        ("illustrative", "perhaps", "illustrative cannot be “perhaps”"),
        ("titel", "T", "“titel” is not a key of a case study; did you mean title?"),
        ("keywords", ["x"], "“keywords” is not a key of a case study; take it out"),
    ],
)
def test_a_bad_value_is_named_at_its_line_with_what_to_write(
    content: Path, key: str, value: Any, says: str
) -> None:
    text = study_text(**{key: value})
    fault = only_fault(read(content, text))
    assert says in fault.message
    assert fault.line == line_of(text, f"{key}:")


@pytest.mark.parametrize(
    "measure", ["fsm6_percent", "sen_support_percent", "ehcp_percent", "eal_percent"]
)
@pytest.mark.parametrize(
    ("value", "says"), [(100.1, "at most 100"), (-1, "at least 0"), ("nan", "finite")]
)
def test_a_percentage_lies_between_nothing_and_all(
    content: Path, measure: str, value: object, says: str
) -> None:
    text = study_text(school=SCHOOL | {measure: value})
    fault = only_fault(read(content, text))
    assert f"school.{measure}" in fault.message
    assert says in fault.message
    assert fault.line == line_of(text, "school:")


def test_a_percentage_may_be_nothing_or_all() -> None:
    school = read_front_matter(
        LEAST | {"school": SCHOOL | {"fsm6_percent": 0, "eal_percent": 100}}
    ).school
    assert school is not None
    assert (school.fsm6_percent, school.eal_percent) == (0, 100)


@pytest.mark.parametrize("key", ["first_published", "updated", "review_by"])
@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2025-13-01", "not a date of the calendar: “2025-13-01”; write it as 2026-03-02"),
        ("2025-02-30", "not a date of the calendar: “2025-02-30”; write it as 2026-03-02"),
        ("01/09/2025", "not a date of the calendar"),
        ("next spring", "not a date of the calendar"),
        # Pydantic alone reads a number as seconds since 1970, text or not.
        ("20260302", "must be a date like 2026-03-02"),
        ("'1800000000'", "not a date of the calendar"),
        ("true", "must be a date like 2026-03-02"),
    ],
)
def test_an_impossible_date_is_a_fault_with_its_line(
    content: Path, key: str, written: str, says: str
) -> None:
    lines = [line for line in study_text().split("\n") if not line.startswith(f"{key}:")]
    text = "\n".join([lines[0], f"{key}: {written}", *lines[1:]])
    fault = only_fault(read(content, text))
    assert says in fault.message
    assert key in fault.message
    assert fault.line == 2


@pytest.mark.parametrize("key", ["id", "title", "summary", "status"])
def test_what_every_study_needs_is_asked_for(content: Path, key: str) -> None:
    fault = only_fault(read(content, study_text_without(key)))
    assert fault.message == f"{key} is missing; add a line “{key}: …”"


def test_a_key_with_nothing_behind_it_is_the_same_as_no_key(content: Path) -> None:
    text = study_text().replace("summary: ", "hub:\nsubregion: ~\nsummary: ")
    assert read(content, text).study is not None


def test_everything_wrong_is_told_at_once(content: Path) -> None:
    text = study_text(title="", effort={"staff": -1}, updated="soon")
    found = [(f.line, f.message.split()[0]) for f in read(content, text).findings]
    assert found == [
        (line_of(text, "title:"), "title"),
        (line_of(text, "effort:"), "effort.staff"),
        (line_of(text, "updated:"), "updated"),
    ]


def test_a_very_long_value_is_cut_in_the_message(content: Path) -> None:
    fault = only_fault(read(content, study_text(status="x" * 50_000)))
    assert len(fault.message) < 300


def test_front_matter_survives_the_way_into_the_catalogue_and_back() -> None:
    given: dict[str, Any] = LEAST | {
        "answers": ["How?"],
        "values": ["equity"],
        "focus": ["send"],
        "needs": ["SEMH"],
        "school": SCHOOL | {"pupils": 0, "fsm6_percent": 38.5},
        "evidence": {"strength": "comparison"},
        "effort": {"cost": "very-low", "delivered_by": ["teacher"], "training_hours": 1.5},
        "first_published": "2025-09-01",
        "aliases": ["old-name"],
        "illustrative": True,
    }
    meta = read_front_matter(given)
    dumped = dump_front_matter(meta)
    assert load_front_matter(dumped) == meta
    assert dumped["first_published"] == "2025-09-01"
    assert meta.first_published == date(2025, 9, 1)
    assert meta.evidence is not None
    assert meta.evidence.strength is EvidenceStrength.COMPARISON
    assert meta.effort is not None
    assert meta.effort.cost is Cost.VERY_LOW


def test_every_problem_is_carried_with_the_path_of_its_key() -> None:
    with pytest.raises(FrontMatterInvalid) as caught:
        read_front_matter(LEAST | {"answers": ["a", 2], "school": SCHOOL | {"urn": "x"}})
    assert [path for path, _ in caught.value.problems] == [("answers", 1), ("school", "urn")]


def test_a_message_can_always_be_printed(content: Path) -> None:
    fault = only_fault(read(content, study_text().replace("Meeting", "\\ud800")))
    assert str(fault).encode("utf-8")


@pytest.mark.parametrize("escape", ["\\0", "\\x07"])
def test_a_title_holds_no_control_characters(content: Path, escape: str) -> None:
    assert read(content, study_text().replace("Meeting", f"Meet{escape}ing")).study is None
