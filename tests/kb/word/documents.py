"""Builders of Word documents: real ones by python-docx, hostile ones zipped by hand."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import docx

from kb.markdown import Rendered, render
from kb.word import Imported

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": _RELATED,
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)


def a_document(write: Callable[[Any], object]) -> bytes:
    """A .docx as Word makes it, filled by a function that is given python-docx's document."""
    document = docx.Document()
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def zipped(files: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    """A zip of these files, in this order."""
    file = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", method) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return file.getvalue()


def a_package(
    body: str = "",
    *,
    kind: str = _MAIN,
    links: Mapping[str, str] | None = None,
    images: Mapping[str, str] | None = None,
    prolog: str = "",
    main: str = "word/document.xml",
    files: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A .docx written by hand.

    Args:
        body: the XML within `w:body`.
        kind: the content type of the main part.
        links: addresses outside, by the id of their relationship.
        images: parts or, with a scheme, addresses of pictures, by the id of their relationship.
        main: the part that is said to hold the text.
        prolog: what stands before the document's first element.
        files: further files.
    """
    related = [
        f'<Relationship Id="{key}" Type="{_RELATED}/{what}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if what == "hyperlink" or ":" in target else "/>")
        for what, targets in (("hyperlink", links or {}), ("image", images or {}))
        for key, target in targets.items()
    ]
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": _relationships(
            f'<Relationship Id="r" Type="{_RELATED}/officeDocument" Target="{main}"/>'
        ),
        "word/document.xml": f"{prolog}<w:document {_NAMESPACES}><w:body>{body}</w:body>"
        "</w:document>",
        "word/_rels/document.xml.rels": _relationships("".join(related)),
    }
    return zipped(parts | dict(files or {}))


def _relationships(inside: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inside}</Relationships>"
    )


def paragraph(text: str = "", inside: str = "") -> str:
    """A paragraph of one run, and whatever else it is to hold."""
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r>{inside}</w:p>"


def picture(relationship: str, alt: str = "a gate", how: str = "embed") -> str:
    """A run with a picture in line."""
    described = escape(alt, {'"': "&quot;", "\n": "&#10;"})
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{described}"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:{how}="{relationship}"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def shown(imported: Imported) -> Rendered:
    """The text as the site shows it."""
    return render(imported.body_md)


def words_below(imported: Imported, name: str) -> list[str]:
    """The plain text of each block below a heading."""
    (section,) = [s for s in shown(imported).sections if s.heading == name]
    return [block.text for block in section.blocks]
