"""Pictures that people upload: read by content, made anew, so that nothing of the file survives."""

import hashlib
import struct
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from kb.errors import Invalid
from kb.picture_kinds import FORMATS, MAX_PIXELS, refuse_what_is_no_picture

if TYPE_CHECKING:
    # Takes 50 ms to load: those who upload nothing do not wait for it.
    from PIL import Image

MAX_MEGABYTES = 10
MAX_WIDTH = 1600
# A strip of comics or a long screenshot. WebP itself ends at 16,383.
MAX_HEIGHT = 4800
SUFFIX = ".webp"
_QUALITY = 82
# Drawings and screenshots stay exact up to here; photographs saved as PNG would take megabytes.
_MAX_EXACT_BYTES = 400_000
# 80 million points take 320 MB while they are read: one at a time in each process.
_ONE_AT_A_TIME = threading.Lock()
# What Pillow was seen to raise on damaged files.
_DAMAGE = (OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, struct.error)
MOVES = "The picture moves; only its first image was kept."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: WebP, upright, in sRGB, without metadata.

    Attributes:
        data: the whole file.
        width: points, at most `MAX_WIDTH`.
        height: points, at most `MAX_HEIGHT`.
        notes: what the uploader should know about what was changed, in sentences.
    """

    data: bytes
    width: int
    height: int
    suffix: str = SUFFIX
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the data, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """The file's name, which its content alone decides."""
        return f"{self.sha256[:16]}{self.suffix}"


def read_picture(data: bytes) -> Picture:
    """Make a picture anew from an uploaded PNG, JPEG or WebP.

    What kind it is, its bytes decide, never a name. A transparent point loses its hidden colour.

    Raises:
        Invalid: too large, another kind of file, damaged, or holding program text.
    """
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise Invalid(
            f"The picture has {len(data) / 1_000_000:.1f} MB; the most is {MAX_MEGABYTES} MB. "
            f"Save it smaller: {MAX_WIDTH:,} points across are enough."
        )
    refuse_what_is_no_picture(data)
    with _ONE_AT_A_TIME:
        return _made_anew(data)


def _made_anew(data: bytes) -> Picture:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _too_many_points()
            is_photo = opened.format in {"JPEG", "MPO"}
            # MPO is a photograph with a preview or a depth map behind it.
            moves = not is_photo and getattr(opened, "n_frames", 1) > 1
            image = _plain(_sized(opened), opened.info.get("icc_profile"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_points() from error
    except MemoryError as error:
        raise Invalid("The picture takes too much memory to read. Save it smaller.") from error
    except _DAMAGE as error:
        raise _damaged() from error
    return Picture(_encoded(image, is_photo=is_photo), *image.size, notes=(MOVES,) if moves else ())


def _too_many_points() -> Invalid:
    return Invalid(
        f"The picture has over {MAX_PIXELS // 1_000_000} million points. "
        f"Save it smaller: {MAX_WIDTH:,} points across are enough."
    )


def _damaged() -> Invalid:
    return Invalid(
        "The picture is damaged. Open it in a picture program, save it again as PNG or JPEG, "
        "and upload that."
    )


def _sized(opened: "Image.Image") -> "Image.Image":
    """Upright and no larger than the limits, never enlarged."""
    from PIL import Image, ImageOps

    # A JPEG is decoded at a half, a quarter or an eighth where that is still large enough.
    opened.draft(None, (MAX_WIDTH * 2, MAX_WIDTH * 2))
    opened.load()
    image = _eight_bits(ImageOps.exif_transpose(opened))
    scale = min(1.0, MAX_WIDTH / image.width, MAX_HEIGHT / image.height)
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(image: "Image.Image", profile: bytes | None) -> "Image.Image":
    """The points as RGB or RGBA, in sRGB."""
    if profile:
        image = _in_srgb(image, profile)
    image = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _eight_bits(image: "Image.Image") -> "Image.Image":
    """Any mode as one that can be resized: 8 bits a channel, no palette, alpha in a channel."""
    if image.mode.startswith("I"):
        # convert() would take every grey above 255 for white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert({"P": "RGB", "1": "L"}.get(image.mode, image.mode))


def _in_srgb(image: "Image.Image", profile: bytes) -> "Image.Image":
    """Colours as the profile means them; a profile that does not fit is left aside."""
    from PIL import ImageCms

    mode = "RGBA" if image.mode in {"RGBA", "LA"} else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, given, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _encoded(image: "Image.Image", *, is_photo: bool) -> bytes:
    if not is_photo:
        exact = _webp(image, lossless=True, quality=50, method=2)
        if len(exact) <= _MAX_EXACT_BYTES:
            return exact
    return _webp(image, lossless=False, quality=_QUALITY, method=4)


def _webp(image: "Image.Image", *, lossless: bool, quality: int, method: int) -> bytes:
    file = BytesIO()
    # Pillow writes into a WebP only the metadata that it is given here: none.
    image.save(file, "WEBP", lossless=lossless, quality=quality, method=method)
    return file.getvalue()
