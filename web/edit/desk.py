"""The desk of this request: use cases for the person who is signed in, and names of others."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from sqlalchemy.orm import Session

from kb.desk.comments import Comments
from kb.desk.copies import Copies
from kb.desk.decided import Decided
from kb.desk.queues import Queues
from kb.desk.review import Review
from kb.domain import CaseStudyId, PersonId
from kb.people import Accounts, Person, audit
from web.context import wired
from web.signed_in import person


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person may do with working copies, in one transaction."""

    session: Session
    person: Person
    now: datetime

    @property
    def copies(self) -> Copies:
        """Begin, read, save, give up."""
        return Copies(self.session, self.person)

    @property
    def review(self) -> Review:
        """Hand in, agree, ask for changes."""
        return Review(self.session, self.person)

    @property
    def comments(self) -> Comments:
        """Say and resolve."""
        return Comments(self.session, self.person)

    @property
    def queues(self) -> Queues:
        """What lies on this person's desk."""
        return Queues(self.session, self.person)

    @property
    def decided(self) -> Decided:
        """Hints that are no problem."""
        return Decided(self.session, self.person)

    def names(self, ids: Iterable[PersonId]) -> Mapping[PersonId, str]:
        """What people are called, by id."""
        return Accounts(self.session).names(ids)

    def record(self, act: str, case_id: CaseStudyId, **detail: str) -> None:
        """Keep for the audit log what this transaction does."""
        audit.record(
            self.session, act, by=self.person.id, about=case_id, detail=detail, now=self.now
        )


def sent_version() -> int:
    """The version that the form was about; 0, which is none, where it names none."""
    return request.form.get("version", default=0, type=int)


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk that may be written to, committed at the end of the block."""
    with wired().services.database.begin() as session:
        yield Desk(session, person(), datetime.now(UTC))


@contextmanager
def reading_desk() -> Iterator[Desk]:
    """A desk that is only looked at, and waits for no writer."""
    with wired().services.database.read() as session:
        yield Desk(session, person(), datetime.now(UTC))
