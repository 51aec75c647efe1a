"""Accounts: who there is, with which role. Every change goes into the audit log with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from kb.address import read_address
from kb.database import in_parts
from kb.domain import PersonId, Role
from kb.drafts import new_id
from kb.errors import Invalid, NotFound
from kb.models import PersonRow, SignInRow
from kb.people import audit
from kb.people.person import Person, as_person, read_name
from kb.people.sign_ins import SignIns


class PersonNotFound(NotFound):
    """Nobody has this address or id."""

    def __init__(self, who: str) -> None:
        super().__init__(f"Nobody here is known as “{who}”. See the list of people.")
        self.who = who


@dataclass(frozen=True, slots=True)
class Account:
    """A person, and how they stand.

    Attributes:
        person: who it is.
        has_password: False until an invitation is accepted.
        wants_daily: whether they take the daily message of what waits for them.
        created_at: when they were invited.
        seen_at: when they were last here, if they are signed in anywhere.
    """

    person: Person
    has_password: bool
    wants_daily: bool
    created_at: datetime
    seen_at: datetime | None = None


class Accounts:
    """Use cases on people, inside the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person_id: PersonId) -> Person:
        """Raises PersonNotFound."""
        return as_person(self._row(PersonRow.id == person_id, person_id))

    def by_email(self, email: str) -> Person:
        """The person with an address, however it is written; raises PersonNotFound."""
        try:
            address = read_address(email)
        except Invalid:
            raise PersonNotFound(email) from None
        return as_person(self._row(PersonRow.email == address, email))

    def account(self, person_id: PersonId) -> Account:
        """How a person stands; raises PersonNotFound."""
        return _account(self._row(PersonRow.id == person_id, person_id))

    def everybody(self) -> list[Account]:
        """All accounts, the active ones first, each half by name."""
        seen = select(SignInRow.person_id, func.max(SignInRow.seen_at).label("at")).group_by(
            SignInRow.person_id
        )
        last = seen.subquery()
        rows = self._session.execute(
            select(PersonRow, last.c.at)
            .outerjoin(last, last.c.person_id == PersonRow.id)
            .order_by(PersonRow.is_active.desc(), func.lower(PersonRow.name), PersonRow.id)
        )
        return [_account(row, at) for row, at in rows]

    def names(self, ids: Iterable[PersonId]) -> dict[PersonId, str]:
        """What people are called, by id."""
        return {
            PersonId(row.id): row.name
            for part in in_parts(set(ids))
            for row in self._session.execute(
                select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(part))
            )
        }

    def those_who_may(self, role: Role) -> list[Person]:
        """The active people who may do what a role may, by name."""
        return [
            each.person
            for each in self.everybody()
            if each.person.is_active and each.person.role.may_act_as(role)
        ]

    def for_the_daily_message(self) -> list[Person]:
        """The active people who have not switched it off."""
        everybody = self.everybody()
        return [e.person for e in everybody if e.person.is_active and e.wants_daily]

    def add(
        self, email: str, name: str, role: Role, *, by: PersonId | None, now: datetime
    ) -> Person:
        """An account without a password, for somebody to be invited to.

        Raises:
            Invalid: no usable address or name, or somebody has the address.
        """
        address, name = read_address(email), read_name(name)
        if self._session.scalar(select(PersonRow.id).where(PersonRow.email == address)):
            raise Invalid(f"{address} has an account already. See the list of people.")
        row = PersonRow(
            id=new_id(),
            name=name,
            email=address,
            role=role.value,
            password_hash=None,
            is_active=True,
            wants_daily=True,
            links_made_void=0,
            created_at=now,
        )
        self._session.add(row)
        self._session.flush()
        self._record("invited", row, by, now, {"role": role.value})
        return as_person(row)

    def rename(self, person_id: PersonId, name: str, *, now: datetime) -> None:
        """Call oneself otherwise; raises Invalid."""
        row = self._row(PersonRow.id == person_id, person_id)
        before, row.name = row.name, read_name(name)
        if row.name != before:
            self._record("renamed", row, person_id, now, {"from": before, "to": row.name})

    def take_daily(self, person_id: PersonId, *, wants: bool, now: datetime) -> None:
        """Switch the daily message on or off."""
        row = self._row(PersonRow.id == person_id, person_id)
        if row.wants_daily != wants:
            row.wants_daily = wants
            self._record("daily-message-on" if wants else "daily-message-off", row, person_id, now)

    def change_role(
        self, person_id: PersonId, role: Role, *, by: PersonId | None, now: datetime
    ) -> Person:
        """Give another role; signs the person out everywhere, so that no old right lingers.

        Raises:
            Invalid: no active admin would be left.
        """
        row = self._row(PersonRow.id == person_id, person_id)
        before = Role(row.role)
        if role is before:
            return as_person(row)
        if not role.may_act_as(Role.ADMIN):
            self._keep_an_admin(row)
        row.role = role.value
        self._shut_out(row)
        self._record("role-changed", row, by, now, {"from": before.value, "to": role.value})
        return as_person(row)

    def deactivate(self, person_id: PersonId, *, by: PersonId | None, now: datetime) -> Person:
        """Let somebody in no more, from this moment; what they did stays theirs.

        Raises:
            Invalid: no active admin would be left.
        """
        row = self._row(PersonRow.id == person_id, person_id)
        self._keep_an_admin(row)
        if row.is_active:
            row.is_active = False
            self._shut_out(row)
            self._record("deactivated", row, by, now)
        return as_person(row)

    def activate(self, person_id: PersonId, *, by: PersonId | None, now: datetime) -> Person:
        """Let somebody in again, with the role and password that they had."""
        row = self._row(PersonRow.id == person_id, person_id)
        if not row.is_active:
            row.is_active = True
            self._record("activated", row, by, now)
        return as_person(row)

    def keep_password(
        self, person_id: PersonId, kept: str, *, act: str = "password-changed", now: datetime
    ) -> None:
        """Take a new password, as `hash_password` gives it; signs out everywhere."""
        row = self._row(PersonRow.id == person_id, person_id)
        row.password_hash = kept
        self._shut_out(row)
        self._record(act, row, person_id, now)

    def _row(self, where: ColumnElement[bool], who: str) -> PersonRow:
        row = self._session.scalars(select(PersonRow).where(where)).one_or_none()
        if row is None:
            raise PersonNotFound(who)
        return row

    def _keep_an_admin(self, row: PersonRow) -> None:
        """Locks all admins' rows, so that two cannot leave at once; SQLite has one writer."""
        admins = select(PersonRow).where(PersonRow.role == Role.ADMIN.value, PersonRow.is_active)
        rows = self._session.scalars(admins.with_for_update()).all()
        # Somebody who has not accepted the invitation may never do so.
        others = [each for each in rows if each.id != row.id and each.password_hash]
        if row in rows and not others:
            raise Invalid(
                f"{row.email} is the only admin who can sign in. Make somebody else an admin first."
            )

    def _shut_out(self, row: PersonRow) -> None:
        SignIns(self._session).end_all(PersonId(row.id))
        self._session.execute(
            update(PersonRow)
            .where(PersonRow.id == row.id)
            .values(links_made_void=PersonRow.links_made_void + 1)
        )

    def _record(
        self,
        act: str,
        row: PersonRow,
        by: PersonId | None,
        now: datetime,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        audit.record(self._session, act, by=by, about=row.email, now=now, detail=detail)


def _account(row: PersonRow, seen_at: datetime | None = None) -> Account:
    has_password = row.password_hash is not None
    return Account(as_person(row), has_password, row.wants_daily, row.created_at, seen_at)
