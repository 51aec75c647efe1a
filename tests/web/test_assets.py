"""Static files: kept for a year at addresses that change with them."""

import hashlib
import re
from pathlib import Path

import brotli
import pytest

import web
from tests.web.site import Site
from web.assets import static_address

FOLDER = Path(web.__file__).parent / "static"
FILES = sorted(p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.is_file())
YEAR = 365 * 24 * 3600


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_for_a_year_at_the_address_of_its_version(small: Site, name: str) -> None:
    body = (FOLDER / name).read_bytes()
    assert static_address(name) == f"/static/{name}?v={hashlib.sha256(body).hexdigest()[:12]}"
    answer = small.get(static_address(name))
    assert answer.data == body
    control = answer.cache_control
    assert (control.public, control.immutable, control.max_age) == (True, True, YEAR)


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab", "?v=x&v=y"])
def test_an_address_without_the_version_is_asked_for_again(small: Site, query: str) -> None:
    answer = small.get(f"/static/site.css{query}")
    assert answer.status_code == 200
    assert answer.cache_control.no_cache
    assert answer.cache_control.max_age is None


@pytest.mark.parametrize(
    "address", ["/", "/search?q=gate", "/practice/gate", "/none", "/search?q=zzxqj"]
)
def test_a_page_loads_only_what_may_be_kept(small: Site, address: str) -> None:
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', small.get(address).text)
    assert len(loaded) >= 4
    for each in loaded:
        assert small.get(each).cache_control.immutable, each


def test_a_style_sheet_names_the_versions_of_what_it_loads(small: Site) -> None:
    loaded = re.findall(r"url\(([^)]+)\)", (FOLDER / "site.css").read_text(encoding="utf-8"))
    assert len(loaded) >= 2
    for each in loaded:
        assert f"/static/{each}" == static_address(each.partition("?")[0])


def test_what_is_kept_for_a_year_is_as_small_as_it_gets(small: Site) -> None:
    client = small.app.test_client()
    for _ in range(2):
        answer = client.get(static_address("site.css"), headers={"Accept-Encoding": "br"})
        assert answer.data == brotli.compress((FOLDER / "site.css").read_bytes(), quality=11)


@pytest.mark.parametrize(
    "path",
    [
        "none.css",
        "",
        "fonts",
        "fonts/",
        "../app.py",
        "%2e%2e/app.py",
        "fonts/../site.css",
        "./site.css",
        "site.css/",
        "site.css%00",
        "/etc/passwd",
    ],
)
def test_no_other_path_leads_to_a_file(small: Site, path: str) -> None:
    assert small.app.test_client().get(f"/static/{path}").status_code in {404, 308}
    answer = small.app.test_client().get(f"/static/{path}", follow_redirects=True)
    assert answer.status_code == 404


def test_a_part_of_a_font_can_be_asked_for(small: Site) -> None:
    address = static_address("fonts/source-sans-3.woff2")
    part = small.app.test_client().get(address, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.data == (FOLDER / "fonts/source-sans-3.woff2").read_bytes()[10:20]


@pytest.mark.parametrize("script", [n for n in FILES if n.endswith(".js") and "/" not in n])
def test_a_script_names_the_versions_of_what_it_loads(script: str) -> None:
    text = (FOLDER / script).read_text(encoding="utf-8")
    for each in re.findall(r'from "\./([^"]+)"', text):
        assert f"/static/{each}" == static_address(each.partition("?")[0])
