"""The editors' files together: missing ones are fine, faults are named with path and line."""

from pathlib import Path

import pytest

from kb.domain import Status
from kb.findings import Severity
from kb.steering import ELSEWHERE, FILES, PINS, SHORT_FORMS, SYNONYMS, Steering
from tests.factories import SHIPPED, an_id, open_folder, write_study

SOUND = {
    SYNONYMS: "autism, ASD\n",
    SHORT_FORMS: "TA: teaching assistant (default) | teacher assessment\n",
    PINS: '[[pin]]\nquery = "late"\nstudies = ["gate"]\n',
    ELSEWHERE: "bitcoin price\n",
}
FAULTY = {
    SYNONYMS: "autism, ASD\nlonely\n",
    SHORT_FORMS: "# ours\n\nTA teaching assistant\n",
    PINS: '[[pin]]\nquery = "late"\nstudies = ["no-such"]\n',
}
LINES = {SYNONYMS: 2, SHORT_FORMS: 3, PINS: 3}


def write(folder: Path, files: dict[str, str]) -> Steering:
    for name, text in files.items():
        (folder / name).write_text(text)
    return Steering.load(folder)


@pytest.mark.parametrize("below", [".", "no-such-folder"])
def test_files_that_are_missing_say_nothing_and_are_no_fault(tmp_path: Path, below: str) -> None:
    steering = Steering.load(tmp_path / below)
    assert steering.synonyms.groups == ()
    assert steering.synonyms.short_forms == ()
    assert steering.pins == ()
    assert steering.elsewhere == ()
    assert steering.findings("content", set()) == []


@pytest.mark.parametrize("missing", FILES)
def test_each_file_may_be_missing_alone(tmp_path: Path, missing: str) -> None:
    steering = write(tmp_path, {k: v for k, v in SOUND.items() if k != missing})
    assert steering.findings("content", {"gate"}) == []
    said = {
        SYNONYMS: bool(steering.synonyms.groups),
        SHORT_FORMS: bool(steering.synonyms.short_forms),
        PINS: bool(steering.pins),
        ELSEWHERE: bool(steering.elsewhere),
    }
    assert [name for name, is_said in said.items() if not is_said] == [missing]


def test_what_is_saved_is_read_again_as_it_was(tmp_path: Path) -> None:
    before = write(tmp_path, SOUND | {SYNONYMS: "lonely\nautism, ASD\r\n# ö"})
    saved = tmp_path / "snapshot"
    saved.mkdir()
    before.save(saved)
    assert Steering.load(saved) == before
    assert Steering.load(saved).fingerprint == before.fingerprint


@pytest.mark.parametrize("name", FILES)
def test_the_fingerprint_changes_with_every_file(tmp_path: Path, name: str) -> None:
    before = write(tmp_path, SOUND).fingerprint
    assert write(tmp_path, SOUND).fingerprint == before
    assert write(tmp_path, {name: f"{SOUND[name]}# a comment\n"}).fingerprint != before


def test_the_fingerprint_tells_which_file_says_what(tmp_path: Path) -> None:
    one = write(tmp_path, {SYNONYMS: "autism, ASD\n", ELSEWHERE: ""}).fingerprint
    other = write(tmp_path, {SYNONYMS: "", ELSEWHERE: "autism, ASD\n"}).fingerprint
    assert one != other


def test_topics_elsewhere_are_lines_without_comments_and_repeats(tmp_path: Path) -> None:
    text = "\ufeff# none of ours\r\nbitcoin price\r\n\r\n  tax code \r\nbitcoin price\r\n  # no\r\n"
    assert write(tmp_path, {ELSEWHERE: text}).elsewhere == ("bitcoin price", "tax code")


def test_a_byte_order_mark_is_no_part_of_the_first_term(tmp_path: Path) -> None:
    (tmp_path / SYNONYMS).write_text("autism, ASD", encoding="utf-8-sig")
    (tmp_path / SHORT_FORMS).write_text("TA: teaching assistant", encoding="utf-8-sig")
    steering = Steering.load(tmp_path)
    assert steering.synonyms.groups == (("autism", "ASD"),)
    assert [form.short for form in steering.synonyms.short_forms] == ["TA"]


def test_broken_bytes_stop_no_other_line(tmp_path: Path) -> None:
    (tmp_path / SYNONYMS).write_bytes(b"caf\xe9, tea room\nautism, ASD\n")
    assert ("autism", "ASD") in Steering.load(tmp_path).synonyms.groups


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_named_with_path_and_line(tmp_path: Path, name: str) -> None:
    findings = write(tmp_path, SOUND | {name: FAULTY[name]}).findings("content", {"gate"})
    assert [str(f).partition(": ")[0] for f in findings] == [f"content/{name}:{LINES[name]}"]
    assert findings[0].severity is Severity.FAULT


def test_faults_of_all_files_are_named_together(tmp_path: Path) -> None:
    findings = write(tmp_path, FAULTY).findings("content", set())
    assert {(f.path, f.line) for f in findings} == {
        (f"content/{name}", line) for name, line in LINES.items()
    }


def test_a_short_form_knows_the_terms_of_the_synonyms(tmp_path: Path) -> None:
    files = {SYNONYMS: "teaching assistant, TA", SHORT_FORMS: "TA: teaching assistant | other"}
    findings = write(tmp_path, files).findings("content", set())
    assert [(f.path, f.line) for f in findings] == [(f"content/{SHORT_FORMS}", 1)]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_a_pin_of_a_study_that_is_not_published_is_named(content: Path, status: Status) -> None:
    write_study(content, "gate", status=status.value)
    write_study(content, "other")
    write(content, {PINS: SOUND[PINS]})
    found = open_folder(content).check()
    assert [(f.path, f.line) for f in found if "pins" in f.path] == [("content/pins.toml", 3)]


def test_pins_say_which_studies_they_name(tmp_path: Path) -> None:
    pins = '[[pin]]\nquery = "late"\nstudies = ["gate", "bell"]\n'
    more = '[[pin]]\nquery = "on time"\nstudies = ["gate"]\n'
    assert write(tmp_path, {PINS: pins + more}).pinned == {"gate", "bell"}


def test_a_pin_by_slug_or_id_of_a_published_study_is_sound(content: Path) -> None:
    write_study(content, "gate")
    by_id = f'[[pin]]\nquery = "on time"\nstudies = ["{an_id("gate")}"]\n'
    write(content, {PINS: SOUND[PINS] + by_id})
    assert [str(f) for f in open_folder(content).check()] == []


def test_the_files_that_are_shipped_are_sound() -> None:
    folder = open_folder(SHIPPED)
    steering = Steering.load(SHIPPED)
    slugs = {path.stem for path in folder.paths()}
    assert steering.synonyms.groups
    assert steering.synonyms.short_forms
    assert steering.elsewhere
    assert [str(f) for f in steering.findings("content", slugs)] == []
