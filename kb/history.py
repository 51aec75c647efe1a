"""The versions of a case study that everybody could read, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.domain import READABLE, CaseStudy, CaseStudyId
from kb.errors import VersionNotFound
from kb.frontmatter import FrontMatterBroken, parse
from kb.models import RevisionRow
from kb.schema import FrontMatterInvalid, read_front_matter

# A study that was saved more often shows its latest.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Version:
    """A study as it was; `number` never changes, and drafts between leave gaps."""

    number: int
    recorded_at: datetime
    study: CaseStudy


class History:
    """Reads revisions, inside the caller's transaction.

    A revision that said it was a draft was never for everybody, and may name what had to be taken
    out first: it is as if it were not there. So is an illustrative one where the setting hides
    those, and one that cannot be read any more.
    """

    def __init__(self, session: Session, *, show_illustrative: bool = True) -> None:
        self._session = session
        self._show_illustrative = show_illustrative

    def versions(self, case_id: CaseStudyId) -> list[Version]:
        """Every such version, newest first."""
        return list(self._versions(case_id))

    def has_earlier(self, case_id: CaseStudyId) -> bool:
        """Whether there is more than one."""
        return next(islice(self._versions(case_id), 1, None), None) is not None

    def version(self, case_id: CaseStudyId, number: int) -> tuple[Version, Version | None]:
        """A version and the one before it, None for the first.

        Raises:
            VersionNotFound: there is no such version, or it was not for everybody.
        """
        later = self._versions(case_id)
        for version in later:
            if version.number == number:
                return version, next(later, None)
        raise VersionNotFound(number)

    def _versions(self, case_id: CaseStudyId) -> Iterator[Version]:
        rows = self._session.execute(
            select(
                RevisionRow.number, RevisionRow.recorded_at, RevisionRow.slug, RevisionRow.source
            )
            .where(RevisionRow.case_study_id == case_id)
            .order_by(RevisionRow.number.desc())
            .limit(_MOST)
        )
        for number, recorded_at, slug, source in rows:
            study = _readable(slug, source)
            if study and (self._show_illustrative or not study.meta.illustrative):
                yield Version(number, recorded_at, study)


def _readable(slug: str, source: str) -> CaseStudy | None:
    try:
        parsed = parse(source)
        study = CaseStudy(slug, read_front_matter(parsed.data), parsed.body_md)
    except (FrontMatterBroken, FrontMatterInvalid):
        return None
    return study if study.meta.status in READABLE else None
