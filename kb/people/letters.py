"""What people are sent about their accounts."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.links import Links
from kb.mail import Message, queue
from kb.models import LinkRequestRow
from kb.people.accounts import Accounts, PersonNotFound
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.person import Person

# The address of the page that a token opens.
AddressOf = Callable[[str], str]


def invitation(person: Person, address: str, site_name: str) -> Message:
    """How to begin, for somebody who was given an account."""
    text = f"""Hello {person.name},

you have been invited to {site_name} as {person.role.label.lower()}: \
{person.role.description[0].lower()}{person.role.description[1:]}

To begin, open this page and choose a password. It works once, within seven days:

{address}

If you do not know what this is about, do nothing: nothing happens.
"""
    return Message(to=person.email, subject=f"Your invitation to {site_name}", text=text)


def sign_in_link(person: Person, address: str, site_name: str) -> Message:
    """The link that was asked for."""
    text = f"""Hello {person.name},

this page signs you in to {site_name}. It works once, within fifteen minutes:

{address}

If you did not ask for it, do nothing: nobody can sign in without this message.
"""
    return Message(to=person.email, subject=f"Sign in to {site_name}", text=text)


def answer_link_requests(
    session: Session, links: Links, address_of: AddressOf, site_name: str, now: datetime
) -> None:
    """Write to those who asked for a link and have an account; forget the requests of others.

    Away from the request that asked, whose time must not tell whether the address is known.
    """
    for row in session.scalars(select(LinkRequestRow).order_by(LinkRequestRow.id)).all():
        session.delete(row)
        if now - row.asked_at > Purpose.SIGN_IN.lasts:
            continue
        try:
            person = Accounts(session).by_email(row.email)
        except PersonNotFound:
            continue
        if person.is_active:
            token = OneTimeLinks(session, links).make(Purpose.SIGN_IN, person.id, row.next_path)
            queue(session, sign_in_link(person, address_of(token), site_name), now)
