"""`make audit`: every page as valid HTML, and Lighthouse's marks, on a site of its own.

Needs Java (for the Nu Html Checker) and Node (for Lighthouse); `make audit` installs both tools
below `.audit/`. Prints a line for each page and exits with 1 if one falls short.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.pages import CHROMIUM_ARGS
from tests.browser.serving import serving
from tests.browser.test_looks import MAIN, PAGES

TOOLS = Path(__file__).parents[2] / ".audit" / "node_modules"
NEEDED: Mapping[str, int] = {
    "performance": 95,
    "accessibility": 98,
    "best-practices": 98,
    "seo": 98,
}
Report = Mapping[str, dict[str, dict[str, object]]]
# Search engines are told to pass these over, for which the mark for SEO is taken off.
_NOINDEX = "is-crawlable"


def main() -> int:
    """The exit status."""
    missing = [name for name in ("java", "node", "chromium") if shutil.which(name) is None]
    if missing or not TOOLS.is_dir():
        print(f"make audit needs {', '.join(missing) or 'its tools'}: run it by make.")
        return 2
    with TemporaryDirectory() as home, serving(Path(home)) as site:
        wrong = [*_invalid(site, Path(home)), *_marked_down(site)]
    for line in wrong:
        print(f"FALLS SHORT  {line}")
    print(f"{len(PAGES)} pages checked, {len(wrong)} fall short.")
    return bool(wrong)


def _invalid(site: str, folder: Path) -> Iterator[str]:
    """What the Nu Html Checker says of each page."""
    for name, path in PAGES.items():
        page = folder / f"{name.replace(' ', '-')}.html"
        page.write_bytes(_read(site + path))
        jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
        ran = subprocess.run(
            ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", str(page)],
            capture_output=True,
            check=True,
        )
        found = [m for m in json.loads(ran.stderr)["messages"] if m.get("type") == "error"]
        print(f"{path}: {len(found) or 'no'} errors of HTML")
        yield from (f"{path}:{m.get('lastLine')}: {m['message']}" for m in found)


def _read(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        # Pages of failure are pages too.
        return error.read()


def _marked_down(site: str) -> Iterator[str]:
    """The marks of Lighthouse's simulated phone that are too low."""
    for path in (PAGES[name] for name in MAIN):
        report = _lighthouse(site + path)
        marks = {name: _mark(report, name) for name in NEEDED}
        print(f"{path}: {', '.join(f'{name} {mark}' for name, mark in marks.items())}")
        for name, mark in marks.items():
            if mark < NEEDED[name] and not (name == "seo" and _is_kept_out(report)):
                yield f"{path}: {name} {mark}, needed {NEEDED[name]}: {_reasons(report, name)}"


def _lighthouse(address: str) -> Report:
    """What Lighthouse reports; asked again once, for its browser is slow to start at times."""
    command = [
        *(str(TOOLS / ".bin" / "lighthouse"), address, "--quiet", "--output=json"),
        f"--only-categories={','.join(NEEDED)}",
        f"--chrome-flags=--headless {' '.join(CHROMIUM_ARGS)}",
    ]
    env = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    ran = subprocess.run(command, capture_output=True, check=False, env=env)
    if ran.returncode:
        ran = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=env)
    report: Report = json.loads(ran.stdout)
    return report


def _mark(report: Report, category: str) -> int:
    return round(100 * float(str(report["categories"][category]["score"] or 0)))


def _is_kept_out(report: Report) -> bool:
    return report["audits"][_NOINDEX]["score"] == 0


def _reasons(report: Report, category: str) -> str:
    refs = report["categories"][category]["auditRefs"]
    assert isinstance(refs, list)
    failed = [
        str(report["audits"][ref["id"]]["title"])
        for ref in refs
        if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) != 1
    ]
    return "; ".join(failed)


if __name__ == "__main__":
    sys.exit(main())
