"""`kb bench`: a tiny run of everything, and what it does with bad input."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kb.errors import StorageFailed
from tests.factories import SHIPPED
from tests.tiny_model import write_tiny_export
from tests.web.bench.a_report import a_report, a_size, as_json
from tests.web.command import kb, refused, run, running
from tests.web.site import Site, eventually
from web.bench.installation import Installation, workplace
from web.bench.load import CLIENTS
from web.bench.queries import KINDS

TINY = ("bench", "--documents", "12", "--runs", "1", "--queries", "10", "--sample", "20")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation whose model is a tiny one."""
    home = tmp_path_factory.mktemp("bench")
    write_tiny_export(home / "models")
    return {"KB_HOME": str(home), "KB_CONTENT": str(SHIPPED)}


@pytest.fixture(scope="module")
def ran(env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return run(env, *TINY, "--json")


def numbers(told: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number below a value of JSON, with its path."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from numbers(value, f"{path}/{name}")
    elif isinstance(told, list):
        for place, value in enumerate(told):
            yield from numbers(value, f"{path}/{place}")
    elif isinstance(told, int | float) and not isinstance(told, bool):
        yield path, told


@pytest.mark.slow
def test_every_figure_is_there_and_makes_sense(
    ran: "subprocess.CompletedProcess[str]", tmp_path: Path
) -> None:
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    [size] = report["sizes"]
    assert size["documents"] == 12
    assert size["index"]["stand_ins"] is True
    assert set(size["latency"]) == set(KINDS)
    assert [load["clients"] for load in size["throughput"]] == list(CLIENTS)
    assert size["memory"]["further_mb"] is not None
    assert size["edit"]["seconds"] is not None
    assert report["growth"] is None
    may_be_zero = ("errors", "failed", "slow", "load_average_before", "generator_cpu")
    for path, value in numbers(report):
        assert value > 0 or (value == 0 and path.endswith(may_be_zero)), path
    for latency in size["latency"].values():
        assert latency["rest_ms"]["p50"] < latency["search_ms"]["p50"]
    assert sum(load["errors"] for load in size["throughput"]) == 0


@pytest.mark.slow
def test_a_run_is_not_slower_than_itself(
    ran: "subprocess.CompletedProcess[str]", small: Site, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    path.write_text(ran.stdout)
    compared = kb(small, "bench", "--compare", str(path), str(path))
    assert compared.exit_code == 0, compared.stderr
    assert "0 of " in compared.stdout


@pytest.mark.slow
def test_nothing_stays_behind(
    ran: "subprocess.CompletedProcess[str]", env: Mapping[str, str]
) -> None:
    assert ran.returncode == 0
    assert [path.name for path in Path(env["KB_HOME"]).iterdir()] == ["models"]


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_behind(env: Mapping[str, str], tmp_path: Path) -> None:
    home = Path(env["KB_HOME"])
    with running(env, tmp_path / "log", *TINY) as process:
        # A server is up.
        eventually(lambda: any(home.glob("bench-*/corpus-*/serve.log")), 60)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1
    assert [path.name for path in home.iterdir()] == ["models"]
    assert str(home) not in serving()


def serving() -> str:
    """The settings of all processes that serve."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if "gunicorn" in (folder / "cmdline").read_text():
                found.append((folder / "environ").read_text())
        except OSError:
            continue
    return "\n".join(found)


def test_a_slowdown_is_shown_and_is_exit_code_1(small: Site, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(as_json(a_report(a_size(1000))))
    after.write_text(as_json(a_report(a_size(1000, rest_ms=3.0))))
    ran = kb(small, "bench", "--compare", str(before), str(after))
    assert ran.exit_code == 1
    [line] = [each for each in ran.stdout.splitlines() if each.startswith("1,000: short search w")]
    assert line.endswith("slower")
    assert "4 of " in ran.stdout
    tolerant = kb(small, "bench", "--compare", str(before), str(after), "--tolerance", "0.6")
    assert tolerant.exit_code == 0
    told = json.loads(kb(small, "bench", "--compare", str(before), str(after), "--json").stdout)
    worse = {change["name"]: change["worse_by"] for change in told if change["worse_by"]}
    assert len(worse) == 4
    assert worse["1,000: short search without encoding, x"] == pytest.approx(0.5)


def test_what_is_no_result_cannot_be_compared(small: Site, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    said = refused(kb(small, "bench", "--compare", str(path), str(path)))
    assert "is not what kb bench --json prints" in said


@pytest.mark.parametrize("given", ["0", "-5", "ten", "10,", "1,0", "1000001", ""])
def test_a_number_of_studies_that_makes_no_sense_is_wrong_usage(small: Site, given: str) -> None:
    ran = kb(small, "bench", "--documents", given)
    assert ran.exit_code == 2
    assert "must be numbers from 1 to" in ran.stderr


@pytest.mark.parametrize(
    "option", [("--runs", "0"), ("--queries", "1"), ("--workers", "0"), ("--sample", "0")]
)
def test_other_numbers_out_of_range_are_wrong_usage(small: Site, option: tuple[str, str]) -> None:
    assert kb(small, "bench", *option).exit_code == 2


def test_a_model_that_onnx_does_not_run_is_refused(small: Site) -> None:
    # In this process the encoder of words stands for the model.
    ran = kb(small, "bench", "--documents", "2", KB_CONTENT=str(SHIPPED))
    assert "compares with a bare ONNX Runtime session" in refused(ran)
    assert not list(small.home.glob("bench-*"))


def test_content_that_makes_no_corpus_is_refused(small: Site, tmp_path: Path) -> None:
    said = refused(kb(small, "bench", KB_CONTENT=str(tmp_path)))
    assert "vocabulary" in said


def test_no_room_is_said_before_anything_is_made(
    small: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.bench.installation.BYTES_PER_DOCUMENT", 10**15)
    keep = tmp_path / "keep"
    said = refused(kb(small, "bench", "--keep", str(keep)))
    assert "--keep DIR" in said
    assert list(keep.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(small: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageFailed, match="could not read or write"),
        workplace(small.services.settings, tmp_path / "file" / "keep", 1),
    ):
        pass


def test_the_help_has_an_example(small: Site) -> None:
    assert "kb bench --documents 1000,10000" in kb(small, "bench", "--help").stdout


def test_settings_of_the_user_do_not_reach_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_SHOW_ILLUSTRATIVE", "no")
    env = Installation(tmp_path, None).env
    assert "KB_SHOW_ILLUSTRATIVE" not in env
    assert env["PATH"] == os.environ["PATH"]
