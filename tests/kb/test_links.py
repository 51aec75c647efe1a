"""Signed links: what was altered, is over, or was made for something else leads nowhere."""

import string
from datetime import timedelta

import pytest

from kb.errors import LinkBroken, LinkExpired, Refused
from kb.links import Links
from tests.factories import NOW

SECRET = "a secret of at least thirty-two characters"
DAY = timedelta(days=1)


def links(secret: str = SECRET, after: timedelta = timedelta(0)) -> Links:
    return Links(secret, clock=lambda: NOW + after)


def a_token(purpose: str = "sign in") -> str:
    return links().make(purpose, {"person": "ID1", "nonce": "é?&"}, DAY)


def test_what_was_put_in_comes_out_until_its_time_is_over() -> None:
    assert links(after=DAY - timedelta(seconds=1)).read("sign in", a_token()) == {
        "person": "ID1",
        "nonce": "é?&",
    }
    with pytest.raises(LinkExpired, match="Ask for a new one"):
        links(after=DAY).read("sign in", a_token())


def test_a_token_fits_into_an_address_as_it_is() -> None:
    assert set(a_token()) <= {*string.ascii_letters, *string.digits, *"-_."}


def test_a_token_is_good_for_its_purpose_alone() -> None:
    for purpose in ("unsubscribe", "sign", "sign in ", ""):
        with pytest.raises(LinkBroken, match="Copy the whole link"):
            links().read(purpose, a_token())


def test_a_token_of_another_installation_is_refused() -> None:
    with pytest.raises(LinkBroken):
        links("another secret of thirty-two characters").read("sign in", a_token())


def test_no_character_can_be_changed_left_out_or_added() -> None:
    token = a_token()
    altered = [
        token[:at] + new + token[at + 1 :]
        for at in range(len(token))
        for new in ("A", "B", "_", ".", "")
        if token[at] != new
    ]
    for other in (*altered, f"{token}A", f"{token}=", f" {token}", token.split(".")[0], ""):
        with pytest.raises(LinkBroken):
            links().read("sign in", other)


@pytest.mark.parametrize("token", ["ü", "\ud800", "a.b", ".", "null", "x" * 100_000, "\0"])
def test_what_is_no_token_at_all_is_refused(token: str) -> None:
    with pytest.raises(Refused):
        links().read("sign in", token)


def test_an_altered_token_is_broken_even_when_its_time_is_over() -> None:
    with pytest.raises(LinkBroken):
        links(after=2 * DAY).read("sign in", f"{a_token()}A")
