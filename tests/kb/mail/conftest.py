"""What the tests of mail start from."""

from collections.abc import Iterator

import pytest

from tests.mail_server import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server without encryption, on loopback."""
    with mail_server() as running:
        yield running
