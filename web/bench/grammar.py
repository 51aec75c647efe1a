"""What made-up studies are made of: sentences of the content folder, with gaps to fill."""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.passages import ANSWER, SUMMARY, cut
from kb.content import ContentFolder
from kb.domain import SECTION_HEADINGS, CaseStudy, FrontMatter, Status
from kb.errors import CollectionInvalid
from kb.vocabulary import Vocabularies

RESOURCES = "Resources"
# Told in other words by each study; a word in a gap becomes another of its kind.
_KINDS = (
    (
        "teaching assistant",
        "class teacher",
        "form tutor",
        "learning mentor",
        "family worker",
        "deputy head",
        "headteacher",
        "head of year",
        "lunchtime supervisor",
        "speech and language therapist",
        "SENCO",
    ),
    ("maths", "science", "history", "geography", "music", "reading", "writing", "computing"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    (
        *("January", "February", "March", "April", "June", "July", "September", "October"),
        *("November", "December"),
    ),
    ("autumn term", "spring term", "summer term", "half-term"),
    ("corridor", "library", "hall", "playground", "dining room", "small room", "office"),
    ("parents", "carers", "families", "grandparents"),
    ("pupils", "children", "learners", "students"),
)
_KIND_OF = {word: kind for kind in _KINDS for word in kind}
_WORDS = "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))
_GAP = re.compile(
    rf"\bYear \d{{1,2}}\b|\b(?:{_WORDS})\b|(?<![\d/.,:£-])\b\d{{1,3}}\b(?![\d/:,.]\d)"
)
# What Markdown would take for more than text.
_MARKED = re.compile(r"[*_\[\]<>#`|\\~^]|^[\d+=-]")
_CLAUSE = re.compile(r",\s")
# Of sentences: a beginning goes on as another one does.
_CROSSED = 0.4


class Sentence:
    """A text with gaps: year groups, roles, subjects, days, places, numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_whole = is_whole(text)
        self._literals = _GAP.split(text)
        self._gaps = _GAP.findall(text)

    def filled(self, chance: random.Random) -> str:
        """The text with each gap filled anew."""
        made = [self._literals[0]]
        for gap, literal in zip(self._gaps, self._literals[1:], strict=True):
            made += (_fill(gap, chance), literal)
        return "".join(made)


def is_whole(text: str) -> bool:
    """Whether a text ends as a sentence does; what does not was an item of a list."""
    return text.rstrip("\"'”’)")[-1:] in {".", "!", "?"}


def _fill(gap: str, chance: random.Random) -> str:
    if gap.isdecimal():
        number = int(gap)
        return str(chance.randint(max(1, number // 2), number + number // 2 + 1))
    kind = _KIND_OF.get(gap)
    return chance.choice(kind) if kind else f"Year {chance.randint(1, 13)}"


@dataclass(frozen=True, slots=True)
class Source:
    """A study of the content folder, taken apart.

    Attributes:
        sections: its sentences by heading; `words`, how many words stand under each.
    """

    meta: FrontMatter
    title: Sentence
    sections: Mapping[str, Sequence[Sentence]]
    words: Mapping[str, int]


class Grammar:
    """Sources, and which of them are about the same things."""

    def __init__(self, sources: Sequence[Source], vocabularies: Vocabularies) -> None:
        self.sources = tuple(sources)
        self.vocabularies = vocabularies
        about: dict[str, list[Source]] = {}
        for source in sources:
            for key in (*source.meta.themes, *source.meta.needs):
                about.setdefault(key, []).append(source)
        self._about = about
        told = "\n".join(s.text for source in sources for s in _all_of(source))
        self.fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]

    @classmethod
    def load(cls, content: Path) -> "Grammar":
        """Take the published studies of a content folder apart.

        Raises:
            ContentMissing, VocabularyInvalid: the folder cannot be used.
            CollectionInvalid: it holds too few sound studies.
        """
        vocabularies = Vocabularies.load(content / "vocabulary")
        folder = ContentFolder(content, vocabularies)
        studies = [folder.read(path).study for path in folder.paths()]
        sources = [
            source
            for study in studies
            if study and study.meta.status is Status.PUBLISHED and (source := _apart(study))
        ]
        if len(sources) < 2:
            raise CollectionInvalid(
                f"{content} holds {len(sources)} published studies with text under every heading; "
                "kb bench makes its corpus from the sentences of two or more. "
                "Point KB_CONTENT at the content that comes with the program."
            )
        return cls(sources, vocabularies)

    def akin(self, source: Source, chance: random.Random) -> Source:
        """Another source on one of the same themes or needs, or any, where there is none."""
        keys = (*source.meta.themes, *source.meta.needs)
        among = self._about[chance.choice(keys)] if keys else self.sources
        return chance.choice(among)

    def sentence(self, among: Sequence[Sentence], chance: random.Random) -> str:
        """One of some sentences, or the beginning of one with the end of another."""
        first = chance.choice(among)
        told = first.filled(chance)
        if first.is_whole and chance.random() < _CROSSED:
            other = chance.choice(among)
            begun = _CLAUSE.split(told, maxsplit=1)
            ended = _CLAUSE.split(other.filled(chance), maxsplit=1)
            if len(begun) == len(ended) == 2 and other.is_whole:
                return f"{begun[0]}, {ended[1]}"
        return told


def _all_of(source: Source) -> list[Sentence]:
    return [source.title, *(s for told in source.sections.values() for s in told)]


def _apart(study: CaseStudy) -> Source | None:
    """A study's plain sentences by heading; None if a heading is left without any."""
    sections: dict[str, list[Sentence]] = {}
    words: dict[str, int] = {}
    for passage in cut(study):
        words[passage.heading] = words.get(passage.heading, 0) + len(passage.text.split())
        told = [passage.text[start:end] for start, end in passage.sentences]
        sections.setdefault(passage.heading, []).extend(
            Sentence(text) for text in told if not _MARKED.search(text)
        )
    if not all(sections.get(heading) for heading in (SUMMARY, *SECTION_HEADINGS)):
        return None
    for heading in (ANSWER, RESOURCES):
        sections.setdefault(heading, [])
    return Source(study.meta, Sentence(study.meta.title), sections, words)
