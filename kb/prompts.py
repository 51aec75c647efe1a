"""What the home page offers to search for: example needs in turn, and what each month brings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.errors import VocabularyInvalid
from kb.vocabulary import load_toml


@dataclass(frozen=True, slots=True)
class Concern:
    """What is on schools' minds in some months, and what to search for then."""

    label: str
    search: str
    months: frozenset[int]


class Prompts:
    """The texts of `home.toml`, in its order."""

    def __init__(
        self, examples: tuple[str, ...], concerns: tuple[Concern, ...], source: bytes
    ) -> None:
        self.examples = examples
        self.concerns = concerns
        self._source = source
        self.fingerprint = hashlib.sha256(source).hexdigest()

    def examples_on(self, day: date, count: int) -> tuple[str, ...]:
        """So many of the examples; the next day shows the next ones."""
        if not self.examples:
            return ()
        first = day.toordinal() * count
        places = range(first, first + min(count, len(self.examples)))
        return tuple(self.examples[place % len(self.examples)] for place in places)

    def concerns_of(self, month: int) -> tuple[Concern, ...]:
        """The concerns of a month, 1 to 12."""
        return tuple(concern for concern in self.concerns if month in concern.months)

    @classmethod
    def load(cls, path: Path) -> "Prompts":
        """Read `home.toml`; without the file, nothing is offered.

        Raises:
            VocabularyInvalid: not TOML, or an example or a concern that cannot be used.
        """
        source = path.read_bytes() if path.exists() else b""
        content = load_toml(path, source)
        if unknown := sorted(set(content) - {"examples", "concern"}):
            raise VocabularyInvalid(f"{path}: “{unknown[0]}” is unknown: examples and concern are.")
        examples = content.get("examples", [])
        if not isinstance(examples, list) or not all(map(_is_text, examples)):
            raise VocabularyInvalid(f"{path}: examples must be a list of texts.")
        concerns = content.get("concern", [])
        if not isinstance(concerns, list):
            raise VocabularyInvalid(f"{path}: each concern begins with a line: [[concern]]")
        return cls(tuple(examples), tuple(_concern(path, each) for each in concerns), source)

    def save(self, path: Path) -> None:
        """Write the file again as it was read, for `load`."""
        path.write_bytes(self._source)


def _concern(path: Path, entry: Mapping[str, object]) -> Concern:
    match entry:
        case {"label": str(label), "search": str(search), "months": list(months)} if (
            len(entry) == 3 and label.strip() and search.strip() and all(map(_is_month, months))
        ):
            return Concern(label, search, frozenset(months))
    raise VocabularyInvalid(
        f"{path}: a concern needs a label, a search and a list of months from 1 to 12: {entry}"
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_month(value: object) -> bool:
    return type(value) is int and 1 <= value <= 12
