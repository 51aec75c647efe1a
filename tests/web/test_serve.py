"""`kb serve`: real processes with the real model, from first start to the end."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.onnx_encoder import WEIGHTS
from tests.factories import content_folder, write_picture, write_study
from tests.web.command import ROOT, environment, run, running
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


def server(serving: Serving) -> dict[int, str]:
    """The server's processes, its master first, each with the names of the files it has mapped."""
    return {
        pid: Path(f"/proc/{pid}/maps").read_text()
        for pid, line in children(serving.process.pid).items()
        if "gunicorn" in line
    }


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
    arguments = ("serve", "--port", str(port), "--workers", "2")
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


def test_the_model_is_loaded_once_for_all_workers_and_torch_by_none(serving: Serving) -> None:
    for page in ("/search?q=late+at+the+gate", "/map"):
        assert serving.get(page)[0] == 200
    mapped = server(serving)
    assert len(mapped) == 3
    for files in mapped.values():
        assert WEIGHTS in files
        assert "libtorch" not in files
        assert "sklearn" not in files
    master, *workers = mapped
    # A fork would lose any other thread, and leave the locks that it holds as they are.
    assert len(list(Path(f"/proc/{master}/task").iterdir())) == 1
    for worker in workers:
        assert "\0OPENBLAS_NUM_THREADS=1\0" in Path(f"/proc/{worker}/environ").read_text()


def test_every_worker_answers_many_readers_at_once(serving: Serving) -> None:
    """What is loaded before the fork works after it, on all threads of all workers."""
    queries = [f"/api/v1/search?q=late+at+gate+{number}" for number in range(64)]
    with ThreadPoolExecutor(16) as readers:
        answers = list(readers.map(serving.get, queries))
    assert [status for status, _, _ in answers] == [200] * 64
    assert all(json.loads(text)["results"][0]["slug"] == "gate" for _, _, text in answers)


def test_a_killed_worker_is_followed_by_another_that_answers(serving: Serving) -> None:
    master, *before = server(serving)
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: len(server(serving)) == 3 and not set(before) & set(server(serving)))
    assert next(iter(server(serving))) == master
    for number in range(8):
        assert serving.get(f"/search?q=gate+again+{number}")[0] == 200


def test_without_a_model_the_site_starts_and_says_so(serving: Serving, tmp_path: Path) -> None:
    """Pages are answered; a search by text is not, and readers and log are told why."""
    home = Path(serving.env["KB_HOME"])
    copy = tmp_path / "var"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("models"))
    env = {**serving.env, "KB_HOME": str(copy), "KB_MODEL": str(tmp_path / "none")}
    environ = {**environment(env), "PYTHONPATH": str(ROOT)}
    port = free_port()
    with (tmp_path / "log").open("w") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "web.wsgi:app", "--no-control-socket"),
                *("--config", "python:web.gunicorn_conf", "--bind", f"127.0.0.1:{port}"),
            ],
            env=environ,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        alone = Serving(env, tmp_path / "log", port, process)
        eventually(lambda: answers(alone), 60)
        assert alone.get("/practice/gate")[0] == 200
        assert alone.get("/search?q=gate")[0] == 503
        assert "KB_MODEL must be" in alone.log.read_text()
    finally:
        process.terminate()
        process.wait(40)


def answers(serving: Serving) -> bool:
    try:
        return serving.get("/healthz")[0] == 200
    except OSError:
        return False


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
    assert "was sent SIG" not in log.read_text()
    assert "Traceback" not in log.read_text() + serving.log.read_text()
