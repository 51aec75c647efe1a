"""Documents that mean harm, or are none: refused with a way to mend them, within bounds."""

import io
import resource
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kb.errors import Invalid
from kb.word import read_word, reading
from tests.kb.pictures import a_picture, a_png_that_promises
from tests.kb.word.documents import (
    a_document,
    a_package,
    paragraph,
    picture,
    words_below,
    zipped,
)

_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not a Word document"),
        (b"Just words", "is not a Word document"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old Word document \(\.doc\)"),
        (rb"{\rtf1 words}", r"rich text file \(\.rtf\)"),
        (b"<html><body>words", "is a web page"),
        (b"PK\x03\x04 and nothing more", "is damaged"),
        (a_package("words")[:-40], "is damaged"),
        (a_picture(), "is not a Word document"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), r"\(\.odt\)"),
        (zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}), "a spreadsheet"),
        (zipped({"readme.txt": "words"}), "is not a Word document"),
        (a_package(kind=_WORD), r"macros, which are programs \(\.docm\)"),
        (a_package(files={"word/vbaProject.bin": b"Sub AutoOpen()"}), "macros"),
        (bytes(20_000_001), r"20\.0 MB; the most is 20 MB"),
        (zipped({"[Content_Types].xml": "<a/>"}), "could not be read"),
        (a_package("<w:p><w:r>"), "is damaged"),
        (a_package() + b"", "holds no text"),
    ],
)
def test_what_is_no_word_document_is_refused_with_a_way_to_mend_it(
    data: bytes, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        read_word(data)
    assert any(
        way in str(caught.value)
        for way in (".docx", "save it", "Copy what", "right file", "Save a simpler")
    )


def a_zip_of_zeros() -> bytes:
    return a_package("words", files={"word/media/a.bin": bytes(90_000_000)})


def a_zip_of_many_files() -> bytes:
    return zipped({"[Content_Types].xml": "<a/>"} | {f"word/{n}.bin": "" for n in range(2000)})


def a_huge_document() -> bytes:
    return a_package(" " * 10_000_001)


def many_large_parts() -> bytes:
    part = bytes(range(256)) * 3000
    return zipped({"[Content_Types].xml": "<a/>"} | {f"word/{n}.bin": part for n in range(140)})


@pytest.mark.parametrize(
    "make", [a_zip_of_zeros, a_zip_of_many_files, a_huge_document, many_large_parts]
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(make: Callable[[], bytes]) -> None:
    data = make()
    assert len(data) < 5_000_000
    tracemalloc.start()
    from kb.word.package import open_package

    with pytest.raises(Invalid, match="unpacks to more than can be read"):
        open_package(data)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    with pytest.raises(Invalid, match="unpacks to more than can be read"):
        read_word(data)


def test_a_part_that_promises_less_than_it_holds_is_cut_off() -> None:
    data = bytearray(a_package(paragraph("words" * 5000)))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = package.getinfo("word/document.xml").file_size
    data = bytearray(bytes(data).replace(size.to_bytes(4, "little"), (400).to_bytes(4, "little")))
    with pytest.raises(Invalid, match=r"damaged|could not be read"):
        read_word(bytes(data))


def test_entities_are_refused_before_they_are_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE w:document [<!ENTITY l0 "ha">{laughs}]>'
    began = time.monotonic()
    with pytest.raises(Invalid, match="declares entities"):
        read_word(a_package(paragraph("words", "<w:r><w:t>&l9;</w:t></w:r>"), prolog=bomb))
    assert time.monotonic() - began < reading.MAX_SECONDS / 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_outside_entity_is_refused_in_any_encoding(encoding: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'
    prolog += '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    styles = f"{prolog}<a>&x;</a>".encode(encoding)
    with pytest.raises(Invalid, match="declares entities"):
        read_word(a_package(paragraph("words"), files={"word/styles.xml": styles}))


class _Witness(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def witness() -> Iterator[tuple[str, list[str]]]:
    """An address on this computer, and what was asked of it."""
    _Witness.asked = []
    server = HTTPServer(("127.0.0.1", 0), _Witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", _Witness.asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("how", ["embed", "link"])
def test_a_picture_elsewhere_is_never_fetched(witness: tuple[str, list[str]], how: str) -> None:
    address, asked = witness
    body = f"<w:p>{picture('w', how=how)}{picture('f', how=how)}</w:p>{paragraph('words')}"
    imported = read_word(
        a_package(body, images={"w": f"{address}/x.png", "f": "file:///etc/passwd"})
    )
    assert asked == []
    assert imported.pictures == ()
    assert imported.left_out == (
        "2 pictures left out. It is not in the document itself. Insert it there.",
    )


@pytest.mark.parametrize("target", ["../../../etc/passwd", "/etc/passwd", "media/none.png"])
def test_a_picture_outside_the_package_is_never_read(target: str) -> None:
    body = f"<w:p>{picture('i')}</w:p>{paragraph('words')}"
    imported = read_word(a_package(body, images={"i": target}))
    assert imported.pictures == ()
    assert len(imported.left_out) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG drawing"),
        (a_png_that_promises(20_000, 20_000), "over 80 million points"),
        (b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(60), "Windows drawing"),
        (a_picture() + b"<?php system(1); ?>", "text of a program"),
        (bytes(10_000_001), "10.0 MB"),
    ],
)
def test_a_picture_that_means_harm_is_left_out_and_the_rest_comes_over(
    data: bytes, reason: str
) -> None:
    body = f"<w:p>{picture('i')}</w:p>{paragraph('words')}"
    package = a_package(body, images={"i": "media/a.png"}, files={"word/media/a.png": data})
    imported = read_word(_stored(package))
    assert imported.pictures == ()
    assert words_below(imported, "Context") == ["words"]
    (sentence,) = imported.left_out
    assert sentence.startswith("1 picture left out.")
    assert reason in sentence


def _stored(package: bytes) -> bytes:
    """The same package with its parts not packed."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return zipped({name: opened.read(name) for name in opened.namelist()}, stored=True)


def test_no_more_pictures_come_over_than_a_draft_may_have() -> None:
    def write(document: Any) -> None:
        for number in range(33):
            document.add_picture(io.BytesIO(a_picture((40 + number, 30))))

    imported = read_word(a_document(write))
    assert len(imported.pictures) == 30
    assert "3 pictures left out. A draft has at most 30 pictures." in imported.left_out


def test_a_style_map_in_the_document_is_not_followed() -> None:
    imported = read_word(
        a_package(paragraph("words"), files={"mammoth/style-map": "p => h1:fresh"})
    )
    assert words_below(imported, "Context") == ["words"]
    assert imported.title is None


@pytest.mark.parametrize("name", ["word/media/a.png", "other/document.xml", "word/a.bin"])
def test_a_text_that_hides_from_the_look_through_is_refused(name: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>'
    with pytest.raises(Invalid, match="is damaged"):
        read_word(a_package(paragraph("words"), main=name, files={name: bomb}))


def nested_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + paragraph("deep") + "</w:tc></w:tr></w:tbl>" * depth


def test_tables_nested_beyond_reason_are_refused() -> None:
    assert words_below(read_word(a_package(nested_tables(10))), "Context") == ["deep"]
    for depth in (40, 5000):
        with pytest.raises(Invalid, match=r"too deeply|too large"):
            read_word(a_package(nested_tables(depth)))


def rows(count: int, columns: int) -> str:
    row = f"<w:tr>{('<w:tc>' + paragraph('x') + '</w:tc>') * columns}</w:tr>"
    return f"<w:tbl>{row * count}</w:tbl>"


@pytest.mark.parametrize(
    "table",
    [
        rows(150, 60),
        rows(1, 2).replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'),
        rows(1, 2).replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="1900"/></w:tcPr>'),
    ],
)
def test_a_huge_table_is_left_out_and_the_rest_comes_over(table: str) -> None:
    imported = read_word(a_package(paragraph("before") + table + paragraph("after")))
    assert words_below(imported, "Context") == ["before", "after"]
    assert imported.left_out == (
        "1 table of over 2,000 cells left out. Keep the rows that matter.",
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (paragraph("many words " * 10) * 1000, "characters; the most is 100,000"),
        (paragraph("*" * 90) * 1000, "characters; the most is 100,000"),
        ("<w:p/>" * 100_000, "over 10,000 paragraphs"),
    ],
)
def test_a_book_is_refused_without_being_taken_apart(body: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_word(a_package(body))


def test_more_brackets_than_the_site_renders_are_refused() -> None:
    with pytest.raises(Invalid, match="brackets too deeply"):
        read_word(a_package(paragraph("[" * 3000)))


def test_a_document_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SECONDS", 0.05)
    began = time.monotonic()
    with pytest.raises(Invalid, match="Save a shorter"):
        read_word(a_package(paragraph("words")))
    assert time.monotonic() - began < 5


def child(code: str, data: bytes) -> str:
    """What the reading process prints, with some code around it."""
    whole = f"import resource\nfrom kb.word import child\n{code}"
    ran = subprocess.run([sys.executable, "-c", whole], input=data, capture_output=True, check=True)
    return ran.stdout.decode()


def test_a_document_that_takes_too_much_memory_is_refused() -> None:
    code = "child._LIMITS[resource.RLIMIT_AS] = 150_000_000\nchild.main()"
    photo = a_package(
        f"<w:p>{picture('i')}</w:p>",
        images={"i": "media/a.png"},
        files={"word/media/a.png": a_picture((6000, 6000))},
    )
    assert "too much memory" in child(code, photo)
    assert "too much memory" not in child("child.main()", photo)


def test_the_reading_process_bounds_itself_before_it_reads() -> None:
    code = "child.main()\nprint({limit: resource.getrlimit(limit) for limit in child._LIMITS})"
    printed = child(code, b"").partition("}{")[2]
    for limit, most in (
        (resource.RLIMIT_AS, 1_000_000_000),
        (resource.RLIMIT_CPU, 20),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        assert f"{limit}: ({most}, {most})" in printed


def test_broken_insides_are_refused_and_never_crash_the_reader() -> None:
    body = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr></w:tc></w:tr></w:tbl>'
    with pytest.raises(Invalid, match="could not be read"):
        read_word(a_package(body))


def test_the_reading_process_is_given_nothing_of_the_sites_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its settings hold keys and passwords; this one would end any Python that is given it."""
    (tmp_path / "sitecustomize.py").write_text("import os\nos._exit(3)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert words_below(read_word(a_package(paragraph("words"))), "Context") == ["words"]
