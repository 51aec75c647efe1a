"""The content folder: the one place that reads case-study files, and says what is wrong."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kb import rules
from kb.claims import Claim, conflicts
from kb.digest.holidays import HOLIDAYS, SchoolHolidays
from kb.domain import CaseStudy, CaseStudyId, Status, read_id
from kb.errors import ContentMissing
from kb.findings import Finding, Severity
from kb.frontmatter import FrontMatterBroken, ParsedFrontMatter, parse
from kb.paths import stays_inside
from kb.picture_kinds import IMAGE_TYPES
from kb.schema import FrontMatterInvalid, read_front_matter
from kb.steering import FILES, Steering
from kb.vocabulary import Vocabularies

# A file's size in bytes and time of change in ns; zeros where there is no file.
Stamp = tuple[int, int]

# Where the case studies of a content folder lie.
STUDIES = "case-studies"
# A long study is 10 kB; above this a file is something else saved under the wrong name.
MAX_BYTES = 512 * 1024
# Part of every digest, so that new rules read every file again.
RULES_VERSION = "2"
_SUFFIXES = {".md", ".toml", ".txt", *IMAGE_TYPES}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds now: a study if it is sound, and what was found.

    `digest` covers the bytes, the vocabularies and the rules: while it stands, so does the rest.
    `stamp` is the file's, taken before it was read.
    """

    path: str
    slug: str
    digest: str
    source: str
    study: CaseStudy | None
    findings: tuple[Finding, ...]
    claimed_id: CaseStudyId | None = None
    stamp: Stamp = (0, 0)

    @property
    def claim(self) -> Claim:
        """What this file wants to be the only one to have."""
        aliases = self.study.meta.aliases if self.study else ()
        return Claim(self.path, self.slug, self.claimed_id, aliases, self.study is not None)

    def refused(self, finding: Finding) -> "Reading":
        """The same reading with one more fault, and so without a study."""
        return replace(self, study=None, findings=(*self.findings, finding))


