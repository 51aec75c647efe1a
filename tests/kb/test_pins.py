"""Pins: a faulty one is named and left out, the others stand."""

from pathlib import Path

import pytest

from kb.pins import Pin, read_pins, unknown_studies

PATH = Path("pins.toml")
SOUND = """\
# What people ask most.
[[pin]]
query = "late for school"
studies = ["gate", "breakfast"]

[[pin]]
query = "anxious"
studies = ["01JABCDEF"]
"""
PINS = (Pin("late for school", ("gate", "breakfast")), Pin("anxious", ("01JABCDEF",)))


@pytest.mark.parametrize("source", [b"", b"\n", b"# nothing yet\n", b"pin = []"])
def test_a_file_that_pins_nothing_is_sound(source: bytes) -> None:
    assert read_pins(PATH, source) == ((), [])


def test_pins_keep_their_order_and_that_of_their_studies() -> None:
    assert read_pins(PATH, SOUND.encode()) == (PINS, [])


def test_a_byte_order_mark_and_other_line_ends_are_understood() -> None:
    source = SOUND.replace("\n", "\r\n").encode("utf-8-sig")
    assert read_pins(PATH, source) == (PINS, [])


@pytest.mark.parametrize("source", [b"[[pin", b"pin = [", b'[[pin]]\nquery = "x', b'a = "\xff"'])
def test_a_file_that_is_not_toml_pins_nothing_and_says_so(source: bytes) -> None:
    pins, problems = read_pins(PATH, source)
    assert pins == ()
    assert len(problems) == 1
    assert "not TOML" in problems[0][1]


FAULTY = {
    "no studies": 'query = "maths"',
    "studies of nothing": 'query = "maths"\nstudies = []',
    "one study without brackets": 'query = "maths"\nstudies = "gate"',
    "a number for a study": 'query = "maths"\nstudies = ["gate", 7]',
    "no query": 'studies = ["gate"]',
    "a blank query": 'query = " "\nstudies = ["gate"]',
    "a list of queries": 'query = ["maths"]\nstudies = ["gate"]',
    "names misspelt": 'qurey = "maths"\nstudys = ["gate"]',
    "nothing": "",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_pin_is_left_out_and_the_others_stand(name: str) -> None:
    pins, problems = read_pins(PATH, f"{SOUND}[[pin]]\n{FAULTY[name]}\n".encode())
    assert pins == PINS
    assert len(problems) == 1
    assert "needs query" in problems[0][1]


@pytest.mark.parametrize("name", ["no studies", "studies of nothing", "a number for a study"])
def test_a_faulty_pin_is_named_by_the_line_of_its_query(name: str) -> None:
    _, problems = read_pins(PATH, f"{SOUND}[[pin]]\n{FAULTY[name]}\n".encode())
    assert [line for line, _ in problems] == [SOUND.count("\n") + 2]


@pytest.mark.parametrize("source", [b"pin = 3", b'pin = "gate"', b"pin = [1]", b"[pin]"])
def test_what_is_no_pin_at_all_is_named(source: bytes) -> None:
    pins, problems = read_pins(PATH, source)
    assert pins == ()
    assert [(line, "needs query" in said) for line, said in problems] == [(1, True)]


def test_a_table_of_another_name_is_named_and_the_pins_stand() -> None:
    pins, problems = read_pins(PATH, f'{SOUND}\n[[pins]]\nquery = "x"\n'.encode())
    assert pins == PINS
    assert len(problems) == 1
    line, said = problems[0]
    assert line == SOUND.count("\n") + 2
    assert "“pins”" in said
    assert "[[pin]]" in said


def test_a_study_may_be_named_by_slug_or_id() -> None:
    source = SOUND.encode()
    assert unknown_studies(source, PINS, {"gate", "breakfast", "01JABCDEF", "other"}) == []


def test_each_study_that_is_not_there_is_named_by_its_line() -> None:
    source = SOUND.encode()
    problems = unknown_studies(source, PINS, {"gate"})
    assert [line for line, _ in problems] == [4, 8]
    assert "“breakfast”" in problems[0][1]
    assert "“01JABCDEF”" in problems[1][1]


def test_letters_of_a_slug_are_not_guessed() -> None:
    problems = unknown_studies(SOUND.encode(), PINS, {"Gate", "breakfast", "01jabcdef"})
    assert [line for line, _ in problems] == [4, 8]
