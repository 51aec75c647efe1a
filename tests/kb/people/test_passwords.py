"""Which passwords may be chosen, how they are kept, and how long telling them apart takes."""

import time

import pytest

from kb.errors import Invalid
from kb.people.passwords import (
    FEWEST,
    MOST,
    check_choice,
    hash_password,
    is_outdated,
    is_right,
)
from tests.kb.people.persons import CHEAP, PASSWORD

EMAIL = "ann.archer@school.example"


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "needs at least 12"),
        ("x" * (FEWEST - 1), "needs at least 12"),
        ("v7#" * 86, "at most 256"),
        ("password1234", "tried first"),
        ("Password1234!", "tried first"),
        ("123456789012", "tried first"),
        ("qwertyuiop[]", "tried first"),
        ("aaaaaaaaaaaaaaaaaaaa", "tried first"),
        ("iloveyouiloveyou", "tried first"),
        ("letmeinletmein", "tried first"),
        (f"x9 {EMAIL.upper()} q4", "contains your address"),
        ("my ann.archer tower", "contains your address"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        check_choice(password, EMAIL, "Ann Archer")
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery staple",
        "ÿ" * 6 + "zebra lamp",
        "🦊🦊 jumps over 9 dogs",
        # No kind of character is asked for.
        "vqjxkzwmbtrg",
        "lamp " * 51,
    ],
)
def test_any_other_may_be_chosen(password: str) -> None:
    assert FEWEST <= len(password) <= MOST
    check_choice(password, EMAIL, "Ann Archer")


def test_a_short_name_before_the_at_is_no_reason_to_refuse() -> None:
    check_choice("seven green lanterns sing", "se@school.example", "Sue")


def test_a_password_is_kept_as_a_salted_hash_of_argon2id() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != hash_password(PASSWORD)
    assert is_right(kept, PASSWORD)
    assert not is_right(kept, f"{PASSWORD} ")
    assert not is_outdated(kept)
    assert is_outdated(CHEAP)


@pytest.mark.parametrize("password", ["", "\0", "nobody's password", PASSWORD, "x" * 100_000])
@pytest.mark.parametrize("kept", [None, "", "no hash"])
def test_nothing_fits_what_is_no_hash(kept: str | None, password: str) -> None:
    assert not is_right(kept, password)


def test_a_person_who_is_not_there_takes_as_long_as_one_who_is() -> None:
    kept = hash_password(PASSWORD)

    def took(known: str | None) -> float:
        begun = time.process_time()
        is_right(known, "wrong")
        return time.process_time() - begun

    took(None)
    there, not_there = (min(took(known) for _ in range(9)) for known in (kept, None))
    assert 0.5 < there / not_there < 2
