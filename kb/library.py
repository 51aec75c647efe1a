"""Use cases on live case studies, inside the caller's transaction."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.domain import CaseStudy, CaseStudyId, Status
from kb.errors import CaseStudyNotFound
from kb.models import AliasRow, CatalogueRow, PublicationRow, RedirectRow, RevisionRow
from kb.schema import load_front_matter


@dataclass(frozen=True, slots=True)
class Published:
    """A study that everybody may read.

    Attributes:
        study: its last approved version.
        digest: changes whenever the study does.
        since: the day from which it counts: its front matter's, else the day it went live.
    """

    study: CaseStudy
    digest: str
    since: date


class Library:
    """Reads the catalogue. Illustrative studies are left out where the setting says so."""

    def __init__(self, session: Session, *, show_illustrative: bool = True) -> None:
        self._session = session
        self._show_illustrative = show_illustrative

    def get(self, slug: str) -> Published:
        """The published study at an address.

        Raises:
            CaseStudyNotFound: there is none, or it is not published.
        """
        row = self._session.scalars(
            select(CatalogueRow).where(CatalogueRow.slug == slug, _IS_PUBLISHED)
        ).first()
        if row is None:
            raise CaseStudyNotFound(slug)
        published = self._published(row, self._first_live().get(row.id))
        if published.study.meta.illustrative and not self._show_illustrative:
            raise CaseStudyNotFound(slug)
        return published

    def source(self, slug: str) -> str:
        """The published study's file as it was approved, front matter and all."""
        case_id = self.get(slug).study.id
        return self._session.scalars(
            select(RevisionRow.source)
            .join(CatalogueRow, CatalogueRow.revision_id == RevisionRow.id)
            .where(CatalogueRow.id == case_id)
        ).one()

    def moved_to(self, slug: str) -> str:
        """The present slug of the study that was once at this one.

        Raises:
            CaseStudyNotFound: no published study was ever there.
        """
        for table in (AliasRow, RedirectRow):
            found = self._session.scalars(
                select(CatalogueRow.slug)
                .join(table, table.case_study_id == CatalogueRow.id)
                .where(table.slug == slug, _IS_PUBLISHED)
            ).first()
            if found:
                return self.get(found).study.slug
        raise CaseStudyNotFound(slug)

    def published(self) -> list[Published]:
        """Every published study, illustrative ones too, by id."""
        live = self._first_live()
        rows = self._session.scalars(
            select(CatalogueRow).where(_IS_PUBLISHED).order_by(CatalogueRow.id)
        )
        return [self._published(row, live.get(row.id)) for row in rows]

    def published_ids(self) -> list[CaseStudyId]:
        """The ids of every published study, illustrative ones too."""
        rows = self._session.scalars(select(CatalogueRow.id).where(_IS_PUBLISHED))
        return [CaseStudyId(case_id) for case_id in rows]

    def published_names(self) -> set[str]:
        """The ids and slugs of every published study: what a pin may name it by."""
        rows = self._session.execute(
            select(CatalogueRow.id, CatalogueRow.slug).where(_IS_PUBLISHED)
        )
        return {name for row in rows for name in row}

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
        known = self._first_live()
        new = [case_id for case_id in ids if case_id not in known]
        rows = {row.id: row for row in self._session.scalars(select(CatalogueRow))} if new else {}
        for case_id in new:
            moment = now
            if not known and case_id in rows:
                first = load_front_matter(rows[case_id].meta).first_published
                moment = min(now, datetime.combine(first, time(), UTC)) if first else now
            self._session.add(PublicationRow(case_study_id=case_id, first_live_at=moment))

    def _first_live(self) -> dict[str, datetime]:
        rows = self._session.execute(
            select(PublicationRow.case_study_id, PublicationRow.first_live_at)
        )
        return {row.case_study_id: row.first_live_at for row in rows}

    def _published(self, row: CatalogueRow, first_live: datetime | None) -> Published:
        meta = load_front_matter(row.meta)
        live = first_live or datetime.now(UTC)
        return Published(
            CaseStudy(row.slug, meta, row.body_md), row.digest, meta.first_published or live.date()
        )


_IS_PUBLISHED = CatalogueRow.status == Status.PUBLISHED.value
