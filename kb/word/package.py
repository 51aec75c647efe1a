"""Whether a file is a Word document, and whether it is safe to unpack: judged before unpacking."""

import io
import re
import zipfile

from kb.errors import Invalid

MAX_MEGABYTES = 20
MAX_FILES = 2000
MAX_UNPACKED_MEGABYTES = 100
# Word's own files stay below 2; minidom takes 40 times as much memory (2026-11-28).
MAX_XML_MEGABYTES = 10
# Repeated tables reach 60; a bomb is at 1,000.
MAX_RATIO = 200
_SMALL = 1_000_000
_SAVE = "Open it in Word, choose File > Save as > Word document (.docx), and upload that."
_OTHERS = (
    (rb"%PDF", f"This is a PDF. {_SAVE}"),
    (
        rb"\xd0\xcf\x11\xe0",
        "This is an old Word document (.doc), or one with a password. Open it in Word, take the "
        "password off, choose File > Save as > Word document (.docx), and upload that.",
    ),
    (rb"\{\\rtf", f"This is a rich text file (.rtf). {_SAVE}"),
    (rb"\s*<", f"This is a web page. {_SAVE}"),
)
_DAMAGED = f"The file is not a Word document, or is damaged. {_SAVE}"
_TOO_LARGE = (
    "The document unpacks to more than can be read. Take large pictures, tables and embedded "
    "files out, save it, and upload that."
)


def refuse_other_kinds(data: bytes) -> None:
    """Let through what may be a .docx by its first bytes and its size.

    Raises:
        Invalid: what it is instead, and how to mend it.
    """
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise Invalid(
            f"The document has {len(data) / 1_000_000:.1f} MB; the most is {MAX_MEGABYTES} MB. "
            "In Word, compress its pictures, save it, and upload that."
        )
    for pattern, message in _OTHERS:
        if re.match(pattern, data):
            raise Invalid(message)
    if not data.startswith(b"PK\x03\x04"):
        raise Invalid(_DAMAGED)


def open_package(data: bytes) -> zipfile.ZipFile:
    """The files of a .docx, none of them unpacked, once all promise to be small enough.

    zipfile unpacks no more of a file than its entry promises.

    Raises:
        Invalid: no Word document, one with macros, or one too large to unpack.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Invalid(_DAMAGED) from error
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MAX_FILES or sum(e.file_size for e in entries) > _bytes(MAX_UNPACKED_MEGABYTES):
        raise Invalid(_TOO_LARGE)
    if any(_is_bomb(entry) for entry in entries):
        raise Invalid(_TOO_LARGE)
    if len(set(names)) < len(names) or any(e.flag_bits & 1 for e in entries):
        raise Invalid(_DAMAGED)
    if any(e.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for e in entries):
        raise Invalid(_DAMAGED)
    _refuse_other_documents(package, names)
    return package


def is_xml(name: str) -> bool:
    """Whether a file of the package is read as XML."""
    return name.endswith((".xml", ".rels"))


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    if is_xml(entry.filename) and entry.file_size > _bytes(MAX_XML_MEGABYTES):
        return True
    return entry.file_size > _SMALL and entry.file_size > MAX_RATIO * entry.compress_size


def _bytes(megabytes: int) -> int:
    return megabytes * 1_000_000


def _refuse_other_documents(package: zipfile.ZipFile, names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") for name in lower) or _says(package, b"macroEnabled"):
        raise Invalid(
            "The document can carry macros, which are programs (.docm). Open it in Word, choose "
            "File > Save as > Word document (.docx), which leaves them out, and upload that."
        )
    if "mimetype" in names:
        raise Invalid(
            "This is an OpenDocument text (.odt) or a book. Open it in LibreOffice or Word, choose "
            "File > Save as > Word document (.docx), and upload that."
        )
    if any(name.startswith(("xl/", "ppt/")) for name in lower):
        raise Invalid(
            "This is a spreadsheet or slides, not a Word document. Copy what matters into one."
        )
    if "[Content_Types].xml" not in names:
        raise Invalid(_DAMAGED)


def _says(package: zipfile.ZipFile, word: bytes) -> bool:
    """Whether the list of kinds in the package holds a word."""
    try:
        return word.lower() in package.read("[Content_Types].xml").lower()
    except (KeyError, zipfile.BadZipFile, OSError, EOFError):
        return False
