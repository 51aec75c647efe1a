"""A look through a document's XML before it is taken apart: what is dangerous, what gets lost."""

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from kb.errors import Invalid
from kb.word.package import is_xml

# Word itself stays below 60; whoever reads it calls itself for each level.
MAX_DEPTH = 100
# Programs in the browser call it document2.xml.
_TEXT = re.compile(r"word/document\d*\.xml")
# A case study has some 10,000. A megabyte of XML, 300,000, takes mammoth 6 s (2026-11-28).
MAX_CHARACTERS = 100_000
_MAX_PARAGRAPHS = 10_000
_HEAD_OR_FOOT = re.compile(r"word/(?:header|footer)\d*\.xml")
# What is lost wherever it stands: how it is named, one and many, and what to do.
_LOST = (
    ("commentReference", "comment", "comments", "Copy what matters into the text."),
    ("object", "embedded file", "embedded files", "Add it to Resources, if it can be shared."),
    ("chart", "chart", "charts", "Take a picture of each, and add that."),
    ("relIds", "SmartArt drawing", "SmartArt drawings", "Take a picture of each, and add that."),
    ("oMath", "equation", "equations", "Write them in words."),
    ("altChunk", "inserted document", "inserted documents", "Copy its text."),
    ("control", "form control", "form controls", "Write in words what it is for."),
)
# <w:strike w:val="0"/> says that words are not struck through.
_OFF = {"0", "false", "off"}
_CUT = "Cut it to what a colleague needs, and upload it again."
# What mammoth opens by a relationship, and reads as XML whatever its name.
_PARTS = {"officeDocument", "comments", "endnotes", "footnotes", "numbering", "styles"}
_TRACKED = {"ins", "del", "moveFrom", "moveTo"}


@dataclass(slots=True)
class Survey:
    """Counts of elements by local name, over all parts or those of the text alone."""

    found: Counter[str] = field(default_factory=Counter)
    has_head_or_foot: bool = False

    def left_out(self) -> list[str]:
        """What does not come over, in sentences."""
        said = [
            f"{self.found[name]} {one if self.found[name] == 1 else many} left out. {advice}"
            for name, one, many, advice in _LOST
            if self.found[name]
        ]
        if any(self.found[name] for name in _TRACKED):
            said.append(
                "Tracked changes: what was inserted came over, what was deleted did not. "
                "Check that the text says what was agreed."
            )
        if boxes := self.found["txbxContent"]:
            what = "1 text box" if boxes == 1 else f"{boxes} text boxes"
            said.append(f"{what}: the words came over as paragraphs; check where they stand.")
        if shapes := max(0, self.found["wsp"] - self.found["txbxContent"]):
            what = "1 drawn shape" if shapes == 1 else f"{shapes} drawn shapes"
            said.append(f"{what} left out. Take a picture of the whole drawing, and add that.")
        if self.found["strike"] + self.found["dstrike"]:
            said.append("Words that were struck through came over as ordinary words.")
        if self.found["vanish"]:
            said.append("Words that were hidden came over as ordinary words; look for them.")
        if self.has_head_or_foot:
            said.append("The header and footer of the pages left out.")
        return said


def look_through(package: zipfile.ZipFile) -> Survey:
    """Read all XML once, without building anything of it.

    Raises:
        Invalid: it declares entities, nests too deeply, is a book, or is broken.
    """
    survey = Survey()
    for name in package.namelist():
        if is_xml(name):
            watcher = _watched(package, name)
            if _HEAD_OR_FOOT.fullmatch(name):
                survey.has_head_or_foot |= watcher.characters > 0
            elif _TEXT.fullmatch(name):
                survey.found += watcher.found
                refuse_a_book(watcher.characters)
                if watcher.found["p"] > _MAX_PARAGRAPHS:
                    raise Invalid(f"The document has over {_MAX_PARAGRAPHS:,} paragraphs. {_CUT}")
    return survey


def refuse_a_book(characters: int) -> None:
    """Raises Invalid for a text that is far longer than a case study."""
    if characters > MAX_CHARACTERS:
        raise Invalid(
            f"The document has {characters:,} characters; the most is {MAX_CHARACTERS:,}. {_CUT}"
        )


def _watched(package: zipfile.ZipFile, name: str) -> "_Watcher":
    watcher = _Watcher()
    try:
        with package.open(name) as file:
            watcher.parser.ParseFile(file)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise _damaged() from error
    return watcher


def _damaged() -> Invalid:
    return Invalid(
        "The document is damaged. Open it in Word, save it under a new name, and upload that."
    )


class _Watcher:
    """Counts what begins, and stops at what no program that writes documents makes."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.characters = 0
        self._path: list[str] = []
        self._inside_choice = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise Invalid(
            "The document declares entities, which Word never does. Open it in Word, save it "
            "under a new name as .docx, and upload that."
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._path.append(local)
        if len(self._path) > MAX_DEPTH:
            raise Invalid(
                "The document nests tables or boxes too deeply. Flatten them, and upload it again."
            )
        if local == "Relationship":
            _refuse_odd_parts(attributes)
        self._inside_choice += local == "Choice"
        # The same text box stands in Choice for new programs and in Fallback for old ones.
        twice = self._inside_choice and local == "txbxContent"
        if not twice and not _OFF & set(attributes.values()):
            self.found[local] += 1

    def _end(self, _: str) -> None:
        self._inside_choice -= self._path.pop() == "Choice"

    def _text(self, text: str) -> None:
        if self._path[-1] == "t":
            self.characters += len(text.strip())


def _refuse_odd_parts(attributes: dict[str, str]) -> None:
    """Let through a relationship that leads to what is looked through, or is not read as XML."""
    kind = attributes.get("Type", "").rpartition("/")[2]
    target = attributes.get("Target", "").lstrip("/")
    is_odd = kind in _PARTS and not is_xml(target)
    if is_odd or (kind == "officeDocument" and not _TEXT.fullmatch(target)):
        raise _damaged()
