"""School holidays by region: data that an organisation edits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from kb.domain import TermKey
from kb.errors import ContentMissing, VocabularyInvalid
from kb.findings import Finding
from kb.synonyms import Problem
from kb.vocabulary import Vocabulary, load_toml

HOLIDAYS = "school-holidays.toml"
DEFAULT = "default"
# The longest holiday of an English school is some six weeks; more is a slip in a year.
MOST_DAYS = 100
MONDAY, SUNDAY = 0, 6


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """Days without school, the first and the last included."""

    first: date
    last: date
    name: str


class SchoolHolidays:
    """The holidays of each region, in order of time; where the file says nothing there are none."""

    def __init__(
        self,
        by_region: Mapping[str, Sequence[Holiday]] | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        self._by_region = {key: tuple(sorted(days)) for key, days in (by_region or {}).items()}
        self.problems = tuple(problems)

    @classmethod
    def load(cls, path: Path, regions: Vocabulary) -> "SchoolHolidays":
        """Read `school-holidays.toml`; a faulty entry is left out, and is one of `problems`.

        Raises:
            ContentMissing: the file is there and cannot be read.
        """
        try:
            source = path.read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise ContentMissing(f"{path} cannot be read: {error.strerror}.") from error
        said, problems = _read(path, source, regions)
        lines = {term.key: (*regions.ancestry(term.key), DEFAULT) for term in regions}
        return cls(
            {key: _nearest(said, line) for key, line in lines.items()}
            | {DEFAULT: said.get(DEFAULT, ())},
            problems,
        )

    def of(self, region: TermKey | None) -> tuple[Holiday, ...]:
        """A region's own list, or of what it is a part of, or everybody's."""
        everybodys = self._by_region.get(DEFAULT, ())
        return self._by_region.get(region, everybodys) if region else everybodys

    @property
    def known_until(self) -> date | None:
        """The last day of the last holiday that everybody has; None if there is none."""
        return max((each.last for each in self.of(None)), default=None)

    def findings(self, folder: str) -> list[Finding]:
        """What is wrong with the file, as `kb check` tells it."""
        return [Finding(f"{folder}/{HOLIDAYS}", line, said) for line, said in self.problems]


def _nearest(said: Mapping[str, Sequence[Holiday]], line: Iterable[str]) -> Sequence[Holiday]:
    return next((said[key] for key in line if key in said), ())


def _read(
    path: Path, source: bytes, regions: Vocabulary
) -> tuple[dict[str, list[Holiday]], list[Problem]]:
    try:
        data = load_toml(path, source)
    except VocabularyInvalid as error:
        return {}, [(1, f"is not TOML, and no holiday is known: {error}")]
    by_region: dict[str, list[Holiday]] = {}
    problems: list[Problem] = []
    for key, entries in data.items():
        lines = _lines_of(key, source)
        if key != DEFAULT and key not in regions:
            known = f"write [[{DEFAULT}]] or a key of vocabulary/region.toml"
            problems.append((next(lines, 1), f"“{key}” is no region; {known}"))
            continue
        found = []
        for entry in entries if isinstance(entries, list) else [entries]:
            line, holiday = next(lines, 1), _holiday(entry)
            if isinstance(holiday, Holiday):
                found.append(holiday)
            else:
                problems.append((line, holiday))
        found.sort()
        problems += _overlaps(key, found, source)
        by_region[key] = found
    return by_region, sorted(problems)


def _holiday(entry: object) -> Holiday | str:
    """The holiday that an entry is, or what is wrong with it."""
    match entry:
        case {"name": str(name), "from": date() as first, "to": date() as last, **more}:
            is_sound = not more and name.strip() and not _has_hour(first, last)
        case _:
            is_sound = False
    if not is_sound:
        return 'a holiday needs name = "…", from = 2026-10-26 and to = 2026-10-30, no more'
    if first > last:
        return f"“{name}” ends on {last}, before it begins on {first}"
    if (last - first).days >= MOST_DAYS:
        return f"“{name}” lasts from {first} to {last}, over {MOST_DAYS} days; mend a year"
    # Schools give Monday to Friday; the weekend before is free as well.
    before = {MONDAY: 2, SUNDAY: 1}.get(first.weekday(), 0)
    return Holiday(first - timedelta(days=before), last, name.strip())


def _has_hour(*days: date) -> bool:
    return any(isinstance(day, datetime) for day in days)


def _overlaps(key: str, found: Sequence[Holiday], source: bytes) -> list[Problem]:
    line = next(_lines_of(key, source), 1)
    return [
        (line, f"“{one.name}” and “{other.name}” of {key} overlap from {other.first}")
        for one, other in pairwise(found)
        if other.first <= one.last
    ]


def _lines_of(key: str, source: bytes) -> Iterator[int]:
    """The lines on which tables of a key begin; TOML readers keep no lines."""
    for number, line in enumerate(source.decode("utf-8-sig", "replace").splitlines(), 1):
        if line.replace(" ", "").replace('"', "").startswith((f"[[{key}]]", f"[{key}]")):
            yield number
