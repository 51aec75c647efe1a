"""Use cases on live case studies, inside the caller's transaction."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, and_, insert, select
from sqlalchemy.orm import Session

from kb.database import AT_ONCE, in_parts
from kb.domain import READABLE, CaseStudy, CaseStudyId, Published, Status
from kb.errors import CaseStudyNotFound
from kb.models import AliasRow, CatalogueRow, PublicationRow, RedirectRow, RevisionRow
from kb.schema import load_front_matter


class Library:
    """Reads the catalogue. Illustrative studies are left out where the setting says so."""

    def __init__(self, session: Session, *, show_illustrative: bool = True) -> None:
        self._session = session
        self._show_illustrative = show_illustrative

    def get(self, slug: str) -> Published:
        """The study at an address, published or archived: an address that was given out stays.

        Raises:
            CaseStudyNotFound: there is none, or not everybody may read it.
        """
        row = self._session.execute(_READABLE.where(CatalogueRow.slug == slug)).first()
        if row is None:
            raise CaseStudyNotFound(slug)
        published = _published(row)
        if published.study.meta.illustrative and not self._show_illustrative:
            raise CaseStudyNotFound(slug)
        return published

    def source(self, slug: str) -> str:
        """The file of the study at an address as it was approved, front matter and all."""
        case_id = self.get(slug).study.id
        return self._session.scalars(
            select(RevisionRow.source)
            .join(CatalogueRow, CatalogueRow.revision_id == RevisionRow.id)
            .where(CatalogueRow.id == case_id)
        ).one()

    def moved_to(self, slug: str) -> str:
        """The present slug of the study that was once at this one.

        Raises:
            CaseStudyNotFound: no study that everybody may read was ever there.
        """
        for table in (AliasRow, RedirectRow):
            found = self._session.scalars(
                select(CatalogueRow.slug)
                .join(table, table.case_study_id == CatalogueRow.id)
                .where(table.slug == slug, _IS_READABLE)
            ).first()
            if found:
                return self.get(found).study.slug
        raise CaseStudyNotFound(slug)

    def knows(self, slug: str) -> bool:
        """Whether an address leads to a study that everybody may read, also by an old name."""
        try:
            self.get(slug)
        except CaseStudyNotFound:
            try:
                self.moved_to(slug)
            except CaseStudyNotFound:
                return False
        return True

    def published(self, ids: Collection[CaseStudyId] | None = None) -> list[Published]:
        """Every published study, or those of these ids, illustrative ones too; by id."""
        by_id = _PUBLISHED.order_by(CatalogueRow.id)
        if ids is None:
            rows = self._session.execute(by_id, execution_options={"yield_per": AT_ONCE})
            return [_published(row) for row in rows]
        return [
            _published(row)
            for part in in_parts(sorted(set(ids)))
            for row in self._session.execute(by_id.where(CatalogueRow.id.in_(part)))
        ]

    def schools(self) -> list[tuple[CaseStudyId, str]]:
        """Every published study that names its school, illustrative ones too, with the name."""
        name = CatalogueRow.meta["school"]["name"].as_string()
        rows = self._session.execute(
            select(CatalogueRow.id, name).where(_IS_PUBLISHED, name.is_not(None))
        )
        return [(CaseStudyId(case_id), school) for case_id, school in rows]

    def published_stamps(self) -> dict[CaseStudyId, str]:
        """For every published study, in order of id, what changes whenever the study does.

        A stamp covers all of `Published`: digest, slug, and the day from which the study counts.
        """
        rows = self._session.execute(
            select(
                CatalogueRow.id,
                CatalogueRow.slug,
                CatalogueRow.digest,
                CatalogueRow.first_published,
                PublicationRow.first_live_at,
            )
            # When a study went live matters to those alone whose front matter says no day.
            .outerjoin(
                PublicationRow,
                and_(_IS_ITS_PUBLICATION, CatalogueRow.first_published.is_(None)),
            )
            .where(_IS_PUBLISHED)
            .order_by(CatalogueRow.id),
            execution_options={"yield_per": AT_ONCE},
        )
        today = datetime.now(UTC).date()
        return {
            CaseStudyId(case_id): f"{digest} {slug} {_since(first_published, first_live, today)}"
            for case_id, slug, digest, first_published, first_live in rows
        }

    def published_ids(self) -> list[CaseStudyId]:
        """The ids of every published study, illustrative ones too."""
        rows = self._session.scalars(select(CatalogueRow.id).where(_IS_PUBLISHED))
        return [CaseStudyId(case_id) for case_id in rows]

    def not_yet_live(self) -> list[CaseStudyId]:
        """The published studies of which it is not recorded that they went live."""
        rows = self._session.scalars(
            select(CatalogueRow.id)
            .outerjoin(PublicationRow, _IS_ITS_PUBLICATION)
            .where(_IS_PUBLISHED, PublicationRow.case_study_id.is_(None))
        )
        return [CaseStudyId(case_id) for case_id in rows]

    def published_names(self, among: Collection[str] | None = None) -> set[str]:
        """The ids and slugs of published studies, or those among these: what a pin may say."""
        names = select(CatalogueRow.id, CatalogueRow.slug).where(_IS_PUBLISHED)
        if among is None:
            return {name for row in self._session.execute(names) for name in row}
        found = {
            name
            for part in in_parts(among)
            for column in (CatalogueRow.id, CatalogueRow.slug)
            for row in self._session.execute(names.where(column.in_(part)))
            for name in row
        }
        return found & set(among)

    def fingerprint(self) -> str:
        """Changes whenever the set of published studies, or one of them, does."""
        rows = self._session.execute(
            select(CatalogueRow.id, CatalogueRow.slug, CatalogueRow.digest)
            .where(_IS_PUBLISHED)
            .order_by(CatalogueRow.id)
        )
        return hashlib.sha256("\n".join(" ".join(row) for row in rows).encode()).hexdigest()

    def record_live(self, ids: Iterable[CaseStudyId], now: datetime) -> None:
        """Record that these studies can be found now, for those that never could before.

        On a first install every study counts from its `first_published`.
        """
        wanted = list(dict.fromkeys(ids))
        recorded = select(PublicationRow.case_study_id)
        known = {
            case_id
            for part in in_parts(wanted)
            for case_id in self._session.scalars(
                recorded.where(PublicationRow.case_study_id.in_(part))
            )
        }
        new = [case_id for case_id in wanted if case_id not in known]
        if not new:
            return
        is_first_install = self._session.scalars(recorded.limit(1)).first() is None
        days = self._first_published() if is_first_install else {}
        rows = [
            {"case_study_id": case_id, "first_live_at": _no_later(now, days.get(case_id))}
            for case_id in new
        ]
        self._session.execute(insert(PublicationRow), rows)

    def _first_published(self) -> dict[str, date | None]:
        rows = self._session.execute(select(CatalogueRow.id, CatalogueRow.first_published))
        return {row.id: row.first_published for row in rows}


def _no_later(now: datetime, day: date | None) -> datetime:
    return min(now, datetime.combine(day, time(), UTC)) if day else now


def _since(first_published: date | None, first_live: datetime | None, today: date) -> date:
    return first_published or (first_live.date() if first_live else today)


def _published(row: Row[Any]) -> Published:
    meta = load_front_matter(row.meta)
    since = _since(meta.first_published, row.first_live_at, datetime.now(UTC).date())
    return Published(CaseStudy(row.slug, meta, row.body_md), row.digest, since)


_IS_PUBLISHED = CatalogueRow.status == Status.PUBLISHED.value
_IS_READABLE = CatalogueRow.status.in_([status.value for status in READABLE])
_IS_ITS_PUBLICATION = PublicationRow.case_study_id == CatalogueRow.id
# What `_published` reads.
_READABLE = (
    select(
        CatalogueRow.slug,
        CatalogueRow.digest,
        CatalogueRow.meta,
        CatalogueRow.body_md,
        PublicationRow.first_live_at,
    )
    .outerjoin(PublicationRow, _IS_ITS_PUBLICATION)
    .where(_IS_READABLE)
)
_PUBLISHED = _READABLE.where(_IS_PUBLISHED)
