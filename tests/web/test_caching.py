"""Who may keep an answer, and the short answer for those who hold it."""

from pathlib import Path

import pytest

from tests.factories import write_picture, write_study
from tests.web.site import Site, a_site
from web.security import HEADERS

PAGES = (
    "/",
    "/search",
    "/search?q=gate",
    "/search?q=zzxqj",
    "/search?need=ASD&sort=newest&page=2",
    "/practice/gate",
    "/practice/gate.md",
    "/api/v1/search?q=gate",
    "/api/v1/openapi.json",
)
ASKED = ("/search?q=gate", "/search", "/api/v1/search?q=gate")
KEPT = (*PAGES, "/media/gate/photo.png", "/static/site.css")


def etag(site: Site, address: str) -> str:
    return site.get(address).headers["ETag"]


def status_for(site: Site, address: str, held: str, method: str = "GET") -> int:
    """The status for a reader who holds an answer with this ETag."""
    client = site.app.test_client()
    return client.open(address, method=method, headers={"If-None-Match": held}).status_code


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_that_is_held_is_not_sent_again(small: Site, address: str) -> None:
    whole = small.get(address)
    client = small.app.test_client()
    for method in ("GET", "HEAD"):
        again = client.open(
            address, method=method, headers={"If-None-Match": whole.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers.get(name) == whole.headers.get(name), name
        for name, value in HEADERS.items():
            assert again.headers.get_all(name) == [value]
        assert "Content-Length" not in again.headers


@pytest.mark.parametrize("address", KEPT)
def test_another_answer_that_is_held_does_not_count(small: Site, address: str) -> None:
    assert status_for(small, address, '"another"') == 200


@pytest.mark.parametrize("address", KEPT)
def test_head_says_what_get_would(small: Site, address: str) -> None:
    got, asked = small.get(address), small.app.test_client().head(address)
    assert (asked.status_code, asked.data) == (200, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Content-Type"):
        assert asked.headers.get(name) == got.headers.get(name), name
    # took_ms may be a digit longer.
    if not address.startswith("/api/v1/search"):
        assert asked.headers["Content-Length"] == str(len(got.data))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_asked_for_again(small: Site, address: str) -> None:
    control = small.get(address).cache_control
    assert control.no_cache
    assert control.max_age is None
    assert not control.no_store


@pytest.mark.parametrize("address", ASKED)
def test_what_a_teacher_typed_is_kept_by_no_shared_cache(small: Site, address: str) -> None:
    assert small.get(address).cache_control.private
    held = etag(small, address)
    again = small.app.test_client().get(address, headers={"If-None-Match": held})
    assert again.cache_control.private


@pytest.mark.parametrize("address", ["/", "/practice/gate"])
def test_a_page_that_is_everybodys_is_not_private(small: Site, address: str) -> None:
    assert not small.get(address).cache_control.private


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics", "/none", "/practice/none"])
def test_what_holds_for_the_moment_is_not_kept(small: Site, address: str) -> None:
    answer = small.get(address)
    assert answer.cache_control.no_store
    assert "ETag" not in answer.headers
    assert status_for(small, address, "*") == answer.status_code


def test_an_old_address_still_leads_on(small: Site) -> None:
    assert status_for(small, "/practice/old-gate", "*") == 301


def test_answers_to_other_questions_have_other_etags(small: Site) -> None:
    addresses = [*PAGES, "/search?q=breakfast", "/search?q=gate&need=ASD", "/search?limit=2&page=2"]
    addresses += ["/api/v1/search?q=breakfast", "/practice/breakfast", "/practice/breakfast.md"]
    assert len({etag(small, address) for address in addresses}) == len(addresses)


def test_the_api_finds_the_same_however_long_it_took(small: Site) -> None:
    answers = [small.get("/api/v1/search?q=gate") for _ in range(30)]
    assert len({answer.get_json()["took_ms"] for answer in answers}) > 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_a_new_index_is_a_new_answer(site: Site) -> None:
    held = {address: etag(site, address) for address in KEPT}
    write_study(
        site.content, "gate", title="Meeting children at the new gate", focus=["disadvantage"]
    )
    write_study(site.content, "brand-new", title="A new gate", first_published="2026-01-31")
    site.update()
    changed = {address for address in KEPT if status_for(site, address, held[address]) == 200}
    assert {
        "/",
        "/search",
        "/search?q=gate",
        "/practice/gate",
        "/practice/gate.md",
        "/api/v1/search?q=gate",
    } <= changed
    assert not changed & {
        "/api/v1/openapi.json",
        "/search?need=ASD&sort=newest&page=2",
        "/media/gate/photo.png",
        "/static/site.css",
    }


@pytest.mark.parametrize(
    ("setting", "value", "touched"),
    [
        ("KB_SHOW_ILLUSTRATIVE", "no", ("/", "/search", "/api/v1/search?limit=100")),
        ("KB_SITE_NAME", "Another", ("/", "/search", "/practice/gate", "/api/v1/openapi.json")),
        ("KB_BASE_URL", "https://x.example", ("/api/v1/search", "/api/v1/openapi.json")),
    ],
)
def test_a_setting_that_shows_is_a_new_answer(
    site: Site, setting: str, value: str, touched: tuple[str, ...]
) -> None:
    other = a_site(site.content, site.home, update=False, **{setting: value})
    for address in touched:
        assert status_for(other, address, etag(site, address)) == 200, address
        assert status_for(other, address, etag(other, address)) == 304, address


def test_two_processes_give_the_same_etags(site: Site) -> None:
    other = a_site(site.content, site.home, update=False)
    for address in KEPT:
        assert etag(other, address) == etag(site, address), address


def test_a_new_picture_is_a_new_answer(site: Site) -> None:
    address = "/media/gate/photo.png"
    held = etag(site, address)
    file = site.content / "media" / "gate" / "photo.png"
    file.write_bytes(write_picture(site.content, "gate/other.webp").read_bytes())
    assert status_for(site, address, held) == 200


def test_a_part_of_a_picture_can_be_asked_for(small: Site) -> None:
    address = "/media/gate/photo.png"
    whole = small.get(address)
    ask = {"Range": "bytes=1-4", "Accept-Encoding": "gzip, br"}
    client = small.app.test_client()
    part = client.get(address, headers=ask | {"If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data) == (206, whole.data[1:5])
    assert part.headers["Content-Range"] == f"bytes 1-4/{len(whole.data)}"
    assert client.get(address, headers=ask | {"If-Range": '"old"'}).data == whole.data


def test_a_site_that_is_not_ready_is_not_remembered(site: Site, tmp_path: Path) -> None:
    bare = a_site(site.content, tmp_path / "bare", update=False)
    for address in ("/", "/search", "/api/v1/search"):
        answer = bare.app.test_client().get(address, headers={"If-None-Match": etag(site, address)})
        assert answer.status_code == 503
        assert "ETag" not in answer.headers
