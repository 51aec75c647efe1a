"""Pages of people with accounts on the running site, made in its database beside it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from playwright.sync_api import Browser, Page

from kb.database import Database
from kb.domain import Role
from kb.people import Person
from kb.people.sign_ins import How, SignIns
from tests.browser.pages import a_page
from tests.kb.people.persons import a_person


class SignedIn(Protocol):
    """Opens a page of somebody new with a role; takes what `a_page` takes, by name."""

    def __call__(self, role: Role, **looks: Any) -> AbstractContextManager[Page]: ...


@contextmanager
def signed_in_page(
    browser: Browser, site: str, home: Path, role: Role, **looks: Any
) -> Iterator[Page]:
    """A fresh page of somebody new with this role, who is signed in; their password is PASSWORD."""
    _, token = a_member(home, role)
    with a_page(browser, signed_in=(site, token), **looks) as page:
        yield page


def a_member(home: Path, role: Role) -> tuple[Person, str]:
    """Somebody new with an account on the site that keeps its state in `home`, and their token."""
    database = Database(f"sqlite:///{home}/kb.sqlite")
    try:
        email = f"{role.value}-{uuid4().hex[:8]}@school.example"
        person = a_person(database, email, name=f"{role.label} Person", role=role)
        with database.begin() as session:
            now = datetime.now(UTC)
            return person, SignIns(session).begin(person.id, How.PASSWORD, "A browser", now)
    finally:
        database.close()
