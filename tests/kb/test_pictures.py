"""Pictures of a study: sound, described, and from the content folder alone."""

import struct
from collections.abc import Callable
from pathlib import Path
from zlib import compress, crc32

import pytest
from PIL import Image

from tests.factories import BODY, line_of, only_fault, read, study_text, write_picture


def with_picture(target: str, alt: str = "a gate") -> str:
    return study_text(body=f"{BODY}\nPicture: ![{alt}]({target})\n")


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.webp"])
def test_a_picture_with_a_description_is_fine(content: Path, name: str) -> None:
    write_picture(content, f"gate/{name}")
    assert read(content, with_picture(f"../media/gate/{name}")).findings == ()


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_needs_a_description(content: Path, alt: str) -> None:
    write_picture(content)
    text = with_picture("../media/gate/photo.png", alt)
    fault = only_fault(read(content, text))
    assert fault.message == "the image gate/photo.png has no description; write ![what it shows](…)"
    assert fault.line == line_of(text, "Picture:")


def test_a_missing_picture_says_where_to_put_it(content: Path) -> None:
    fault = only_fault(read(content, with_picture("../media/gate/photo.png")))
    assert "missing: put it at content/media/gate/photo.png" in fault.message


@pytest.mark.parametrize(
    "target",
    [
        "photo.png",
        "/etc/passwd",
        "https://example.org/photo.png",
        "//evil.example/photo.png",
        "data:image/png;base64,AAAA",
        "../../secret.png",
        "../media/gate/../../secret.png",
        "../media/gate/deeper/photo.png",
        "../media/./photo.png",
    ],
)
def test_a_picture_from_elsewhere_says_how_to_write_it(content: Path, target: str) -> None:
    fault = only_fault(read(content, with_picture(target)))
    assert "must be written as ../media/<study>/<picture>.png" in fault.message


def test_a_picture_that_leads_out_of_the_folder_is_refused(content: Path) -> None:
    outside = write_picture(content, "gate/photo.png").rename(content.parent / "secret.png")
    (content / "media" / "gate" / "link.png").symlink_to(outside)
    fault = only_fault(read(content, with_picture("../media/gate/link.png")))
    assert "leads out of the content folder" in fault.message
    write_picture(content, "../beside.png")
    fault = only_fault(read(content, with_picture("../media/../beside.png")))
    assert "must be written as" in fault.message


def a_text(file: Path) -> None:
    file.write_text("not a picture")


def an_empty_file(file: Path) -> None:
    file.touch()


def a_folder(file: Path) -> None:
    file.mkdir()


def a_drawing(file: Path) -> None:
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')


def a_gif(file: Path) -> None:
    Image.new("RGB", (4, 3)).save(file, format="GIF")


def half_a_png(file: Path) -> None:
    Image.new("RGB", (4, 3)).save(file)
    file.write_bytes(file.read_bytes()[:40])


def a_huge_png(file: Path) -> None:
    """A few bytes that promise 60,000 x 60,000 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "make", [a_text, an_empty_file, a_folder, a_drawing, a_gif, half_a_png, a_huge_png]
)
def test_what_is_not_a_sound_picture_is_refused(
    content: Path, make: Callable[[Path], None]
) -> None:
    (content / "media" / "gate").mkdir()
    make(content / "media" / "gate" / "photo.png")
    fault = only_fault(read(content, with_picture("../media/gate/photo.png")))
    assert "is not a PNG, JPEG or WebP picture, or is damaged; save it again" in fault.message


def test_half_a_photograph_is_refused(content: Path) -> None:
    photo = content / "media" / "gate" / "photo.jpg"
    photo.parent.mkdir()
    Image.effect_noise((200, 200), 90).save(photo)
    photo.write_bytes(photo.read_bytes()[:2000])
    fault = only_fault(read(content, with_picture("../media/gate/photo.jpg")))
    assert "is damaged" in fault.message


def test_a_picture_that_is_a_loop_of_links_is_refused(content: Path) -> None:
    (content / "media" / "gate").mkdir()
    loop = content / "media" / "gate" / "photo.png"
    loop.symlink_to(loop)
    assert only_fault(read(content, with_picture("../media/gate/photo.png")))
