"""What the home page offers to search for: needs in teachers' words, and each month's concerns."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.errors import VocabularyInvalid
from kb.vocabulary import load_toml

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class Concern:
    """What many schools think about at one time of the year; `months` count from 1."""

    label: str
    search: str
    months: frozenset[int]


@dataclass(frozen=True, slots=True)
class Prompts:
    """The content of `home.toml`, in the order of the file."""

    needs: tuple[str, ...]
    concerns: tuple[Concern, ...]
    source: bytes

    @property
    def fingerprint(self) -> str:
        """Changes when the file does."""
        return hashlib.sha256(self.source).hexdigest()

    def needs_on(self, day: date, limit: int) -> tuple[str, ...]:
        """The needs of a day: the next ones tomorrow, until each has had its turn."""
        count = len(self.needs)
        first = day.toordinal() * limit
        return tuple(self.needs[(first + n) % count] for n in range(min(limit, count)))

    def concerns_on(self, day: date) -> tuple[Concern, ...]:
        """The concerns of a day's month."""
        return tuple(concern for concern in self.concerns if day.month in concern.months)

    @classmethod
    def load(cls, path: Path) -> "Prompts":
        """Read `home.toml`; without the file, nothing is offered.

        Raises:
            VocabularyInvalid: not TOML, or something that is no need and no concern.
        """
        source = path.read_bytes() if path.exists() else b""
        given = load_toml(path, source)
        if unknown := sorted(given.keys() - {"needs", "concern"}):
            raise VocabularyInvalid(f"{path}: “{unknown[0]}” is neither needs nor [[concern]].")
        return cls(
            tuple(_need(path, need) for need in _list(path, given, "needs")),
            tuple(_concern(path, entry) for entry in _list(path, given, "concern")),
            source,
        )

    def save(self, path: Path) -> None:
        """Write the file again as it was read, for `load`."""
        path.write_bytes(self.source)


def _list(path: Path, given: dict[str, object], name: str) -> list[object]:
    found = given.get(name, [])
    if isinstance(found, list):
        return found
    form = "[[concern]] above each" if name == "concern" else 'needs = ["…", "…"]'
    raise VocabularyInvalid(f"{path}: {name} must be a list: {form}.")


def _need(path: Path, need: object) -> str:
    if isinstance(need, str) and need.strip():
        return need.strip()
    raise VocabularyInvalid(f"{path}: each of needs must be a text in quotation marks.")


def _concern(path: Path, entry: object) -> Concern:
    match entry:
        case {"label": str(label), "search": str(search), "months": list(months), **rest} if (
            label.strip() and search.strip() and months and not rest
        ):
            numbers = frozenset(_month(path, label, month) for month in months)
            return Concern(label.strip(), search.strip(), numbers)
    name = entry.get("label", "") if isinstance(entry, dict) else ""
    raise VocabularyInvalid(
        f"{path}: the concern “{name}” needs label, search and months, and nothing else."
    )


def _month(path: Path, label: str, month: object) -> int:
    name = str(month).strip().casefold()
    if name in MONTHS:
        return MONTHS.index(name) + 1
    raise VocabularyInvalid(f"{path}: “{month}” of the concern “{label}” is not a month's name.")
