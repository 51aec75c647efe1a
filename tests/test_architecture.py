"""The arrows between the packages: kb <- indexer <- web, and nothing points up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINES = {"faiss", "whoosh", "sentence_transformers"}
FORBIDDEN = {
    "kb": {"indexer", "web", "flask"} | ENGINES,
    "indexer": {"web", "flask", "kb.models", "kb.desk.models"},
    "web": {"kb.models", "kb.desk.models"} | ENGINES,
}


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Every module that a source imports, nested imports included, with its line.

    Args:
        source: the text of a module.
        package: the dotted package that it lies in, for relative imports.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            yield node.lineno, base
            # `from kb import models` names the module in its second half.
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and (name := _imported_by_call(node)):
            yield node.lineno, name


def _imported_by_call(node: ast.Call) -> str | None:
    called = ast.unparse(node.func).rpartition(".")[2]
    if called in {"import_module", "__import__"} and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return None


def trespasses(source: str, package: str, forbidden: set[str]) -> list[tuple[int, str]]:
    """The imports that go where they must not, and their lines."""
    return sorted(
        {
            (line, banned)
            for line, name in imports(source, package)
            for banned in forbidden
            if name == banned or name.startswith(f"{banned}.")
        }
    )


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_module_imports_what_its_package_must_not_know(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"no module in {package}/: the test would prove nothing"
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {banned}"
        for path in files
        for line, banned in trespasses(
            path.read_text(encoding="utf-8"),
            ".".join(path.parent.relative_to(ROOT).parts),
            FORBIDDEN[package],
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import flask",
        "import flask.views as v",
        "from flask import Flask",
        "def f():\n    from flask import g",
        "if TYPE_CHECKING:\n    import flask",
        "import importlib\nimportlib.import_module('flask.json')",
        "__import__('flask')",
    ],
)
def test_every_way_of_importing_is_seen(source: str) -> None:
    assert trespasses(source, "indexer", {"flask"})


@pytest.mark.parametrize(
    "source", ["from kb import models", "from kb.models import FileRow", "import kb.models"]
)
def test_a_single_module_can_be_forbidden(source: str) -> None:
    assert trespasses(source, "web.cli", {"kb.models"})
    assert not trespasses(source.replace("models", "domain"), "web.cli", {"kb.models"})


def test_a_relative_import_is_read_from_where_the_module_lies() -> None:
    assert (1, "web.kb") in imports("from ..kb import models", "web.cli")
    assert trespasses("from . import models", "kb", {"kb.models"})


def test_a_name_that_only_begins_alike_is_no_trespass() -> None:
    assert not trespasses("import flaskish\nimport webbrowser", "kb", {"flask", "web"})
