"""Failures: the right status, a page of ours, and nothing of the inside."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort

from indexer.snapshots import read_manifest
from tests.web.html import Element, parse
from tests.web.site import Site, a_site

NEEDING_AN_INDEX = ("/", "/search", "/search?q=gate", "/practice/gate", "/api/v1/search")


def assert_a_page_of_ours(page: Element) -> None:
    assert page.one("h1").text
    assert page.one("input", name="q")
    assert {"/", "/search"} <= set(page.links())


@pytest.mark.parametrize("path", ["/none", "/practice/none", "/search/", "/practice/", "/media/x"])
def test_what_is_not_there_is_a_404_with_ways_on(small: Site, path: str) -> None:
    page = small.page(path, status=404)
    assert_a_page_of_ours(page)
    assert small.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/practice/small-steps-for-mutism", "small steps for mutism"),
        ("/practice/2025_reading%20club.html", "reading club html"),
        ("/none/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "script"),
        ("/x/" + "word-" * 500, " ".join(["word"] * 12)),
        ("/", ""),
    ],
)
def test_the_box_holds_the_words_of_the_address(small: Site, path: str, words: str) -> None:
    page = small.page(path, status=404 if path != "/" else 200)
    assert page.one("input", id="q").attributes["value"] == words


@pytest.mark.parametrize(
    ("status", "told"), [(400, "could not be read"), (413, "too large"), (429, "wait a little")]
)
def test_a_refusal_says_in_plain_words_what_to_do(site: Site, status: int, told: str) -> None:
    def refuse() -> str:
        abort(status)

    site.app.add_url_rule("/refused", view_func=refuse)
    page = site.page("/refused", status=status)
    assert_a_page_of_ours(page)
    assert told in page.one("main").text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/search", "/practice/gate", "/media/gate/photo.png"])
def test_nothing_can_be_written_by_http(small: Site, method: str, path: str) -> None:
    answer = small.app.test_client().open(path, method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert_a_page_of_ours(parse(answer.text))


def failing(site: Site) -> Flask:
    """The site's app with views that have a bug."""

    def fail() -> str:
        raise RuntimeError("secret-of-the-inside")

    site.app.add_url_rule("/fail", view_func=fail)
    site.app.add_url_rule("/api/fail", endpoint="api_fail", view_func=fail)
    return site.app


def test_a_bug_is_a_page_of_ours_without_its_trace(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing(site).test_client().get("/fail")
    assert answer.status_code == 500
    assert_a_page_of_ours(parse(answer.text))
    for inside in ("secret-of-the-inside", "Traceback", "RuntimeError", "test_errors"):
        assert inside not in answer.text
    # The trace is for the log.
    assert "secret-of-the-inside" in caplog.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_bug_in_the_api_is_json(site: Site) -> None:
    answer = failing(site).test_client().get("/api/fail")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert list(json.loads(answer.text)) == ["error"]
    assert "secret" not in answer.text


def index(site: Site) -> Path:
    return site.services.updater.store.current()


def no_index(site: Site) -> None:
    shutil.rmtree(site.home / "index")


def pointer_to_nowhere(site: Site) -> None:
    (site.home / "index" / "CURRENT").write_text("snap-none")


def pointer_of_noise(site: Site) -> None:
    (site.home / "index" / "CURRENT").write_bytes(b"\xff\xfe\x00snap-")


def file_cut_short(site: Site) -> None:
    file = index(site) / "base/passages.faiss"
    file.write_bytes(file.read_bytes()[:-10])


def file_altered(site: Site) -> None:
    file = index(site) / "base/documents.jsonl"
    file.write_bytes(file.read_bytes().replace(b"Breakfast", b"Breakfest"))


def file_missing(site: Site) -> None:
    (index(site) / "base/facets.json").unlink()


def no_manifest(site: Site) -> None:
    (index(site) / "manifest.json").unlink()


def other_format(site: Site) -> None:
    manifest = index(site) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 999}))


DAMAGE = (
    no_index,
    pointer_to_nowhere,
    file_cut_short,
    file_altered,
    file_missing,
    no_manifest,
    other_format,
    pointer_of_noise,
)


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_a_sound_index_every_page_says_not_ready(
    site: Site, damage: Callable[[Site], None]
) -> None:
    damage(site)
    for address in NEEDING_AN_INDEX:
        answer = site.get(address)
        assert answer.status_code == 503, address
        assert int(answer.headers["Retry-After"]) > 0
        if address.startswith("/api/"):
            assert list(json.loads(answer.text)) == ["error"]
        else:
            assert_a_page_of_ours(parse(answer.text))
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_new_index_mends_it_without_a_restart(site: Site, damage: Callable[[Site], None]) -> None:
    damage(site)
    assert site.get("/search").status_code == 503
    site.update()
    assert site.get("/search?q=gate").status_code == 200


def test_a_page_of_failure_does_not_say_where_the_server_keeps_its_files(site: Site) -> None:
    file_cut_short(site)
    for address in NEEDING_AN_INDEX:
        assert str(site.home) not in site.get(address).text


def with_another_model(site: Site) -> Site:
    """The same installation after somebody set another model."""
    return a_site(site.content, site.home, update=False, KB_MODEL="another-model")


def test_an_index_of_another_model_is_not_searched(site: Site) -> None:
    assert read_manifest(index(site)).model != "another-model"
    other = with_another_model(site)
    for address in ("/search?q=gate", "/api/v1/search?q=gate"):
        answer = other.get(address)
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
    other.update()
    assert other.get("/search?q=gate").status_code == 200
    other.services.database.close()


def test_a_damaged_database_is_a_503_and_the_search_goes_on(site: Site) -> None:
    assert site.get("/practice/gate").status_code == 200
    site.services.database.close()
    for file in site.home.glob("kb.sqlite*"):
        file.write_bytes(b"this is no database at all" * 100)
    answer = site.get("/practice/gate")
    assert answer.status_code == 503
    assert_a_page_of_ours(parse(answer.text))
    assert site.get("/search?q=gate").status_code == 200
