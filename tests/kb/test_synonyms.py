"""Synonyms and short forms: a faulty line is named and left out, the others stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.synonyms import ShortForm, read_groups, read_short_forms, same_form

GROUPS = "# ours\n\nautism, ASD, autistic\nSENCO, SENDCO\n"


def lines_of(problems: list[tuple[int, str]]) -> list[int]:
    return [line for line, _ in problems]


def short_forms(source: str, *terms: str) -> dict[str, ShortForm]:
    """The short forms of a sound file by how they are written."""
    forms, problems = read_short_forms(source, {same_form(term) for term in terms})
    assert problems == []
    return {form.short: form for form in forms}


@pytest.mark.parametrize("source", ["", "\n\n", "# only a comment\n  # and another", "   \t "])
def test_a_file_that_says_nothing_has_no_groups_and_no_faults(source: str) -> None:
    assert read_groups(source) == ((), [])
    assert read_short_forms(source, set()) == ((), [])


def test_a_group_keeps_its_terms_in_order() -> None:
    assert read_groups(GROUPS) == ((("autism", "ASD", "autistic"), ("SENCO", "SENDCO")), [])


def test_line_ends_and_spaces_of_any_system_are_understood() -> None:
    assert read_groups("  autism ,ASD  \r\n\tSENCO,  SENDCO\r\n")[0] == (
        ("autism", "ASD"),
        ("SENCO", "SENDCO"),
    )


def test_a_group_of_one_word_is_left_out_and_the_others_stand() -> None:
    groups, problems = read_groups(f"lonely\n{GROUPS}alone,\n")
    assert groups == read_groups(GROUPS)[0]
    assert (1, "a group needs two terms or more, with commas between; add one") in problems
    assert set(lines_of(problems)) == {1, 6}


@pytest.mark.parametrize("line", ["autism,, ASD", ", autism, ASD", "autism, ASD, ", "autism, ,ASD"])
def test_a_comma_too_many_is_named_and_the_terms_stand(line: str) -> None:
    groups, problems = read_groups(f"# ours\n{line}\n")
    assert groups == (("autism", "ASD"),)
    assert [(n, "comma" in said) for n, said in problems] == [(2, True)]


def test_a_line_of_commas_alone_is_no_group() -> None:
    groups, problems = read_groups(",,,\nautism, ASD")
    assert groups == (("autism", "ASD"),)
    assert set(lines_of(problems)) == {1}


@pytest.mark.parametrize(
    ("before", "again"),
    [("ASD", "ASD"), ("ASD", "asd"), ("well-being", "Well being"), ("quiet  room", "quiet-room")],
)
def test_a_term_of_two_groups_stays_in_the_first(before: str, again: str) -> None:
    groups, problems = read_groups(f"autism, {before}\n# between\ncalm, {again}, at ease\n")
    assert groups == (("autism", before), ("calm", "at ease"))
    assert len(problems) == 1
    line, said = problems[0]
    assert line == 3
    assert f"“{again}”" in said
    assert "line 1" in said


def test_a_group_whose_terms_are_all_taken_is_left_out() -> None:
    groups, problems = read_groups("autism, ASD\nASD, autism\nSENCO, SENDCO")
    assert groups == (("autism", "ASD"), ("SENCO", "SENDCO"))
    assert set(lines_of(problems)) == {2}


def test_groups_that_lead_round_in_a_loop_end_apart() -> None:
    groups, problems = read_groups("a, b\nb, c\nc, a\n")
    terms = [term for group in groups for term in group]
    assert len(terms) == len(set(terms))
    assert groups[0] == ("a", "b")
    assert set(lines_of(problems)) == {2, 3}


def test_a_term_that_comes_twice_in_its_group_counts_once() -> None:
    groups, problems = read_groups("autism, ASD, ASD\n")
    assert groups == (("autism", "ASD"),)
    assert [(n, "twice" in said) for n, said in problems] == [(1, True)]


@given(st.text(st.sampled_from("ab AB-,#\n\r|:()")))
def test_whatever_is_written_no_term_is_in_two_groups(source: str) -> None:
    groups, problems = read_groups(source)
    of_group = [{same_form(term) for term in group} for group in groups]
    assert sum(map(len, of_group)) == len(set().union(*of_group))
    assert all(len(group) > 1 for group in groups)
    assert all(1 <= line <= len(source.splitlines()) for line in lines_of(problems))


@given(st.text(st.sampled_from("ab AB-,#\n\r|:()def")))
def test_whatever_is_written_no_short_form_is_read_as_another(source: str) -> None:
    forms, problems = read_short_forms(source, set())
    shorts = {same_form(form.short) for form in forms}
    readings = {same_form(reading) for form in forms for reading in form.readings}
    assert not shorts & (readings - {""})
    assert len({form.short.casefold() for form in forms}) == len(forms)
    assert all(1 <= line <= len(source.splitlines()) for line in lines_of(problems))


def test_a_short_form_without_a_default_is_asked_about() -> None:
    assert short_forms("PA: persistent absence | prior attainment")["PA"] == ShortForm(
        "PA", ("persistent absence", "prior attainment"), default=None, capitals_only=False
    )


@pytest.mark.parametrize("note", ["(default)", "(Default)", "(default even in lower case)"])
def test_a_default_is_what_is_searched_for(note: str) -> None:
    form = short_forms(f"TA: teacher assessment | teaching assistant {note}")["TA"]
    assert form.readings == ("teacher assessment", "teaching assistant")
    assert form.default == "teaching assistant"


def test_the_only_reading_of_capitals_is_its_default() -> None:
    form = short_forms("IT: computing (UPPER-CASE-ONLY)")["IT"]
    assert (form.default, form.capitals_only) == ("computing", True)


def test_capitals_of_two_readings_have_no_default_of_their_own() -> None:
    form = short_forms("RE: religious education (upper-case-only) | real estate")["RE"]
    assert (form.default, form.capitals_only) == (None, True)


BAD = {
    "no colon": "TA teaching assistant",
    "nothing after the colon": "TA:",
    "bars alone": "TA: | |",
    "nothing before the colon": ": teaching assistant",
    "itself": "TA: TA",
    "itself in other letters": "TA: ta (default)",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_of_short_forms_is_left_out_and_the_others_stand(name: str) -> None:
    forms, problems = read_short_forms(f"# ours\nOT: overtime\n{BAD[name]}\nPD: personal", set())
    assert [form.short for form in forms] == ["OT", "PD"]
    assert set(lines_of(problems)) == {3}


def test_short_forms_that_lead_to_each_other_are_named_and_left_out() -> None:
    forms, problems = read_short_forms("AB: CD\nCD: AB\nOT: overtime", set())
    assert [form.short for form in forms] == ["OT"]
    assert {line for line, said in problems if "loop" in said} == {1, 2}


def test_only_the_reading_that_leads_round_is_left_out() -> None:
    forms, problems = read_short_forms("TA: teaching assistant | OT\nOT: overtime", set())
    assert [form.readings for form in forms] == [("teaching assistant",), ("overtime",)]
    assert [(line, "“OT”" in said) for line, said in problems] == [(1, True)]


def test_of_two_defaults_the_first_counts() -> None:
    forms, problems = read_short_forms("TA: one (default) | two (default)", set())
    assert forms[0].default == "one"
    assert [(line, "two defaults" in said) for line, said in problems] == [(1, True)]


def test_a_note_that_nobody_knows_is_named() -> None:
    forms, problems = read_short_forms("OT: overtime (usually)", set())
    assert (forms[0].readings, forms[0].default) == (("overtime",), None)
    assert [(line, "usually" in said) for line, said in problems] == [(1, True)]


def test_a_short_form_that_comes_twice_keeps_its_first_line() -> None:
    forms, problems = read_short_forms("TA: teaching assistant\nta: teacher assessment", set())
    assert [form.readings for form in forms] == [("teaching assistant",)]
    assert [(line, "already" in said) for line, said in problems] == [(2, True)]


def test_a_synonym_cannot_be_asked_about_too() -> None:
    _, problems = read_short_forms("\nPA: persistent absence | prior attainment", {"pa"})
    assert [(line, "synonyms.txt" in said) for line, said in problems] == [(2, True)]
    assert short_forms("PA: persistent absence (default) | prior attainment", "PA")
