"""Behind proxies: each reader has limits of their own, and nobody talks their way out of them."""

from pathlib import Path

import pytest

from tests.web.site import Site, a_site
from web.public_forms import sign


@pytest.fixture
def behind(small_folder: Path) -> Site:
    """A site that one proxy stands before."""
    folder = small_folder
    return a_site(folder / "content", folder / "var", update=False, KB_PROXIES="1")


def statuses(site: Site, times: int, forwarded: str | None) -> set[int]:
    with site.app.test_request_context():
        field = sign("gate")
    headers = {"Origin": "http://localhost"} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    client = site.app.test_client()
    data = {"verdict": "", "signed": field}
    return {
        client.post("/practice/gate/feedback", data=data, headers=headers).status_code
        for _ in range(times)
    }


def test_readers_behind_a_proxy_have_limits_of_their_own(behind: Site) -> None:
    assert 429 in statuses(behind, 21, "203.0.113.7")
    assert 429 not in statuses(behind, 5, "203.0.113.8")


def test_what_a_reader_says_of_their_own_address_is_not_believed(behind: Site) -> None:
    # The proxy adds the address that it saw behind whatever the reader wrote.
    for number in range(21):
        found = statuses(behind, 1, f"198.51.100.{number}, 203.0.113.9")
    assert found == {429}


def test_without_proxies_no_header_is_believed(site: Site) -> None:
    for number in range(21):
        found = statuses(site, 1, f"198.51.100.{number}")
    assert found == {429}
