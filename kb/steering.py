"""What editors steer the search with: synonyms, short forms, pins, and what is off topic."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ContentMissing
from kb.findings import Finding
from kb.pins import Pin, read_pins, unknown_studies
from kb.synonyms import Problem, Synonyms, read_groups, read_short_forms, same_form

SYNONYMS = "synonyms.txt"
SHORT_FORMS = "synonyms_ambiguous.txt"
PINS = "pins.toml"
ELSEWHERE = "elsewhere.txt"
FILES = (SYNONYMS, SHORT_FORMS, PINS, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Steering:
    """The content of those files; a file that is not there says nothing.

    Attributes:
        elsewhere: everyday topics that the library does not answer. A query nearer to one of
            them than to any study is off topic.
        problems: what is wrong, by file name. A faulty line is left out, the others stand.
    """

    synonyms: Synonyms
    pins: tuple[Pin, ...]
    elsewhere: tuple[str, ...]
    problems: Mapping[str, tuple[Problem, ...]]
    sources: Mapping[str, bytes]

    @classmethod
    def load(cls, folder: Path) -> "Steering":
        """Read the files of a content folder, or of a snapshot.

        Raises:
            ContentMissing: a file is there and cannot be read.
        """
        sources = {name: _read(folder / name) for name in FILES}
        texts = {name: source.decode("utf-8-sig", "replace") for name, source in sources.items()}
        groups, of_groups = read_groups(texts[SYNONYMS])
        terms = {same_form(term) for group in groups for term in group}
        short_forms, of_short_forms = read_short_forms(texts[SHORT_FORMS], terms)
        pins, of_pins = read_pins(folder / PINS, sources[PINS])
        return cls(
            Synonyms(groups, short_forms),
            pins,
            tuple(_topics(texts[ELSEWHERE])),
            {
                SYNONYMS: tuple(of_groups),
                SHORT_FORMS: tuple(of_short_forms),
                PINS: tuple(of_pins),
            },
            sources,
        )

    @property
    def fingerprint(self) -> str:
        """Changes when any of the files does."""
        joined = b"\0".join(self.sources[name] for name in FILES)
        return hashlib.sha256(joined).hexdigest()

    @property
    def pinned(self) -> frozenset[str]:
        """The slugs and ids that pins name."""
        return frozenset(study for pin in self.pins for study in pin.studies)

    def save(self, folder: Path) -> None:
        """Write the files again as they were read, for `load`."""
        for name, source in self.sources.items():
            (folder / name).write_bytes(source)

    def findings(self, folder: str, known: Collection[str]) -> list[Finding]:
        """What is wrong with the files, as `kb check` tells it.

        Args:
            folder: the content folder as people are shown it.
            known: slugs and ids of all published studies, or of those that are `pinned`.
        """
        unknown = unknown_studies(self.sources[PINS], self.pins, set(known))
        problems = {**self.problems, PINS: (*self.problems[PINS], *unknown)}
        return [
            Finding(f"{folder}/{name}", line, message)
            for name, of_file in problems.items()
            for line, message in of_file
        ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ContentMissing(f"{path} cannot be read: {error.strerror}.") from error


def _topics(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
