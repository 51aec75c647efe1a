"""The socket that is taken before anything slow begins, and what children inherit."""

import socket

import pytest

from kb.errors import Invalid
from web.supervisor import listen, quiet_environment


def test_a_free_port_is_ours_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            assert listener.get_inheritable()


def test_a_port_in_use_is_refused_and_named() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Invalid, match=f"port {port}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 65_536, 70_000])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(Invalid):
        listen("127.0.0.1", port)


def test_children_get_the_settings_and_write_at_once() -> None:
    env = quiet_environment({"KB_HOME": "/srv/kb"})
    assert env["KB_HOME"] == "/srv/kb"
    assert env["PYTHONUNBUFFERED"] == "1"
