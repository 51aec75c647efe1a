"""Which kinds of picture there may be; what a file is by its bytes, and how to mend others."""

import re

from kb.errors import Invalid

# The only ones that Pillow may try.
FORMATS = ("PNG", "JPEG", "WEBP")
# What a picture's name may end in, and what it is sent as.
IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
# A camera's largest picture. More would take gigabytes to look at.
MAX_PIXELS = 80_000_000
WANTED = "PNG, JPEG or WebP"
# How far a drawing may have comments before it says what it is.
_HEAD = 4096
_PICTURE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP", re.DOTALL)
_SAVE_AS = "Open it in a picture program, save it as PNG or JPEG, and upload that."
# Each with what follows it, so that a large photograph holds none by chance.
_PROGRAM = re.compile(rb"<\?php\s|<script[\s>]|<html[\s>]|<!doctype\s+html", re.IGNORECASE)
_OTHERS = (
    (rb"GIF8[79]a", f"This is a GIF. {_SAVE_AS}"),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", f"This is a TIFF picture. {_SAVE_AS}"),
    (
        rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)",
        "This is a HEIC photograph, as iPhones make. Choose Settings > Camera > Formats > "
        "Most Compatible, or send the picture to yourself by email, which makes it a JPEG.",
    ),
    (rb"....ftypavi[fs]", f"This is an AVIF picture. {_SAVE_AS}"),
    (rb"BM", f"This is a BMP picture. {_SAVE_AS}"),
    (rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF", f"This is a Windows drawing. {_SAVE_AS}"),
    (rb"%PDF", "This is a PDF. Take a picture of the page (a screenshot) and upload that."),
    (
        rb"PK\x03\x04",
        "This is a document or an archive, not a picture. "
        "Save the picture alone as PNG or JPEG, and upload that.",
    ),
)


def refuse_what_is_no_picture(data: bytes) -> None:
    """Let through what begins like a PNG, JPEG or WebP and hides no web page.

    Raises:
        Invalid: what it is instead, and how to mend it.
    """
    if not data:
        raise Invalid("The picture is empty. Choose the file again.")
    if not _PICTURE.match(data):
        raise Invalid(_what_it_is(data))
    # Some programs take such a file for a page or a script, whatever it begins with.
    if _PROGRAM.search(data):
        raise Invalid(f"This picture holds the text of a program. {_SAVE_AS}")


def _what_it_is(data: bytes) -> str:
    for pattern, message in _OTHERS:
        if re.match(pattern, data, re.DOTALL):
            return message
    head = data[:_HEAD].replace(b"\x00", b"").lower()
    if b"<svg" in head or data.startswith(b"\x1f\x8b"):
        return f"This is an SVG drawing, which can carry programs. {_SAVE_AS}"
    if _PROGRAM.search(head) or head.lstrip().startswith(b"<"):
        return f"This is a web page or a program, not a picture. Upload {WANTED}."
    return f"This is not a picture in {WANTED}, or it is damaged. {_SAVE_AS}"
