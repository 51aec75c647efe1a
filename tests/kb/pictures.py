"""Builders of picture files: sound ones, and ones that somebody means harm with."""

import struct
from io import BytesIO
from typing import Any
from zlib import compress, crc32

from PIL import Image


def a_picture(
    size: tuple[int, int] = (40, 30), kind: str = "PNG", mode: str = "RGB", **saving: Any
) -> bytes:
    """A file of that kind, grey noise that is always the same for a size."""
    noise = Image.linear_gradient("L").resize(size).convert(mode)
    return saved(noise, kind, **saving)


def saved(image: Image.Image, kind: str, **saving: Any) -> bytes:
    """The bytes of an image as a file of that kind."""
    file = BytesIO()
    image.save(file, kind, **saving)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file's image, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def a_png_that_promises(width: int, height: int) -> bytes:
    """A few bytes that claim to hold so many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [_chunk(b"IHDR", head), _chunk(b"IDAT", compress(b"")), _chunk(b"IEND", b"")]
    )


def with_text_chunk(png: bytes, text: bytes) -> bytes:
    """A PNG with a comment before its end."""
    return png[:-12] + _chunk(b"tEXt", b"Comment\x00" + text) + png[-12:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))
