"""Builders of test data: content folders, study files and pictures that are sound by default."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from PIL import Image

from kb.content import ContentFolder, Reading
from kb.database import Database
from kb.domain import CaseStudyId
from kb.findings import Finding
from kb.library import Library
from kb.sync import SyncReport, sync
from kb.vocabulary import Vocabularies

SHIPPED = Path(__file__).resolve().parent.parent / "content"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

BODY = """\
## Context

We are a two-form primary school by the sea.

## Challenge

Mondays were loud, and some children were late.

## What we did

A teaching assistant met six children at the gate each morning.

## Impact

Late marks fell from 41 to 12 in a term. Other things changed too.

## What we learned

When the adult was ill nobody stood at the gate, so we now name a second one.
"""


def an_id(name: str) -> CaseStudyId:
    """An id that is always the same for a name and, but for bad luck, no other's."""
    return CaseStudyId(f"ID{crc32(name.encode()):010d}")


def study_text(*, body: str = BODY, **front_matter: object) -> str:
    """A valid file's text, one key a line; a key given as None is left out."""
    given: dict[str, object] = {
        "id": an_id("a study"),
        "title": "Meeting children at the gate",
        "summary": "An adult at the gate each morning made Mondays calmer.",
        "answers": ["How do we get children in on time?"],
        "values": ["equity"],
        "phases": ["primary"],
        "settings": ["mainstream"],
        "region": "north-east",
        "evidence": {"strength": "before-after"},
        "first_published": date(2025, 9, 1),
        "review_by": date(2027, 9, 1),
        "status": "published",
    } | front_matter
    lines = [f"{key}: {_yaml(value)}" for key, value in given.items() if value is not None]
    return "\n".join(["---", *lines, "---", "", body])


def study_text_without(*keys: str, **front_matter: Any) -> str:
    """A valid file's text but for some keys, which it lacks."""
    return study_text(**front_matter | dict.fromkeys(keys))


def write_study(root: Path, slug: str, *, body: str = BODY, **front_matter: object) -> Path:
    """Write a valid study into a content folder; its id comes from its slug unless given."""
    path = root / "case-studies" / f"{slug}.md"
    given = {"id": an_id(slug), "title": slug.replace("-", " ").capitalize()} | front_matter
    path.write_text(study_text(body=body, **given), encoding="utf-8")
    return path


def content_folder(tmp_path: Path) -> Path:
    """A content folder with the real vocabularies and, as yet, no study."""
    root = tmp_path / "content"
    shutil.copytree(SHIPPED / "vocabulary", root / "vocabulary")
    (root / "case-studies").mkdir()
    (root / "media").mkdir()
    return root


def open_folder(root: Path) -> ContentFolder:
    """The folder as the product opens it, vocabularies read afresh."""
    return ContentFolder(root, Vocabularies.load(root / "vocabulary"))


def write_picture(root: Path, path: str = "gate/photo.png") -> Path:
    """A small, sound picture below media/, of the kind that its name says."""
    file = root / "media" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 3), "navy").save(file)
    return file


def line_of(text: str, start: str) -> int:
    """The number, from 1, of the first line that begins so."""
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def read(root: Path, raw: str | bytes, slug: str = "a-study") -> Reading:
    """What the product makes of these bytes as a study's file."""
    path = root / "case-studies" / f"{slug}.md"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return open_folder(root).read(path)


def only_fault(reading: Reading) -> Finding:
    """The one thing wrong with a file; fails if it is sound, or wrong in more ways."""
    assert reading.study is None
    assert len(reading.findings) == 1, [str(finding) for finding in reading.findings]
    return reading.findings[0]


@dataclass(frozen=True, slots=True)
class Installation:
    """A content folder and a database side by side, as one installation has them."""

    root: Path
    database: Database

    def sync(self, now: datetime = NOW, *, from_scratch: bool = False) -> SyncReport:
        """Files into catalogue, committed, with the vocabularies as they are now."""
        with self.database.begin() as session:
            return sync(session, open_folder(self.root), now, from_scratch=from_scratch)

    def live(self) -> dict[str, str]:
        """The title of every published study, by its slug."""
        with self.database.begin() as session:
            found = Library(session).published()
        return {each.study.slug: each.study.meta.title for each in found}

    def moved_to(self, slug: str) -> str:
        """Where an old address leads; raises CaseStudyNotFound."""
        with self.database.begin() as session:
            return Library(session).moved_to(slug)


def a_database_file(tmp_path: Path) -> Path:
    """A SQLite file brought up to date and closed, to be copied."""
    database = Database(f"sqlite:///{tmp_path}/kb.sqlite")
    database.migrate(tmp_path)
    database.close()
    return tmp_path / "kb.sqlite"


def an_installation(tmp_path: Path, migrated: Path | None = None) -> Installation:
    """An empty content folder, and a database brought up to date beside it.

    Args:
        tmp_path: an empty folder.
        migrated: a file of `a_database_file` to copy, because migrating takes its time.
    """
    file = tmp_path / "kb.sqlite"
    if migrated:
        shutil.copyfile(migrated, file)
    else:
        a_database_file(tmp_path)
    return Installation(content_folder(tmp_path), Database(f"sqlite:///{file}"))


def _yaml(value: Any) -> str:
    # JSON is YAML, and quotes whatever needs it; a date stays bare, as people write it.
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
