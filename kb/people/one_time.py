"""Links that let somebody in once: to accept an invitation, or to sign in without a password.

A link carries the number of links that were made void for its person before. Using one, a new
password, another role and deactivation each raise that number: no link works twice, and none
outlives what it was made under.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.domain import PersonId
from kb.errors import LinkUsed
from kb.links import Links
from kb.models import PersonRow
from kb.people.person import Person, as_person


class Purpose(StrEnum):
    """What a one-time link is for."""

    SIGN_IN = "sign-in"
    INVITATION = "invitation"

    @property
    def lasts(self) -> timedelta:
        """How long a link of this purpose works."""
        return timedelta(minutes=15) if self is Purpose.SIGN_IN else timedelta(days=7)


class OneTimeLinks:
    """Makes, reads and uses them, inside the caller's transaction."""

    def __init__(self, session: Session, links: Links) -> None:
        self._session = session
        self._links = links

    def make(self, purpose: Purpose, person_id: PersonId, next_path: str = "") -> str:
        """A token for an active person; `next_path` comes back when it is read."""
        void = select(PersonRow.links_made_void).where(PersonRow.id == person_id)
        number = self._session.scalars(void).one()
        payload = {"person": person_id, "void": str(number), "next": next_path}
        return self._links.make(purpose.value, payload, purpose.lasts)

    def look(self, purpose: Purpose, token: str) -> tuple[Person, str]:
        """Whom a token would let in, and its `next_path`; uses nothing up.

        Raises:
            LinkBroken, LinkExpired: as `Links.read`.
            LinkUsed: it was used, or is void for another reason.
        """
        payload = self._links.read(purpose.value, token)
        row = self._session.scalars(
            select(PersonRow).where(
                PersonRow.id == payload["person"],
                PersonRow.links_made_void == int(payload["void"]),
                PersonRow.is_active,
            )
        ).one_or_none()
        if row is None:
            raise LinkUsed
        return as_person(row), payload["next"]

    def use(self, purpose: Purpose, token: str) -> tuple[Person, str]:
        """Like `look`, and the token never works again; of two at once, one is let in."""
        person, next_path = self.look(purpose, token)
        number = int(self._links.read(purpose.value, token)["void"])
        used = self._session.execute(
            update(PersonRow)
            .where(PersonRow.id == person.id, PersonRow.links_made_void == number)
            .values(links_made_void=number + 1)
            .returning(PersonRow.id)
        ).first()
        if used is None:
            raise LinkUsed
        return person, next_path
