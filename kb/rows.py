"""Writes what a run of sync decided, many rows at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from kb.catalogue import Changes
from kb.content import Reading
from kb.database import in_parts
from kb.domain import CaseStudyId
from kb.models import AliasRow, CatalogueRow, RedirectRow, RevisionRow
from kb.schema import dump_front_matter

BY_FILE = "file"

# None where the last good version says it.
_Aliases = Mapping[CaseStudyId, Sequence[str] | None]


def write(session: Session, changes: Changes, now: datetime) -> None:
    """Bring the rows of the catalogue into line.

    Args:
        session: a session in a transaction; the caller commits.
        changes: what is to change.
        now: the time recorded with new revisions and redirects.
    """
    # Old rows go first: two studies may have swapped their names.
    for ids in in_parts((*changes.dropped, *changes.stored)):
        session.execute(delete(CatalogueRow).where(CatalogueRow.id.in_(ids)))
    for readings in in_parts(changes.stored.values()):
        _store(session, readings, now)
    _redirect(session, changes, now)
    if changes.aliases is not None:
        _replace_aliases(session, changes.aliases, changes.slugs)


def _store(session: Session, readings: Sequence[Reading], now: datetime) -> None:
    revisions = _revisions(session, readings, now)
    rows = [
        {
            "id": study.id,
            "slug": study.slug,
            "path": reading.path,
            "digest": reading.digest,
            "revision_id": revisions[study.id].id,
            "status": study.meta.status.value,
            "first_published": study.meta.first_published,
            "meta": dump_front_matter(study.meta),
            "body_md": study.body_md,
        }
        for reading in readings
        if (study := reading.study)
    ]
    session.execute(insert(CatalogueRow), rows)


def _revisions(
    session: Session, readings: Sequence[Reading], now: datetime
) -> dict[CaseStudyId, RevisionRow]:
    """The revision of each reading: the newest one of its study, or a new one."""
    ids = [reading.study.id for reading in readings if reading.study]
    newest = (
        select(func.max(RevisionRow.id))
        .where(RevisionRow.case_study_id.in_(ids))
        .group_by(RevisionRow.case_study_id)
    )
    found = {
        CaseStudyId(row.case_study_id): row
        for row in session.scalars(select(RevisionRow).where(RevisionRow.id.in_(newest)))
    }
    for reading in readings:
        if (study := reading.study) is None:
            continue
        last = found.get(study.id)
        if last is None or (last.source, last.path) != (reading.source, reading.path):
            found[study.id] = RevisionRow(
                case_study_id=study.id,
                number=last.number + 1 if last else 1,
                path=reading.path,
                slug=study.slug,
                source=reading.source,
                origin=BY_FILE,
                recorded_at=now,
            )
            session.add(found[study.id])
    session.flush()
    return found


def _redirect(session: Session, changes: Changes, now: datetime) -> None:
    # A name that lives again may not lead away.
    living = {reading.slug for reading in changes.stored.values()}
    for slugs in in_parts((*living, *changes.redirects)):
        session.execute(delete(RedirectRow).where(RedirectRow.slug.in_(slugs)))
    rows = [
        {"slug": slug, "case_study_id": case_id, "recorded_at": now}
        for slug, case_id in changes.redirects.items()
        if slug not in living
    ]
    if rows:
        session.execute(insert(RedirectRow), rows)


def _replace_aliases(session: Session, of_all: _Aliases, slugs: Collection[str]) -> None:
    wanted: dict[str, CaseStudyId] = {}
    for case_id, aliases in sorted(_wanting(session, of_all).items()):
        for alias in aliases:
            if alias not in slugs:
                wanted.setdefault(alias, case_id)
    had = {
        slug: CaseStudyId(case_id)
        for slug, case_id in session.execute(select(AliasRow.slug, AliasRow.case_study_id))
    }
    for gone in in_parts(slug for slug, case_id in had.items() if wanted.get(slug) != case_id):
        session.execute(delete(AliasRow).where(AliasRow.slug.in_(gone)))
    rows = [
        {"slug": slug, "case_study_id": case_id}
        for slug, case_id in wanted.items()
        if had.get(slug) != case_id
    ]
    if rows:
        session.execute(insert(AliasRow), rows)


def _wanting(session: Session, of_all: _Aliases) -> Mapping[CaseStudyId, Sequence[str]]:
    """The aliases of the live studies that want any."""
    wanting = {case_id: aliases for case_id, aliases in of_all.items() if aliases}
    unsound = [case_id for case_id, aliases in of_all.items() if aliases is None]
    for ids in in_parts(unsound):
        rows = session.execute(
            select(CatalogueRow.id, CatalogueRow.meta).where(CatalogueRow.id.in_(ids))
        )
        wanting |= {CaseStudyId(row.id): row.meta.get("aliases", ()) for row in rows}
    return wanting
