"""Which files the catalogue takes, keeps or drops: the rules of one run of sync."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kb.claims import Claim, conflicts
from kb.content import ContentFolder, Reading
from kb.database import AT_ONCE
from kb.domain import CaseStudyId
from kb.findings import Finding
from kb.models import CatalogueRow, FileRow, RevisionRow

# A save that changes more files than these is looked at as a whole.
_MOST_EDITS = 50


class File(NamedTuple):
    """One file of the folder: freshly read, or known to be as it was and sound."""

    claim: Claim
    digest: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run does to the catalogue.

    Attributes:
        added: slugs of new studies.
        changed: slugs of studies whose text or path is another now.
        renamed: old slug and new slug.
        removed: slugs of studies whose file is gone.
        kept: slugs of studies whose file is not sound now.
        refusals: faults of files that claim what is another's.
        dropped: the rows of removed studies.
        stored: readings that are to be live now, each with its study; by its id.
        redirects: old slugs, each with the study that it leads to.
        aliases: what every live study wants to be found by too; None where its file is not
            sound, and its last good version says it. None for all, if none changed.
        slugs: every live study's, where aliases are given.
        total: how many live studies there are.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    refusals: tuple[Finding, ...]
    dropped: tuple[CaseStudyId, ...]
    stored: Mapping[CaseStudyId, Reading]
    redirects: Mapping[str, CaseStudyId]
    aliases: Mapping[CaseStudyId, Sequence[str] | None] | None
    slugs: frozenset[str]
    total: int


def decide(
    session: Session, folder: ContentFolder, files: Sequence[File], *, restore: bool
) -> Changes:
    """Accept sound files, keep the last good version of others, drop what is gone.

    Args:
        session: where the catalogue is; nothing is written.
        folder: where the files are.
        files: all of them, in order of name.
        restore: whether the catalogue was emptied, so that last good versions are history.
    """
    return _Run(session, folder, files).decide(restore=restore)


def edits_alone(session: Session, readings: Sequence[Reading]) -> Changes | None:
    """What a run does where some texts were edited, and nothing else happened.

    Every file of the last run is live, and each that was read now claims what it claimed then, so
    that no file need be compared with all others: at 10,000 studies that takes most of a run.

    Args:
        session: where the catalogue and the files of the last run are; nothing is written.
        readings: of the files that changed; none is gone.

    Returns:
        The changes; None where there is more to it.
    """
    if len(readings) > _MOST_EDITS or any(reading.study is None for reading in readings):
        return None
    # As it was in the last run, and not an earlier version of a file that is refused now.
    is_live = and_(
        CatalogueRow.id == FileRow.claimed_id,
        CatalogueRow.path == FileRow.path,
        CatalogueRow.digest == FileRow.digest,
    )
    files = select(func.count()).select_from(FileRow)
    total = session.scalar(files) or 0
    if session.scalar(files.join(CatalogueRow, is_live)) != total:
        return None
    rows = session.execute(
        select(FileRow.path, CatalogueRow.slug, CatalogueRow.id, FileRow.aliases, FileRow.digest)
        .join(CatalogueRow, is_live)
        .where(FileRow.path.in_([reading.path for reading in readings]))
    )
    before = {
        Claim(path, slug, CaseStudyId(case_id), tuple(aliases), is_sound=True): digest
        for path, slug, case_id, aliases, digest in rows
    }
    if any(reading.claim not in before for reading in readings):
        return None
    edited = [reading for reading in readings if before[reading.claim] != reading.digest]
    return Changes(
        added=(),
        changed=tuple(reading.slug for reading in edited),
        renamed=(),
        removed=(),
        kept=(),
        refusals=(),
        dropped=(),
        stored={reading.study.id: reading for reading in edited if reading.study},
        redirects={},
        aliases=None,
        slugs=frozenset(),
        total=total,
    )


class _Live(NamedTuple):
    """What a run needs of a row of the catalogue."""

    slug: str
    path: str
    digest: str


class _Run:
    """The catalogue while one run goes through the files."""

    def __init__(self, session: Session, folder: ContentFolder, files: Sequence[File]) -> None:
        self._session = session
        self._folder = folder
        self._files = files
        self._live = {
            CaseStudyId(case_id): _Live(slug, path, digest)
            for case_id, slug, path, digest in session.execute(
                select(CatalogueRow.id, CatalogueRow.slug, CatalogueRow.path, CatalogueRow.digest),
                execution_options={"yield_per": AT_ONCE},
            )
        }
        self._stored: dict[CaseStudyId, Reading] = {}
        self._added: list[str] = []
        self._changed: list[str] = []
        self._renamed: list[tuple[str, str]] = []
        self._redirects: dict[str, CaseStudyId] = {}
        self._kept: list[str] = []

    def decide(self, *, restore: bool) -> Changes:
        refused = conflicts([file.claim for file in self._files], self._owner)
        sound: list[tuple[CaseStudyId, File]] = []
        broken: list[Claim] = []
        for file in self._files:
            taken = None if file.claim.path in refused else self._sound(file)
            if taken and (case_id := taken.claim.id):
                sound.append((case_id, taken))
            else:
                broken.append(file.claim)
        dropped = self._drop_missing(broken)
        self._keep(broken, restore=restore)
        refused |= self._still_taken(sound)
        free = [(case_id, file) for case_id, file in sound if file.claim.path not in refused]
        for case_id, file in free:
            self._accept(case_id, file)
        aliases: dict[CaseStudyId, Sequence[str] | None] = dict.fromkeys(self._live)
        aliases |= {case_id: file.claim.aliases for case_id, file in free}
        return Changes(
            added=tuple(self._added),
            changed=tuple(self._changed),
            renamed=tuple(self._renamed),
            removed=tuple(row.slug for row in dropped.values()),
            kept=tuple(self._kept),
            refusals=tuple(finding for group in refused.values() for finding in group),
            dropped=tuple(dropped),
            stored=self._stored,
            redirects=self._redirects,
            aliases=aliases,
            slugs=frozenset(row.slug for row in self._live.values()),
            total=len(self._live),
        )

    def _owner(self, case_id: CaseStudyId) -> str | None:
        """Where a study's newest version came from: its id belongs there."""
        return self._session.scalars(
            select(RevisionRow.path)
            .where(RevisionRow.case_study_id == case_id)
            .order_by(RevisionRow.number.desc())
            .limit(1)
        ).first()

    def _sound(self, file: File) -> File | None:
        """A file that can be live, with its reading where the catalogue has another."""
        if not file.claim.is_sound:
            return None
        claim = file.claim
        if claim.id and self._live.get(claim.id) == (claim.slug, claim.path, file.digest):
            return file._replace(reading=None) if file.reading else file
        reading = file.reading or self._folder.read(self._folder.path(f"{claim.slug}.md"))
        # It may have changed under our hands; the next run sees it as it then is.
        return file._replace(reading=reading) if reading.study and reading.claim == claim else None

    def _drop_missing(self, broken: Sequence[Claim]) -> dict[CaseStudyId, _Live]:
        ids = {file.claim.id for file in self._files}
        paths = {claim.path for claim in broken}
        dropped = {
            case_id: row
            for case_id, row in self._live.items()
            if case_id not in ids and row.path not in paths
        }
        for case_id in dropped:
            del self._live[case_id]
        return dropped

    def _keep(self, broken: Sequence[Claim], *, restore: bool) -> None:
        """Leave the last good version of files that are not sound now; find it if need be."""
        if not broken:
            return
        by_path = {row.path: row for row in self._live.values()}
        paths = {file.claim.path for file in self._files}
        for claim in broken:
            live = by_path.get(claim.path)
            # A broken file may be the one that an id belonged to, renamed.
            moved = (
                claim.id if not live and claim.id and self._owner(claim.id) not in paths else None
            )
            if live is None and moved:
                live = self._live.get(moved)
            if live is None and restore:
                live = self._restore(claim, moved)
            if live:
                self._kept.append(live.slug)

    def _restore(self, claim: Claim, moved: CaseStudyId | None) -> _Live | None:
        """The last good version of a file that is broken now, from its revisions."""
        same = RevisionRow.path == claim.path
        if moved:
            same = or_(same, RevisionRow.case_study_id == moved)
        revision = self._session.scalars(
            select(RevisionRow).where(same).order_by(RevisionRow.id.desc()).limit(1)
        ).first()
        if revision is None or CaseStudyId(revision.case_study_id) in self._live:
            return None
        study = self._folder.recover(revision.slug, revision.source)
        if study is None:
            return None
        reading = Reading(revision.path, study.slug, "", revision.source, study, ())
        self._stored[study.id] = reading
        self._live[study.id] = _Live(study.slug, revision.path, "")
        return self._live[study.id]

    def _still_taken(self, sound: Sequence[tuple[CaseStudyId, File]]) -> dict[str, list[Finding]]:
        """Faults of files whose name is still the address of a study that is kept alive."""
        found: dict[str, list[Finding]] = {}
        while True:
            accepted = {case_id for case_id, file in sound if file.claim.path not in found}
            kept = {row.slug: row for case_id, row in self._live.items() if case_id not in accepted}
            more = {
                file.claim.path: [_still_an_address(file.claim, kept[file.claim.slug])]
                for case_id, file in sound
                if case_id in accepted and file.claim.slug in kept
            }
            if not more:
                return found
            # A file that is refused keeps its old name, which another may have wanted.
            found |= more

    def _accept(self, case_id: CaseStudyId, file: File) -> None:
        if file.reading is None:
            return
        slug, row = file.claim.slug, self._live.get(case_id)
        if row is None:
            self._added.append(slug)
        elif row.slug != slug:
            self._renamed.append((row.slug, slug))
            self._redirects[row.slug] = case_id
        else:
            self._changed.append(slug)
        self._stored[case_id] = file.reading
        self._live[case_id] = _Live(slug, file.claim.path, file.digest)


def _still_an_address(claim: Claim, row: _Live) -> Finding:
    return Finding(
        claim.path,
        1,
        f"/practice/{row.slug} is still the address of the study of {row.path}, "
        "whose file has a fault now; mend that one first",
    )
