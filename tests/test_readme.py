"""The papers keep up with the code."""

import re
from pathlib import Path

import pytest

from kb.settings import PREFIX, Settings
from web.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.__dataclass_fields__)
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"`kb {command}`" in README


def test_what_the_readme_links_to_is_there() -> None:
    linked = set(re.findall(r"\]\((?!https?:|#)([^)<]+)\)", README))
    assert {"LICENSE", "CONTRIBUTING.md", "CHANGELOG.md"} <= linked
    assert len([path for path in linked if path.endswith(".png")]) == 4
    assert [path for path in linked if not (ROOT / path).is_file()] == []
