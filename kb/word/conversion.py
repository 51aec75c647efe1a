"""A .docx as title, Markdown and pictures; runs in the reading process alone."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree import ElementTree

import mammoth

from kb.draft_media import MAX_PICTURES
from kb.errors import Invalid
from kb.markdown import render
from kb.pictures import MAX_MEGABYTES, Picture, read_picture
from kb.word.blocks import Writer
from kb.word.escaping import plain
from kb.word.package import open_package
from kb.word.reading import FOLDER, Imported
from kb.word.sections import arranged
from kb.word.survey import look_through, refuse_a_book
from kb.word.tree import MAX_CELLS, NOTES

_LONGEST_TITLE = 160
_LONGEST_ALT = 300
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='TOC Heading'] => !
p[style-name^='toc '] => !
"""
# Word's guess at what a photograph shows, which helps nobody.
_GUESS = re.compile(r"description automatically generated|AI-generated content", re.IGNORECASE)


def convert(data: bytes) -> Imported:
    """Take a document apart; raises Invalid."""
    package = open_package(data)
    survey = look_through(package)
    pictures = _Pictures()
    writer = Writer()
    title, body_md = arranged(writer.blocks(_tree(data, pictures)))
    # Markdown's own signs count too: it is what every page that shows it renders.
    refuse_a_book(len(body_md))
    left_out = (*survey.left_out(), *pictures.left_out(), *_left_out(writer.lost))
    if not any(s.blocks for s in render(body_md).sections) and not pictures.kept:
        raise Invalid(
            " ".join(["The document holds no text. Check that it is the right file.", *left_out])
        )
    if title and len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1]}…"
    return Imported(title, body_md, tuple(pictures.kept.values()), left_out)


def _tree(data: bytes, pictures: "_Pictures") -> ElementTree.Element:
    """mammoth's HTML, which is well formed, as a tree."""
    result = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        # What a document brings could map its text to any element.
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(pictures.take),
        id_prefix=NOTES,
    )
    return ElementTree.fromstring(f"<div>{result.value}</div>")  # noqa: S314 (made by mammoth)


@dataclass(slots=True)
class _Pictures:
    """The pictures of one document: made anew, each once, or left out with the reason."""

    kept: dict[str, Picture] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    nameless: int = 0

    def take(self, image: Any) -> dict[str, str]:
        """The attributes of one picture; none of where it lies if it is left out."""
        try:
            picture = self._read(image)
        except Invalid as error:
            self.refused[str(error)] += 1
            return {}
        self.notes.update(picture.notes)
        self.kept[picture.name] = picture
        alt = plain(image.alt_text or "").strip()[:_LONGEST_ALT]
        if not alt or _GUESS.search(alt):
            self.nameless += 1
            alt = ""
        return {"src": f"../media/{FOLDER}/{picture.name}", "alt": alt}

    def _read(self, image: Any) -> Picture:
        try:
            with image.open() as file:
                data = _read_bounded(file)
        # A link to elsewhere, which is never followed, or a part that is not there.
        except (ValueError, KeyError, OSError, zipfile.BadZipFile, EOFError) as error:
            raise Invalid("It is not in the document itself. Insert it there.") from error
        picture = read_picture(data)
        if picture.name not in self.kept and len(self.kept) >= MAX_PICTURES:
            raise Invalid(f"A draft has at most {MAX_PICTURES} pictures.")
        return picture

    def left_out(self) -> list[str]:
        """What did not come over, and what is to be done."""
        said = [
            f"{_counted(count, 'picture')} left out. {reason}"
            for reason, count in self.refused.items()
        ]
        said += [f"{_counted(count, 'picture')}: {note}" for note, count in self.notes.items()]
        if self.nameless:
            said.append(
                f"{_counted(self.nameless, 'picture')} without a description. Write for each what "
                "it shows, for those who cannot see it."
            )
        return said


def _read_bounded(file: BinaryIO) -> bytes:
    # One byte more than may be, so that read_picture() says what is too much.
    return file.read(MAX_MEGABYTES * 1_000_000 + 1)


def _left_out(lost: Counter[str]) -> list[str]:
    said = []
    if links := lost["link"]:
        said.append(
            f"{_counted(links, 'link')} that lead neither to the web nor to an email address: the "
            "words came over without the link."
        )
    if tables := lost["table"]:
        said.append(
            f"{_counted(tables, 'table')} of over {MAX_CELLS:,} cells left out. Keep the rows that "
            "matter."
        )
    return said


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
