"""The command line as a whole: helps, wrong usage, errors in one line, quick to start."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.web.command import ROOT, environment, kb, refused, run
from tests.web.site import Site
from web.cli import COMMANDS, main

ENGINES = ("torch", "faiss", "whoosh", "sqlalchemy", "sentence_transformers", "flask", "numpy")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example(command: str) -> None:
    ran = CliRunner().invoke(main, [command, "--help"])
    assert ran.exit_code == 0
    assert f"Example:\n    kb {command}" in ran.stdout
    assert CliRunner().invoke(main, [command, "-h"]).stdout == ran.stdout


def test_the_help_of_all_names_every_command() -> None:
    ran = CliRunner().invoke(main, ["--help"])
    assert ran.exit_code == 0
    assert "Example:" in ran.stdout
    for command, line in COMMANDS.items():
        assert command in ran.stdout
        assert line in ran.stdout


def test_the_version_is_printed() -> None:
    ran = CliRunner().invoke(main, ["--version"])
    assert (ran.exit_code, "0.1.0" in ran.stdout) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["--nothing"],
        ["index", "--nothing"],
        ["index", "extra"],
        ["index", "--rollback", "--rebuild"],
        ["index", "--rollback", "--watch"],
        ["search", "--sort", "none"],
        ["search", "two", "queries"],
        ["search", "--need"],
        ["new"],
        ["new", "a", "b"],
        ["check", "/no/such/file.md"],
        ["doctor", "extra"],
        ["serve", "--port", "0"],
        ["serve", "--port", "70000"],
        ["serve", "--port", "x"],
        ["serve", "--workers", "0"],
        ["work", "--twice"],
        ["users", "add", "head@school.example"],
        ["users", "role", "head@school.example", "owner"],
    ],
)
def test_wrong_usage_exits_with_two(small: Site, arguments: list[str]) -> None:
    ran = kb(small, *arguments)
    assert ran.exit_code == 2
    assert ran.stderr


def test_the_help_imports_no_engine() -> None:
    code = (
        "import sys\nfrom web.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sys.modules, sep=' ')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = ran.stdout.partition("LOADED")[2].split()
    assert "web.cli" in loaded
    assert not set(ENGINES) & set(loaded)


def test_a_search_loads_neither_the_database_nor_the_web() -> None:
    """They would take longer to load than the search takes."""
    code = "import sys, web.cli.search; print('LOADED', *sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = ran.stdout.partition("LOADED")[2].split()
    assert "indexer.search" in loaded
    assert not {"torch", "sqlalchemy", "alembic", "flask", "wordfreq"} & set(loaded)


def test_importing_the_app_leaves_the_model_alone() -> None:
    code = "import sys, web.app, web.keeper; print({'torch', 'sklearn'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "set()"


@pytest.mark.parametrize("command", ["index", "doctor", "check"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KB_BASE_URL", "http://[::1"),
        ("KB_BASE_URL", "practice.example.org"),
        ("KB_HOME", "~nobody-of-that-name/kb"),
        ("KB_DATABASE_URL", "mysql://user:secret@host/kb"),
        ("KB_DATABASE_URL", "postgresql://user:secret@host:port/kb"),
        ("KB_SHOW_ILLUSTRATIVE", "perhaps"),
    ],
)
def test_a_bad_setting_is_one_line(small: Site, command: str, name: str, value: str) -> None:
    line = refused(kb(small, command, **{name: value}))
    assert "secret" not in line
    assert name in line


@pytest.mark.parametrize("command", ["index", "check"])
def test_a_content_folder_that_is_not_there_is_one_line(small: Site, command: str) -> None:
    assert "/no/such/folder" in refused(kb(small, command, KB_CONTENT="/no/such/folder"))


@pytest.mark.parametrize("command", ["index", "doctor"])
def test_a_database_without_its_driver_is_one_line(small: Site, command: str) -> None:
    url = "postgresql://user:secret@127.0.0.1:1/kb"
    ran = kb(small, command, KB_DATABASE_URL=url)
    assert isinstance(ran.exception, SystemExit)
    assert "secret" not in ran.output


@pytest.mark.parametrize("command", [["index"], ["search", "x"], ["work", "--once"]])
def test_a_home_that_cannot_be_written_is_one_line(
    small: Site, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        assert str(home) in refused(kb(small, *command, KB_HOME=str(home)))


def test_a_home_without_the_right_to_write_is_one_line(small: Site, tmp_path: Path) -> None:
    home = tmp_path / "locked"
    home.mkdir(mode=0o555)
    probe = home / "probe"
    try:
        probe.touch()
    except OSError:
        assert "KB_HOME" in refused(kb(small, "index", KB_HOME=str(home)))
    else:
        pytest.skip("root may write everywhere")


def test_a_refusal_of_the_real_process_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    ran = run({"KB_HOME": str(tmp_path), "KB_CONTENT": str(tmp_path / "none")}, "index")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("kb: ")
