"""From files to catalogue: the one road that every change of a file takes."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import String, and_, cast, delete, insert, select
from sqlalchemy.orm import Session

from kb.catalogue import Changes, File, decide, edits_alone
from kb.claims import Claim
from kb.content import ContentFolder, Reading, Stamp
from kb.database import AT_ONCE, in_parts
from kb.domain import CaseStudyId
from kb.findings import Finding, Severity
from kb.models import AliasRow, CatalogueRow, FileRow
from kb.progress import Progress, silent
from kb.rows import write


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run changed, and everything that was found wrong with the files.

    `kept` names the studies whose file is not sound now and whose last good version stays live.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    total: int
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that keep a file out."""
        return tuple(f for f in self.findings if f.severity is Severity.FAULT)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The files as `read_ahead` found them.

    Attributes:
        names: of every file, in order.
        readings: of those that are not as they were in the last run, or had something wrong with
            them then; by name.
        gone: as they were shown, the files that were there in the last run and are no more.
    """

    names: tuple[str, ...]
    readings: Mapping[str, Reading]
    gone: tuple[str, ...]


def sync(
    session: Session,
    folder: ContentFolder,
    now: datetime,
    *,
    from_scratch: bool = False,
    ahead: Ahead | None = None,
    progress: Progress = silent,
) -> SyncReport:
    """Bring the catalogue into line with the files; a bad file stops only itself.

    Args:
        session: a session in a transaction; the caller commits.
        folder: where the files are.
        now: the time recorded with new revisions and redirects.
        from_scratch: forget the disposable rows first, and read every file again.
        ahead: what `read_ahead` has found; without it the files are read now.
        progress: told of each file read.

    Raises:
        ContentMissing: no folder, or no file in it. An empty folder is far more often a
            mistake than a wish to unpublish everything, so nothing is removed.
    """
    ahead = ahead or read_ahead(session, folder, from_scratch=from_scratch, progress=progress)
    if from_scratch:
        for table in (AliasRow, CatalogueRow, FileRow):
            session.execute(delete(table))
    readings = tuple(ahead.readings.values())
    changes = None
    if not from_scratch and not ahead.gone:
        changes = edits_alone(session, readings)
    if changes is None:
        files = _files(session, folder, ahead)
        changes = decide(session, folder, files, restore=from_scratch)
    return _write(session, folder, changes, readings, ahead.gone, now)


def sync_edits(
    session: Session, folder: ContentFolder, now: datetime, paths: Collection[Path]
) -> SyncReport | None:
    """Bring the catalogue into line with some files that were saved, no other having changed.

    Returns:
        What `sync` would; None, and nothing is written, where more was done to them than to edit
        their texts, so that `sync` must look at all files.
    """
    readings = [folder.read(path) for path in sorted(paths)]
    changes = edits_alone(session, readings)
    return _write(session, folder, changes, readings, (), now) if changes else None


def _write(
    session: Session,
    folder: ContentFolder,
    changes: Changes,
    readings: Sequence[Reading],
    gone: Collection[str],
    now: datetime,
) -> SyncReport:
    _remember(session, folder, readings, gone)
    write(session, changes, now)
    findings = [f for reading in readings for f in reading.findings]
    return SyncReport(
        added=changes.added,
        changed=changes.changed,
        renamed=changes.renamed,
        removed=changes.removed,
        kept=changes.kept,
        total=changes.total,
        findings=tuple(sorted((*findings, *changes.refusals))),
    )


def read_ahead(
    session: Session,
    folder: ContentFolder,
    *,
    from_scratch: bool = False,
    progress: Progress = silent,
) -> Ahead:
    """Read what changed before `sync` needs it, so that no writer waits while files are read.

    A file that changes after this is read again by the next run.

    Args:
        session: where the files of the last run are remembered.
        folder: where the files are.
        from_scratch: read every file, changed or not.
        progress: told of each file read.

    Raises:
        ContentMissing: no folder, or no file in it.
    """
    listing = folder.listing()
    seen = {} if from_scratch else _seen(session, folder)
    changed = [name for name, stamp in listing.items() if seen.pop(folder.shown(name), 0) != stamp]
    readings = {}
    for number, name in enumerate(changed, 1):
        readings[name] = folder.read(folder.path(name))
        progress("Reading case studies", number, len(changed))
    return Ahead(tuple(listing), readings, tuple(seen))


def _seen(session: Session, folder: ContentFolder) -> dict[str, Stamp | None]:
    """The stamp of every file of the last run by its path; None if something was wrong, or rules
    changed."""
    is_sound = and_(cast(FileRow.findings, String) == "[]", FileRow.checked_with == folder.rules)
    rows = session.execute(
        select(FileRow.path, FileRow.size, FileRow.mtime_ns, is_sound),
        execution_options={"yield_per": AT_ONCE},
    )
    return {path: (size, mtime) if sound else None for path, size, mtime, sound in rows}


def _files(session: Session, folder: ContentFolder, ahead: Ahead) -> list[File]:
    """Every file; those that were not read now are as the last run remembers them."""
    rows = session.execute(
        # Aliases as text: hardly a file has any.
        select(FileRow.path, FileRow.digest, FileRow.claimed_id, cast(FileRow.aliases, String)),
        execution_options={"yield_per": AT_ONCE},
    )
    known = {}
    for path, digest, claimed_id, aliases in rows:
        slug = path.rpartition("/")[2].removesuffix(".md")
        wanted = () if aliases == "[]" else tuple(json.loads(aliases))
        case_id = CaseStudyId(claimed_id) if claimed_id else None
        known[path] = File(Claim(path, slug, case_id, wanted, is_sound=True), digest, None)
    return [
        File(reading.claim, reading.digest, reading)
        if (reading := ahead.readings.get(name))
        else known[folder.shown(name)]
        for name in ahead.names
    ]


def _remember(
    session: Session, folder: ContentFolder, readings: Sequence[Reading], gone: Collection[str]
) -> None:
    rows = {
        reading.path: {
            "path": reading.path,
            "size": reading.stamp[0],
            "mtime_ns": reading.stamp[1],
            "checked_with": folder.rules,
            "digest": reading.digest,
            "claimed_id": reading.claimed_id,
            "aliases": list(reading.claim.aliases),
            "findings": [asdict(finding) for finding in reading.findings],
        }
        for reading in readings
    }
    for paths in in_parts((*gone, *rows)):
        session.execute(delete(FileRow).where(FileRow.path.in_(paths)))
    if rows:
        session.execute(insert(FileRow), list(rows.values()))
