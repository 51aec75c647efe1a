"""`kb serve`: real processes with the real model, from first start to the end."""

import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories import content_folder, write_picture, write_study
from tests.web.command import run, running
from tests.web.site import PLAIN, eventually
from web.security import HEADERS

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Serving:
    """A site that is being served."""

    env: dict[str, str]
    log: Path
    port: int
    process: "subprocess.Popen[str]"

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=60
            ) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> dict[int, str]:
    """The processes below one, with their command lines."""
    found: dict[int, str] = {}
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            try:
                found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            found |= children(child)
    return found


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def keepers(serving: Serving) -> list[int]:
    return [pid for pid, line in children(serving.process.pid).items() if " work " in line]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Content of four studies, and no index yet."""
    folder = tmp_path_factory.mktemp("serve")
    content = content_folder(folder)
    write_picture(content)
    for slug in ("gate", "breakfast", "symbols", "reading"):
        write_study(content, slug, title=f"The {slug} of our school", body=PLAIN)
    return {"KB_HOME": str(folder / "var"), "KB_CONTENT": str(content)}


@pytest.fixture(scope="module")
def serving(
    installation: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    """The first start of an installation."""
    port, log = free_port(), tmp_path_factory.mktemp("log") / "log"
    arguments = ("serve", "--port", str(port), "--workers", "1")
    with running(installation, log, *arguments) as process:
        served = Serving(installation, log, port, process)
        eventually(served.is_ready, 120)
        yield served


def test_a_first_start_builds_the_index_and_prints_the_address(serving: Serving) -> None:
    printed = serving.log.read_text()
    assert "4 published studies" in printed
    assert f"http://127.0.0.1:{serving.port}" in printed


def test_it_answers_pages_api_and_files(serving: Serving) -> None:
    for path in ("/", "/search?q=gate", "/practice/gate", "/api/v1/search", "/static/site.css"):
        status, headers, _ = serving.get(path)
        assert status == 200, path
        for name, value in HEADERS.items():
            assert headers[name] == value
    assert serving.get("/none")[0] == 404
    assert "kb_requests_total" in serving.get("/metrics")[2]


def test_the_log_says_what_was_asked_for_but_not_what_was_typed(serving: Serving) -> None:
    serving.get("/search?q=worrysome-name&need=worrysome-name")
    serving.get("/api/v1/search?q=worrysome-name")
    eventually(lambda: "/api/v1/search" in serving.log.read_text())
    printed = serving.log.read_text()
    assert re.search(r"GET /search 200", printed)
    assert "worrysome" not in printed
    assert "127.0.0.1 " not in printed.partition("(stop with")[2]
    assert "worrysome" not in serving.get("/metrics")[2]


def test_a_query_of_as_many_letters_as_the_box_takes_is_answered(serving: Serving) -> None:
    assert serving.get("/search?q=" + "%E5%AD%A6" * 500)[0] == 200


def test_an_address_that_is_too_long_is_refused_and_the_site_goes_on(serving: Serving) -> None:
    status, _, _ = serving.get("/search?q=" + "a" * 10_000)
    assert status in {400, 414}
    assert serving.is_ready()


def test_a_port_in_use_is_one_line(serving: Serving) -> None:
    ran = run(serving.env, "serve", "--port", str(serving.port))
    assert ran.returncode == 1
    assert ran.stdout == ""
    lines = ran.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("kb: ")
    assert str(serving.port) in lines[0]
    assert serving.is_ready()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1"])
def test_an_address_of_another_machine_is_one_line(serving: Serving, host: str) -> None:
    ran = run(serving.env, "serve", "--host", host, "--port", str(free_port()))
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert host in ran.stderr


def test_a_killed_keeper_is_followed_by_another(serving: Serving) -> None:
    eventually(lambda: len(keepers(serving)) == 1)
    (first,) = keepers(serving)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: [pid for pid in keepers(serving) if pid != first] != [])
    assert serving.is_ready()


def test_ending_it_ends_everything_and_the_next_start_embeds_nothing(
    serving: Serving, tmp_path: Path
) -> None:
    family = [serving.process.pid, *children(serving.process.pid)]
    assert len(family) >= 4
    serving.process.terminate()
    assert serving.process.wait(40) == 0
    eventually(lambda: not any(is_alive(pid) for pid in family), 10)
    port, log = free_port(), tmp_path / "log"
    with running(serving.env, log, "serve", "--port", str(port), "--workers", "1") as process:
        again = Serving(serving.env, log, port, process)
        eventually(again.is_ready, 120)
        assert "Building" not in log.read_text()
        assert "embedded" not in log.read_text()
        assert again.get("/search?q=gate")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
    assert "Traceback" not in log.read_text() + serving.log.read_text()
