"""The studies that a digest chooses from, as they stand when it is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.database import AT_ONCE
from kb.digest.interests import KINDS
from kb.domain import CaseStudyId, FrontMatter, Status, TermKey
from kb.models import CatalogueRow, PublicationRow, RevisionRow
from kb.schema import load_front_matter
from kb.vocabulary import Vocabularies

_KEYS: Mapping[str, Callable[[FrontMatter], Iterable[TermKey]]] = {
    "values": lambda meta: meta.values,
    "needs": lambda meta: meta.needs,
    "disadvantage": lambda meta: meta.disadvantage,
    "themes": lambda meta: meta.themes,
    "phases": lambda meta: meta.phases,
    "regions": lambda meta: [key for key in (meta.region, meta.subregion) if key],
}


@dataclass(frozen=True, slots=True)
class Study:
    """A published study.

    Attributes:
        fresh_at: when it first went live, or was last changed substantially.
        changed_at: when it was last changed substantially, if ever.
        terms: each interest's field and a key of it that the study has; the terms that its own
            roll up into are among them.
    """

    id: CaseStudyId
    slug: str
    meta: FrontMatter
    fresh_at: datetime
    changed_at: datetime | None
    terms: frozenset[tuple[str, TermKey]]

    @property
    def school(self) -> str:
        """What studies of one school share; a study that names none is alone."""
        school = self.meta.school
        if school is None:
            return self.id
        return school.urn or f"{school.name.casefold()}, {(self.meta.la or '').casefold()}"

    @property
    def strength(self) -> int:
        """0 without evidence, else its rank, 1 to 4."""
        return self.meta.evidence.strength.rank if self.meta.evidence else 0


class Shelf:
    """Studies by id, in its order, and the vocabularies that name their terms."""

    def __init__(self, studies: Iterable[Study], vocabularies: Vocabularies) -> None:
        self.studies = {study.id: study for study in sorted(studies, key=lambda each: each.id)}
        self.vocabularies = vocabularies


def load_shelf(
    session: Session,
    vocabularies: Vocabularies,
    *,
    show_illustrative: bool,
) -> Shelf:
    """Every published study that can be found.

    Args:
        session: in a transaction.
        vocabularies: say what rolls up into what.
        show_illustrative: whether illustrative studies are among them.
    """
    changed = _changed_substantially(session)
    rows = session.execute(
        select(CatalogueRow.id, CatalogueRow.slug, CatalogueRow.meta, PublicationRow.first_live_at)
        .join(PublicationRow, PublicationRow.case_study_id == CatalogueRow.id)
        .where(CatalogueRow.status == Status.PUBLISHED.value),
        execution_options={"yield_per": AT_ONCE},
    )
    studies = (
        a_study(case_id, slug, load_front_matter(meta), live_at, changed.get(case_id), vocabularies)
        for case_id, slug, meta, live_at in rows
    )
    return Shelf(
        (each for each in studies if show_illustrative or not each.meta.illustrative), vocabularies
    )


def _changed_substantially(session: Session) -> dict[str, datetime]:
    """When each study was last published with a change that its editors called substantial."""
    newest = session.execute(
        select(RevisionRow.case_study_id, func.max(RevisionRow.recorded_at))
        .where(RevisionRow.is_substantial)
        .group_by(RevisionRow.case_study_id)
    )
    return {row[0]: row[1] for row in newest}


def a_study(
    case_id: str,
    slug: str,
    meta: FrontMatter,
    live_at: datetime,
    changed_at: datetime | None,
    vocabularies: Vocabularies,
) -> Study:
    """A study with its terms worked out."""
    return Study(
        CaseStudyId(case_id),
        slug,
        meta,
        max(live_at, changed_at or live_at),
        changed_at,
        frozenset(_terms(meta, vocabularies)),
    )


def _terms(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[tuple[str, TermKey]]:
    for field, keys in _KEYS.items():
        vocabulary = vocabularies[KINDS[field]]
        for key in keys(meta):
            if key in vocabulary:
                yield from ((field, up) for up in vocabulary.ancestry(key))
