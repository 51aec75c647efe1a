"""An installation with two published studies, and people of every role."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.desk.copies import Copies
from kb.desk.outgoing import Dispatch
from kb.desk.pictures import DraftPictures
from kb.desk.publishing import Publisher
from kb.desk.review import Review
from kb.desk.values import WorkingCopy
from kb.domain import CaseStudyId, PersonId, Role
from kb.draft_media import DraftMedia
from kb.models import PersonRow
from kb.people import Person
from tests.factories import NOW, Installation, an_id, open_folder, write_study


def a_person(name: str, role: Role) -> Person:
    return Person(PersonId(f"{name:x<12}"), name.capitalize(), f"{name}@example.org", role, True)


AUTHOR = a_person("author", Role.CONTRIBUTOR)
STRANGER = a_person("stranger", Role.CONTRIBUTOR)
EDITOR = a_person("editor", Role.EDITOR)
SECOND = a_person("second", Role.EDITOR)
ADMIN = a_person("admin", Role.ADMIN)
GATE = an_id("gate")


@pytest.fixture
def desk(site: Installation) -> "Desk":
    write_study(site.root, "gate")
    write_study(site.root, "quiet-start")
    site.sync()
    with site.database.begin() as session:
        session.add_all(_row(each) for each in (AUTHOR, STRANGER, EDITOR, SECOND, ADMIN))
    return Desk(site)


def _row(person: Person) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.name,
        email=person.email,
        role=person.role.value,
        is_active=True,
        wants_daily=True,
        created_at=NOW,
    )


class Desk:
    """The desk of an installation, with its acts in transactions of their own."""

    def __init__(self, site: Installation) -> None:
        self.site = site
        self.home = site.root.parent
        self.now = NOW

    def begin(self, person: Person = AUTHOR, case_id: CaseStudyId = GATE) -> WorkingCopy:
        with self.site.database.begin() as session:
            return Copies(session, person).begin_from(case_id, self.now)

    def save(
        self, copy: WorkingCopy, source: str, person: Person = AUTHOR, **options: object
    ) -> WorkingCopy:
        with self.site.database.begin() as session:
            return Copies(session, person).save(
                copy.id,
                copy.version,
                source,
                self.now,
                **options,  # type: ignore[arg-type]
            )

    def get(self, case_id: CaseStudyId = GATE, person: Person = ADMIN) -> WorkingCopy:
        with self.site.database.begin() as session:
            return Copies(session, person).get(case_id)

    def review(self, person: Person, act: Callable[[Review], object]) -> None:
        with self.site.database.begin() as session:
            act(Review(session, person))

    def copies(self, person: Person, act: Callable[[Copies], object]) -> None:
        with self.site.database.begin() as session:
            act(Copies(session, person))

    @property
    def pictures(self) -> DraftPictures:
        return DraftPictures(DraftMedia(self.home), self.site.root / "media")

    @property
    def publisher(self) -> Publisher:
        return Publisher(self.site.database, open_folder(self.site.root), self.pictures)

    @property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.site.database, open_folder(self.site.root), self.pictures)

    def file(self, slug: str = "gate") -> Path:
        return self.site.root / "case-studies" / f"{slug}.md"
