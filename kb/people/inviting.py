"""Inviting somebody who has an account: the link on which its password is chosen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kb.domain import PersonId
from kb.links import Links
from kb.mail import queue
from kb.people import audit, letters
from kb.people.letters import AddressOf
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.person import Person


@dataclass(frozen=True, slots=True)
class Inviting:
    """What an invitation takes of an installation.

    Attributes:
        links: sign what is sent.
        address_of: the address of the page that takes an invitation up.
        site_name: what people are invited to.
        sends: whether a mail server is set up; else whoever invites passes the link on.
    """

    links: Links
    address_of: AddressOf
    site_name: str
    sends: bool

    def invite(
        self, session: Session, person: Person, *, by: PersonId | None, now: datetime
    ) -> str:
        """The address for the person alone, in the outbox too where that is sent.

        It works once, within seven days.
        """
        token = OneTimeLinks(session, self.links).make(Purpose.INVITATION, person.id)
        address = self.address_of(token)
        if self.sends:
            queue(session, letters.invitation(person, address, self.site_name), now)
        detail = {"sent": "by mail" if self.sends else "by hand"}
        audit.record(session, "link-given", by=by, about=person.email, detail=detail, now=now)
        return address