class ContentFolder:
    """Reads `case-studies/*.md` below a root folder; writes nothing."""

    def __init__(self, root: Path, vocabularies: Vocabularies) -> None:
        self.root = root
        self.vocabularies = vocabularies
        self.rules = f"{RULES_VERSION}:{vocabularies.fingerprint}"
        self._studies = root / STUDIES
        self._shown = self.display(self._studies)

    def listing(self) -> dict[str, Stamp]:
        """The stamp of every Markdown file, by its name below case-studies/, in order of name.

        Raises:
            ContentMissing: the folder is not there, or holds no study.
        """
        if not self._studies.is_dir():
            raise ContentMissing(
                f"There is no folder {self._studies}. Make it, or set KB_CONTENT to a folder "
                "that has one."
            )
        found = {
            name: stamp_of(entry)
            for name, entry in _files(str(self._studies))
            # A name that is nothing but .md is a hidden file without a suffix.
            if name[-3:].casefold() == ".md" and len(entry.name) > 3
        }
        if not found:
            raise ContentMissing(
                f"{self._studies} holds no case study yet. Write one with: kb new “A title”"
            )
        return found

    def paths(self) -> list[Path]:
        """Every file of `listing`; raises ContentMissing as it does."""
        return [self.path(name) for name in self.listing()]

    def path(self, name: str) -> Path:
        """Where a file of `listing` is."""
        return self._studies / name

    def shown(self, name: str) -> str:
        """A file of `listing` as people are shown it, as `display` does."""
        return f"{self._shown}/{_printable(name)}"

    def digest(self, raw: bytes) -> str:
        """Hash of everything that decides how a file with these bytes is read."""
        return hashlib.sha256(self.rules.encode() + b"\0" + raw).hexdigest()

    def read_bytes(self, path: Path) -> bytes:
        """A file's bytes; raises `Unreadable` for what must not or cannot be read."""
        if not stays_inside(path, self.root):
            raise Unreadable(
                "is a link that leads out of the content folder; put the file itself here"
            )
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("is not a file")
            if status.st_size > MAX_BYTES:
                raise Unreadable(
                    f"is larger than {MAX_BYTES // 1024} kB; a study is text, pictures go to media/"
                )
            return path.read_bytes()
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from error

    def text(self, path: Path) -> str:
        """A file's text, line ends plain; raises `Unreadable` as `read_bytes` does."""
        return _decode(self.read_bytes(path))

    def read(self, path: Path) -> Reading:
        """Read and check one file; every fault is in the reading, none is raised."""
        shown, stamp = self.display(path), stamp_of(path)
        blank = Reading(shown, path.stem, "", "", None, (), stamp=stamp)
        try:
            raw = self.read_bytes(path)
        except Unreadable as error:
            return blank.refused(Finding(blank.path, 1, str(error)))
        reading = replace(blank, digest=self.digest(raw))
        if problem := _name_problem(path, self._studies):
            reading = reading.refused(Finding(reading.path, 1, problem))
        try:
            text = _decode(raw)
        except Unreadable as error:
            return reading.refused(Finding(reading.path, error.line, str(error)))
        return self.read_text(replace(reading, source=text))

    def read_text(self, reading: Reading, picture: rules.FindPicture | None = None) -> Reading:
        """Check the text of `reading.source`, keeping what was found before.

        Args:
            reading: what is known of the file so far.
            picture: where its pictures lie, if that is not the folder's own media/.
        """
        picture = picture or rules.pictures_in(self.root / "media")
        findings = list(reading.findings)
        try:
            parsed = parse(reading.source)
        except FrontMatterBroken as error:
            return reading.refused(Finding(reading.path, error.line, str(error)))
        study, found = self._study(reading, parsed, picture)
        findings += found
        sound = study if all(f.severity is Severity.WARNING for f in findings) else None
        claimed = parsed.data.get("id")
        return replace(
            reading,
            study=sound,
            findings=tuple(sorted(findings)),
            claimed_id=read_id(claimed),
        )

    def recover(self, slug: str, source: str) -> CaseStudy | None:
        """A study from an earlier version of its file, even if today's rules would refuse it."""
        try:
            parsed = parse(source)
            return CaseStudy(slug, read_front_matter(parsed.data), parsed.body_md)
        except (FrontMatterBroken, FrontMatterInvalid):
            return None

    def readings(self) -> list[Reading]:
        """Every file, read; raises ContentMissing as `listing` does."""
        return [self.read(path) for path in self.paths()]

    def check(
        self, paths: Sequence[Path] = (), readings: Sequence[Reading] | None = None
    ) -> list[Finding]:
        """Everything wrong with the files, or with those of `paths` among them, in order.

        Synonyms, pins, school holidays and the other data are among the files. All are read
        either way: an id can be wrong only beside another file.

        Args:
            paths: the files to tell of, if not all.
            readings: what `readings` gave, if that was asked before.

        Raises:
            ContentMissing: no content folder, or a path that is not a file of it.
        """
        readings = self.readings() if readings is None else readings
        found = [f for r in readings for f in r.findings]
        for findings in conflicts([r.claim for r in readings]).values():
            found += findings
        studies = [reading.study for reading in readings if reading.study]
        published = [study for study in studies if study.meta.status is Status.PUBLISHED]
        known = {name for study in published for name in (study.slug, study.id)}
        found += Steering.load(self.root).findings(self.display(self.root), known)
        holidays = SchoolHolidays.load(self.root / HOLIDAYS, self.vocabularies["region"])
        found += holidays.findings(self.display(self.root))
        if paths:
            wanted = self.displayed(paths)
            data = {self.display(self.root / name) for name in (*FILES, HOLIDAYS)}
            if unknown := sorted(wanted - data - {r.path for r in readings}):
                raise ContentMissing(
                    f"{unknown[0]} is neither a case study of {self._studies} nor "
                    f"one of {', '.join((*FILES, HOLIDAYS))}."
                )
            found = [f for f in found if f.path in wanted]
        return sorted(found)

    def displayed(self, paths: Iterable[Path]) -> set[str]:
        """Paths as somebody typed them, as `display` shows them."""
        return {self.display(Path(os.path.abspath(path))) for path in paths}  # noqa: PTH100

    def display(self, path: Path) -> str:
        """The path as people are shown it: from the content folder on, newlines made visible."""
        try:
            shown = path.relative_to(self.root.parent)
        except ValueError:
            shown = path
        return _printable(os.fsdecode(shown))

    def _study(
        self, reading: Reading, parsed: ParsedFrontMatter, picture: rules.FindPicture
    ) -> tuple[CaseStudy | None, list[Finding]]:
        def finding(line: int, message: str, severity: Severity) -> Finding:
            return Finding(reading.path, line, message, severity)

        try:
            meta = read_front_matter(parsed.data)
        except FrontMatterInvalid as error:
            return None, [
                finding(parsed.line_of(path), message, Severity.FAULT)
                for path, message in error.problems
            ]
        study = CaseStudy(reading.slug, meta, parsed.body_md)
        found = [
            finding(parsed.line_of(problem.path), problem.message, Severity.FAULT)
            for problem in rules.check_meta(study, self.vocabularies)
        ]
        found += [
            finding(
                parsed.body_line + problem.line - 1,
                problem.message,
                Severity.WARNING if problem.harmless else Severity.FAULT,
            )
            for problem in rules.check_body(study, picture)
        ]
        return study, found


def is_content(path: str) -> bool:
    """Whether a file of a content folder changes what is found, by its name; pictures too."""
    return os.path.splitext(path)[1].casefold() in _SUFFIXES  # noqa: PTH122


def stamps(root: Path) -> dict[str, Stamp]:
    """The stamp of every file of a content folder that `is_content`, by its name from there on."""
    return {name: stamp_of(entry) for name, entry in _files(str(root)) if is_content(name)}


def _files(folder: str, above: str = "") -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """What lies in a folder and those below it, by its name from there on, in order of name."""
    try:
        with os.scandir(folder) as found:
            entries = {entry.name: entry for entry in found}
    except OSError:
        # Gone since it was listed, or not ours to read.
        return
    for name in sorted(entries):
        yield above + name, entries[name]
        if entries[name].is_dir(follow_symlinks=False):
            yield from _files(entries[name].path, f"{above}{name}/")


def stamp_of(path: "Path | os.DirEntry[str]") -> Stamp:
    """A file's stamp."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


class Unreadable(Exception):
    """A file that cannot be taken as text; the message follows its name."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def _printable(text: str) -> str:
    """A text on one line, whatever is in it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("is saved as UTF-16; save it again as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable("is not UTF-8 text; save it again as UTF-8", line) from error
    if "\0" in text:
        raise Unreadable("holds binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _name_problem(path: Path, folder: Path) -> str | None:
    if path.parent != folder:
        return "lies in a folder of its own; move it to case-studies/ itself"
    if not rules.SLUG.fullmatch(path.stem) or path.suffix != ".md":
        return (
            "the file name becomes the address: use only a-z, 0-9 and single hyphens, "
            "at most 100 of them, such as quiet-start-to-the-day.md"
        )
    return None
