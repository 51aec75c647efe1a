"""Uploaded pictures: judged by content, made anew, and nothing of the file survives."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from kb.errors import Invalid
from kb.markdown import media_path
from kb.pictures import MAX_HEIGHT, MAX_WIDTH, MOVES, read_picture
from tests.factories import only_fault, read, study_text
from tests.kb.pictures import a_picture, a_png_that_promises, opened, saved, with_text_chunk

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PHP = b"<?php system($_GET['c']); ?>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"not a picture", "is not a picture in PNG, JPEG or WebP"),
        (a_picture(kind="GIF"), "is a GIF"),
        (b"GIF89a/*" + b"*/=1;alert(1)", "is a GIF"),
        (a_picture(kind="TIFF"), "is a TIFF"),
        (a_picture(kind="BMP"), "is a BMP"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG drawing"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!-- a --><SVG/>', "SVG drawing"),
        ("<svg onload='alert(1)'/>".encode("utf-16"), "SVG drawing"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "web page or a program"),
        (b"  <script>alert(1)</script>", "web page or a program"),
        (PHP, "web page or a program"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04 word/document.xml", "document or an archive"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC photograph"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "is not a picture"),
        (a_picture()[:40], "is damaged"),
        (a_picture((300, 200), "JPEG")[:900], "is damaged"),
        (b"\x89PNG\r\n\x1a\n", "is damaged"),
        (b"\xff\xd8\xff\xe0", "is damaged"),
    ],
)
def test_what_is_no_sound_picture_is_refused_with_a_way_to_mend_it(
    data: bytes, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason) as caught:
        read_picture(data)
    assert "upload" in str(caught.value).lower() or "Choose" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        a_picture() + PHP,
        with_text_chunk(a_picture(), b"<script>alert(1)</script>"),
        a_picture(kind="JPEG", comment=b"<!DOCTYPE html><body onload=alert(1)>"),
        a_picture(kind="WEBP", xmp=b"<html><body>"),
    ],
)
def test_a_picture_that_is_a_page_or_a_program_too_is_refused(data: bytes) -> None:
    assert opened(data).size == (40, 30)
    with pytest.raises(Invalid, match="holds the text of a program"):
        read_picture(data)


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (80_000_001, 1)])
def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Invalid, match="over 80 million points"):
        read_picture(a_png_that_promises(*size))


def test_a_picture_of_over_ten_megabytes_is_refused() -> None:
    assert read_picture(a_picture() + bytes(9_000_000))
    with pytest.raises(Invalid, match=r"has 10\.0 MB; the most is 10 MB"):
        read_picture(a_picture() + bytes(10_000_000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "P", "1", "I;16"])
def test_every_kind_and_mode_becomes_webp_of_the_same_looks(kind: str, mode: str) -> None:
    if (kind, mode) not in {("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK")}:
        mode = "RGB"
    image = Image.new("L", (9, 7), 200).convert(mode)
    if mode == "I;16":
        image = Image.new("I;16", (9, 7), 200 * 256)
    picture = read_picture(saved(image, kind))
    made = opened(picture.data)
    assert (made.format, made.mode, made.size) == ("WEBP", "RGB", (9, 7))
    assert (picture.width, picture.height) == (9, 7)
    assert made.convert("L").resize((1, 1)).getpixel((0, 0)) == pytest.approx(200, abs=60)


@pytest.mark.parametrize("profile", [None, SRGB])
def test_nothing_that_a_photograph_says_beside_its_points_survives(profile: bytes | None) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Canonical Camera"
    exif.get_ifd(0x8825)[2] = (53.0, 48.0, 1.0)
    data = a_picture(
        kind="JPEG", exif=exif, icc_profile=profile, comment=b"Room 12", xmp=b"<x>Ms P</x>"
    )
    data += b"behind the end"
    assert opened(data).getexif()
    picture = read_picture(data)
    made = opened(picture.data)
    assert not made.getexif()
    assert {"exif", "icc_profile", "xmp"} & set(made.info) == set()
    for trace in (b"Canonical", b"EXIF", b"ICCP", b"XMP", b"Ms P", b"Room 12", b"behind the end"):
        assert trace not in picture.data


def test_what_lies_under_transparent_points_does_not_survive() -> None:
    hidden = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    hidden.paste((0, 0, 255, 255), (0, 0, 10, 10))
    made = opened(read_picture(saved(hidden, "PNG")).data)
    assert made.mode == "RGBA"
    assert made.getpixel((2, 2)) == (0, 0, 255, 255)
    assert made.getpixel((15, 5)) == (0, 0, 0, 0)


@pytest.mark.parametrize(("orientation", "size"), [(1, (40, 30)), (6, (30, 40)), (8, (30, 40))])
def test_a_photograph_stands_upright(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read_picture(a_picture(kind="JPEG", exif=exif))
    assert (picture.width, picture.height) == size == opened(picture.data).size


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((1600, 900), (1600, 900)),
        ((3200, 100), (1600, 50)),
        ((4000, 3000), (1600, 1200)),
        ((20_000, 3), (1600, 1)),
        ((300, 9600), (150, MAX_HEIGHT)),
        ((12, 9), (12, 9)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_made_smaller_and_never_larger(
    given: tuple[int, int], kept: tuple[int, int], kind: str
) -> None:
    picture = read_picture(a_picture(given, kind))
    assert (picture.width, picture.height) == kept == opened(picture.data).size
    assert picture.width <= MAX_WIDTH


def test_the_width_counts_once_the_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read_picture(a_picture((3000, 1500), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (1500, 3000)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_stands_still_and_says_so(kind: str) -> None:
    first, second = Image.new("RGB", (9, 9), "white"), Image.new("RGB", (9, 9), "black")
    moving = saved(first, kind, save_all=True, append_images=[second], duration=100)
    picture = read_picture(moving)
    assert picture.notes == (MOVES,)
    made = opened(picture.data)
    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("L").getpixel((4, 4)) == 255


def test_a_still_picture_has_nothing_to_say() -> None:
    assert read_picture(a_picture()).notes == ()


def test_a_drawing_stays_exact_and_a_photograph_small() -> None:
    drawing = Image.new("RGB", (400, 300), "white")
    drawing.paste((200, 30, 60), (50, 50, 90, 90))
    made = opened(read_picture(saved(drawing, "PNG")).data)
    assert made.tobytes() == drawing.tobytes()
    noise = Image.effect_noise((1600, 1200), 60).convert("RGB")
    assert len(read_picture(saved(noise, "PNG")).data) < 0.6 * len(saved(noise, "PNG"))


def test_colours_become_what_the_profile_means() -> None:
    # A profile in which red means green: the names of two entries of its table change places.
    swapped = SRGB.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    data = saved(Image.new("RGB", (9, 9), (250, 20, 20)), "PNG", icc_profile=swapped)
    assert opened(read_picture(data).data).getpixel((4, 4)) == pytest.approx((20, 250, 20), abs=12)


def test_a_damaged_profile_harms_nobody() -> None:
    data = a_picture(kind="JPEG", icc_profile=b"no profile at all" * 20)
    picture = read_picture(data)
    assert opened(picture.data).size == (40, 30)
    assert b"no profile at all" not in picture.data


def test_the_name_is_decided_by_the_content_and_fits_the_rules(content: Path) -> None:
    picture, again = read_picture(a_picture()), read_picture(a_picture())
    assert picture.name == again.name
    assert picture.name != read_picture(a_picture((41, 30))).name
    folder = content / "media" / "gate"
    folder.mkdir()
    (folder / picture.name).write_bytes(picture.data)
    target = f"../media/gate/{picture.name}"
    assert media_path(target) == f"gate/{picture.name}"
    body = f"## Context\n\n![A gate]({target})\n"
    assert read(content, study_text(body=body, status="draft")).findings == ()
    nameless = study_text(body=body.replace("A gate", ""), status="draft")
    assert "no description" in only_fault(read(content, nameless)).message


def test_a_lie_about_the_kind_changes_nothing() -> None:
    """Nobody asks for a name: the bytes decide."""
    assert opened(read_picture(a_picture(kind="JPEG")).data).format == "WEBP"


@pytest.mark.parametrize("module", ["kb.pictures", "kb.draft_media", "kb.rules", "kb.word"])
def test_importing_does_not_load_what_reads_pictures(module: str) -> None:
    code = f"import sys, {module}; print({{'PIL', 'mammoth'}} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
