"""Fewer bytes for readers who take them so, and the same answer for all."""

import gzip
import re

import brotli
import pytest
from flask import Response
from werkzeug.test import TestResponse

from tests.web.site import Site
from web.app import create_app
from web.security import HEADERS

LARGE = (
    "/",
    "/search",
    "/search?q=gate",
    "/practice/gate",
    "/api/v1/search?q=gate",
    "/api/v1/openapi.json",
    "/static/site.css",
    "/static/suggest.js",
)


def get(site: Site, address: str, accepted: str | None, **headers: str) -> TestResponse:
    """The answer for a reader who takes these encodings."""
    given = headers if accepted is None else headers | {"Accept-Encoding": accepted}
    return site.app.test_client().get(address, headers=given)


def opened(answer: TestResponse) -> bytes:
    """The body as it was before it was compressed."""
    match answer.headers.get("Content-Encoding"):
        case "br":
            unpacked: bytes = brotli.decompress(answer.data)
        case "gzip":
            unpacked = gzip.decompress(answer.data)
        case encoding:
            assert encoding is None
            unpacked = answer.data
    return re.sub(rb'"took_ms":[\d.]+', b"", unpacked)


@pytest.mark.parametrize("address", LARGE)
@pytest.mark.parametrize("accepted", ["br", "gzip"])
def test_an_answer_is_the_same_in_fewer_bytes(small: Site, address: str, accepted: str) -> None:
    plain, packed = get(small, address, None), get(small, address, accepted)
    assert packed.headers["Content-Encoding"] == accepted
    assert opened(packed) == opened(plain)
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert len(packed.data) < len(plain.data) * 0.7
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    for name, value in HEADERS.items():
        assert packed.headers.get_all(name) == [value]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=0", None),
        ("gzip;q=0, br;q=0", None),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.9", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "gzip"),
        ("deflate, zstd", None),
        ("nonsense;q=x, ;;", None),
    ],
)
@pytest.mark.parametrize("address", ["/search", "/static/site.css"])
def test_the_reader_chooses_the_encoding(
    small: Site, address: str, accepted: str | None, encoding: str | None
) -> None:
    answer = get(small, address, accepted)
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    # Compressed or not: a cache must not give the one to those who asked for the other.
    assert answer.headers.get_all("Vary") == ["Accept-Encoding"]


@pytest.mark.parametrize("address", LARGE)
@pytest.mark.parametrize("held_as", [None, "br", "gzip"])
@pytest.mark.parametrize("accepted", [None, "br", "gzip"])
def test_an_answer_held_in_any_encoding_is_not_sent_again(
    small: Site, address: str, held_as: str | None, accepted: str | None
) -> None:
    held = get(small, address, held_as).headers["ETag"]
    again = get(small, address, accepted, **{"If-None-Match": held})
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in again.headers
    for name in ("ETag", "Vary"):
        assert again.headers[name] == get(small, address, accepted).headers[name]


@pytest.mark.parametrize("address", LARGE)
def test_bytes_that_differ_do_not_share_a_strong_etag(small: Site, address: str) -> None:
    etags = [get(small, address, accepted).headers["ETag"] for accepted in (None, "br", "gzip")]
    assert all(etag.startswith("W/") for etag in etags[1:])
    assert len({etag.removeprefix("W/") for etag in etags}) == 1


def test_head_says_what_get_would_send(small: Site) -> None:
    head = small.app.test_client().head("/practice/gate", headers={"Accept-Encoding": "gzip"})
    got = get(small, "/practice/gate", "gzip")
    assert head.data == b""
    for name in ("Content-Encoding", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    "address",
    [
        "/static/mark.svg",
        "/api/v1/none",
        "/static/fonts/source-sans-3.woff2",
        "/static/card.png",
        "/media/gate/photo.png",
        "/none",
        "/metrics",
    ],
)
def test_what_is_small_or_packed_or_unkept_is_left_as_it_is(small: Site, address: str) -> None:
    assert "Content-Encoding" not in get(small, address, "gzip, br").headers


def test_a_page_with_a_secret_says_no_store_and_is_not_compressed(small: Site) -> None:
    app = create_app(small.services)
    body = "<p>what was typed</p><input value='secret'>" * 100

    @app.get("/secret")
    def secret() -> Response:
        return Response(body, headers={"Cache-Control": "no-store"})

    answer = app.test_client().get("/secret", headers={"Accept-Encoding": "gzip"})
    assert answer.text == body


def test_nothing_is_compressed_twice(small: Site) -> None:
    app = create_app(small.services)
    packed = gzip.compress(b"a text " * 1000) + bytes(2000)

    @app.get("/packed")
    def already() -> Response:
        return Response(packed, mimetype="text/plain", headers={"Content-Encoding": "gzip"})

    answer = app.test_client().get("/packed", headers={"Accept-Encoding": "gzip, br"})
    assert answer.data == packed
    assert answer.headers.get_all("Content-Encoding") == ["gzip"]


def test_a_part_of_a_text_file_is_a_part_of_its_own_bytes(small: Site) -> None:
    whole = get(small, "/static/site.css", None)
    part = get(small, "/static/site.css", "gzip", Range="bytes=100-2099")
    assert (part.status_code, part.data) == (206, whole.data[100:2100])
    assert "Content-Encoding" not in part.headers
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert "Accept-Ranges" not in get(small, "/static/site.css", "gzip").headers
