"""From files to catalogue: the one road that every change of a file takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from kb.content import Claim, ContentFolder, Reading, conflicts, stamp_of
from kb.domain import CaseStudy, CaseStudyId
from kb.findings import Finding, Severity
from kb.models import AliasRow, CatalogueRow, FileRow, RedirectRow, RevisionRow
from kb.progress import Progress, silent
from kb.schema import dump_front_matter

BY_FILE = "file"


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
class _File:
    """One file of the folder: freshly read, or known to be as it was."""

    path: Path
    claim: Claim
    digest: str
    findings: tuple[Finding, ...]
    reading: Reading | None


def sync(
    session: Session,
    folder: ContentFolder,
    now: datetime,
    *,
    from_scratch: bool = False,
    ahead: Mapping[str, Reading] | None = None,
    progress: Progress = silent,
) -> SyncReport:
    """Bring the catalogue into line with the files; a bad file stops only itself.

    Args:
        session: a session in a transaction; the caller commits.
        folder: where the files are.
        now: the time recorded with new revisions and redirects.
        from_scratch: forget the disposable rows first, and read every file again.
        ahead: what `read_ahead` has read.
        progress: told of each file read.

    Raises:
        ContentMissing: no folder, or no file in it. An empty folder is far more often a
            mistake than a wish to unpublish everything, so nothing is removed.
    """
    paths = folder.paths()
    owners = _owners(session)
    if from_scratch:
        for table in (AliasRow, CatalogueRow, FileRow):
            session.execute(delete(table))
    files = _read(session, folder, paths, ahead or {}, progress)
    return _Catalogue(session, folder, now, owners, files).take(restore=from_scratch)


def _owners(session: Session) -> dict[CaseStudyId, str]:
    """Where each study's newest version came from: its id belongs there."""
    newest = select(func.max(RevisionRow.id)).group_by(RevisionRow.case_study_id)
    rows = session.execute(
        select(RevisionRow.case_study_id, RevisionRow.path).where(RevisionRow.id.in_(newest))
    )
    return {CaseStudyId(row.case_study_id): row.path for row in rows}


def read_ahead(
    session: Session,
    folder: ContentFolder,
    *,
    from_scratch: bool = False,
    progress: Progress = silent,
) -> dict[str, Reading]:
    """Read what changed before `sync` needs it, so that no writer waits while files are read.

    Returns:
        Readings by path. A file that changes after this is read again by the next run.
    """
    paths = folder.paths()
    seen = {} if from_scratch else {row.path: row for row in session.scalars(select(FileRow))}
    readings = {}
    for number, path in enumerate(paths, 1):
        shown = folder.display(path)
        if not _is_known(seen.get(shown), path, folder):
            readings[shown] = folder.read(path)
        progress("Reading case studies", number, len(paths))
    return readings


def _read(
    session: Session,
    folder: ContentFolder,
    paths: Sequence[Path],
    ahead: Mapping[str, Reading],
    progress: Progress,
) -> list[_File]:
    """Read what changed since it was last seen, and remember it."""
    seen = {row.path: row for row in session.scalars(select(FileRow))}
    files = []
    for number, path in enumerate(paths, 1):
        shown = folder.display(path)
        row = seen.pop(shown, None)
        if row and shown not in ahead and _is_known(row, path, folder):
            claim = Claim(shown, path.stem, _id(row.claimed_id), tuple(row.aliases), is_sound=True)
            files.append(_File(path, claim, row.digest, (), None))
        else:
            reading = ahead.get(shown) or folder.read(path)
            files.append(_File(path, reading.claim, reading.digest, reading.findings, reading))
            session.merge(
                FileRow(
                    path=shown,
                    size=reading.stamp[0],
                    mtime_ns=reading.stamp[1],
                    checked_with=folder.rules,
                    digest=reading.digest,
                    claimed_id=reading.claimed_id,
                    aliases=list(reading.claim.aliases),
                    findings=[asdict(finding) for finding in reading.findings],
                )
            )
        progress("Reading case studies", number, len(paths))
    for gone in seen.values():
        session.delete(gone)
    return files


def _is_known(row: FileRow | None, path: Path, folder: ContentFolder) -> bool:
    """Whether a file is as it was when it was read, and had nothing wrong with it."""
    return (
        row is not None
        and not row.findings
        and stamp_of(path) == (row.size, row.mtime_ns)
        and row.checked_with == folder.rules
    )


def _id(raw: str | None) -> CaseStudyId | None:
    return CaseStudyId(raw) if raw else None


