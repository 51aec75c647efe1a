"""The access log tells no link that would let its reader in."""

from datetime import timedelta

import pytest

from kb.links import Links
from web.access_log import without_tokens
from web.addresses import invitation_address, sign_in_link_address


@pytest.mark.parametrize("payload", [{}, {"person": "AB12", "next": "/x" * 400}])
def test_a_signed_link_is_left_out(payload: dict[str, str]) -> None:
    token = Links("k" * 40).make("invitation", payload, timedelta(days=1))
    assert without_tokens(invitation_address(token)) == "/invitation/..."
    assert without_tokens(f"{sign_in_link_address(token)}/x") == "/sign-in/link/.../x"


@pytest.mark.parametrize(
    "path", ["", "/", "/practice/a-" + "x" * 80, "/static/site.css", "/media/a/b.v2.png"]
)
def test_other_addresses_are_written_as_they_are(path: str) -> None:
    assert without_tokens(path) == path
