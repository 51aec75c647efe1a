"""Addresses: kept in one spelling, and refused where mail could not be sent."""

import pytest

from kb.address import read_address, read_sender
from kb.errors import Invalid
from kb.smtp import Sender


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@school.org.uk", "anna@school.org.uk"),
        ("  Anna.Lee+kb@School.ORG.uk\n", "anna.lee+kb@school.org.uk"),
        ("o'neill@school.org.uk", "o'neill@school.org.uk"),
        ("head@schüle.example.org", "head@xn--schle-mva.example.org"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert read_address(typed) == kept
    assert read_address(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "anna", "anna@", "@school.org.uk", "anna@school", "anna@@school.org.uk"),
        *("anna lee@school.org.uk", "anna@school.org.uk, eve@example.org", "anna@[127.0.0.1]"),
        *("Anna <anna@school.org.uk>", '"anna lee"@school.org.uk', "änna@school.org.uk"),
        *("anna@school..uk", "anna@localhost", "anna@school.test", "anna.@school.org.uk"),
        "anna@school.org.uk\nBcc: eve@example.org",
        "anna@school.org.uk\0",
        f"{'a' * 65}@school.org.uk",
        f"anna@{'a' * 250}.org.uk",
        "anna@\u202egro.loohcs",
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused_on_one_line(typed: str) -> None:
    with pytest.raises(Invalid, match="is not an email address such as") as caught:
        read_address(typed)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_a_sender_may_have_a_name() -> None:
    assert read_sender("kb@example.org", "Library") == Sender("Library", "kb@example.org")
    named = read_sender("What works <KB@example.org>", "Library")
    assert named == Sender("What works", "kb@example.org")
    assert named.domain == "example.org"


@pytest.mark.parametrize(
    "raw", ["", "Library", "Library <kb>", "a@example.org, b@example.org", "A\nB <a@example.org>"]
)
def test_a_sender_without_one_sound_address_is_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        read_sender(raw, "Library")