class _Catalogue:
    """The rows of live studies while one run changes them."""

    def __init__(
        self,
        session: Session,
        folder: ContentFolder,
        now: datetime,
        owners: Mapping[CaseStudyId, str],
        files: Sequence[_File],
    ) -> None:
        self._session = session
        self._folder = folder
        self._now = now
        self._owners = owners
        self._files = files
        self._paths = {file.claim.path for file in files}
        self._rows = {CaseStudyId(row.id): row for row in session.scalars(select(CatalogueRow))}
        self._added: list[str] = []
        self._changed: list[str] = []
        self._renamed: list[tuple[str, str]] = []
        self._removed: list[str] = []
        self._kept: list[str] = []

    def take(self, *, restore: bool) -> SyncReport:
        """Accept sound files, keep the last good version of others, drop what is gone."""
        refused = conflicts([file.claim for file in self._files], self._owners)
        sound: list[_File] = []
        broken: list[_File] = []
        for file in self._files:
            fault = any(f.severity is Severity.FAULT for f in file.findings)
            (broken if fault or file.claim.path in refused else sound).append(file)
        self._drop_missing(sound, broken)
        for file in broken:
            self._keep(file, restore=restore)
        refused |= self._still_taken(sound)
        free = [file for file in sound if file.claim.path not in refused]
        self._free_slugs(free)
        for file in free:
            self._accept(file)
        self._session.flush()
        self._replace_aliases()
        return self._report(refused)

    def _still_taken(self, sound: Sequence[_File]) -> dict[str, list[Finding]]:
        """Faults of files whose name is still the address of a study that is kept alive."""
        ids = {file.claim.id for file in sound}
        kept = {row.slug: row for case_id, row in self._rows.items() if case_id not in ids}
        found = {}
        for file in sound:
            if row := kept.get(file.claim.slug):
                message = (
                    f"/practice/{row.slug} is still the address of the study of {row.path}, "
                    "whose file has a fault now; mend that one first"
                )
                found[file.claim.path] = [Finding(file.claim.path, 1, message)]
        return found

    def _report(self, refused: Mapping[str, list[Finding]]) -> SyncReport:
        findings = [f for file in self._files for f in file.findings]
        findings += [f for group in refused.values() for f in group]
        return SyncReport(
            added=tuple(self._added),
            changed=tuple(self._changed),
            renamed=tuple(self._renamed),
            removed=tuple(self._removed),
            kept=tuple(self._kept),
            total=len(self._rows),
            findings=tuple(sorted(findings)),
        )

    def _drop_missing(self, sound: Sequence[_File], broken: Sequence[_File]) -> None:
        ids = {file.claim.id for file in (*sound, *broken)}
        paths = {file.claim.path for file in broken}
        for case_id, row in list(self._rows.items()):
            if case_id not in ids and row.path not in paths:
                self._session.delete(self._rows.pop(case_id))
                self._removed.append(row.slug)
        self._session.flush()

    def _free_slugs(self, sound: Sequence[_File]) -> None:
        """Free every old name before a new one is taken: two files may have swapped theirs."""
        for file in sound:
            row = self._rows.get(file.claim.id) if file.claim.id else None
            if row and row.slug != file.claim.slug:
                self._session.merge(
                    RedirectRow(slug=row.slug, case_study_id=row.id, recorded_at=self._now)
                )
                self._renamed.append((row.slug, file.claim.slug))
                row.slug = f"{row.id}~"
        self._session.flush()

    def _accept(self, file: _File) -> None:
        case_id = file.claim.id
        row = self._rows.get(case_id) if case_id else None
        if row and (row.digest, row.slug, row.path) == (
            file.digest,
            file.claim.slug,
            file.claim.path,
        ):
            return
        reading = file.reading or self._folder.read(file.path)
        if reading.study is None:
            # It changed under our hands; the next run sees it as it then is.
            return
        self._store(reading, reading.study)
        if row is None:
            self._added.append(reading.slug)
        elif reading.slug not in {new for _, new in self._renamed}:
            self._changed.append(reading.slug)

    def _keep(self, file: _File, *, restore: bool) -> None:
        """Leave the last good version of a file that is not sound now; find it if need be."""
        claim = file.claim
        live = next((row for row in self._rows.values() if row.path == claim.path), None)
        if live is None and claim.id and self._has_moved(claim.id):
            live = self._rows.get(claim.id)
        if live is None and restore:
            live = self._restore(claim)
        if live:
            self._kept.append(live.slug)

    def _has_moved(self, case_id: CaseStudyId) -> bool:
        """Whether the file that an id belongs to is gone: a broken one may be it, renamed."""
        return self._owners.get(case_id) not in self._paths

    def _restore(self, claim: Claim) -> CatalogueRow | None:
        """The last good version of a file that is broken now, from its revisions."""
        same = RevisionRow.path == claim.path
        if claim.id and self._has_moved(claim.id):
            same = or_(same, RevisionRow.case_study_id == claim.id)
        revision = self._session.scalars(
            select(RevisionRow).where(same).order_by(RevisionRow.id.desc()).limit(1)
        ).first()
        if revision is None or CaseStudyId(revision.case_study_id) in self._rows:
            return None
        study = self._folder.recover(revision.slug, revision.source)
        if study is None:
            return None
        return self._store(
            Reading(revision.path, study.slug, "", revision.source, study, ()), study
        )

    def _store(self, reading: Reading, study: CaseStudy) -> CatalogueRow:
        revision = self._revision(reading, study)
        row = self._session.merge(
            CatalogueRow(
                id=study.id,
                slug=study.slug,
                path=reading.path,
                digest=reading.digest,
                revision_id=revision.id,
                status=study.meta.status.value,
                meta=dump_front_matter(study.meta),
                body_md=study.body_md,
            )
        )
        # The name lives again: nothing may lead away from it.
        self._session.execute(delete(RedirectRow).where(RedirectRow.slug == study.slug))
        self._session.flush()
        self._rows[study.id] = row
        return row

    def _revision(self, reading: Reading, study: CaseStudy) -> RevisionRow:
        last = self._session.scalars(
            select(RevisionRow)
            .where(RevisionRow.case_study_id == study.id)
            .order_by(RevisionRow.number.desc())
            .limit(1)
        ).first()
        if last and (last.source, last.path) == (reading.source, reading.path):
            return last
        revision = RevisionRow(
            case_study_id=study.id,
            number=last.number + 1 if last else 1,
            path=reading.path,
            slug=study.slug,
            source=reading.source,
            origin=BY_FILE,
            recorded_at=self._now,
        )
        self._session.add(revision)
        self._session.flush()
        return revision

    def _replace_aliases(self) -> None:
        self._session.execute(delete(AliasRow))
        taken = {row.slug for row in self._rows.values()}
        for row in self._rows.values():
            for alias in row.meta.get("aliases", ()):
                if alias not in taken:
                    taken.add(alias)
                    self._session.add(AliasRow(slug=alias, case_study_id=row.id))
        self._session.flush()
