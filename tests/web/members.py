"""Somebody with an account, signed in, as their browser is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.domain import Role
from kb.people import Person
from kb.people.sign_ins import How, SignIns
from tests.kb.people.persons import a_person
from tests.web.html import Element, parse
from tests.web.site import Site
from web.signed_in import COOKIE


@dataclass(frozen=True, slots=True)
class Member:
    """A person and the browser in which they are signed in."""

    person: Person
    client: FlaskClient

    def get(self, address: str, **params: Any) -> TestResponse:
        """The answer to a GET."""
        return self.client.get(address, query_string=params or None)

    def page(self, address: str, status: int = 200, **params: Any) -> Element:
        """The page at an address; fails if it has another status."""
        answer = self.get(address, **params)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:300]}"
        return parse(answer.text)

    @property
    def csrf_token(self) -> str:
        """What each form of theirs carries."""
        form = self.page("/account").one("form", action="/sign-out")
        return form.one("input", name="csrf_token").attributes["value"]

    def post(self, address: str, **form: Any) -> TestResponse:
        """What comes of a form, sent with its token."""
        return self.client.post(address, data={"csrf_token": self.csrf_token, **form})


def a_member(site: Site, role: Role = Role.EDITOR, email: str | None = None) -> Member:
    """Somebody new with this role, signed in; their password is PASSWORD."""
    address = email or f"{role.value}@school.example"
    person = a_person(site.services.database, address, name=f"{role.label} Person", role=role)
    return signed_in(site, person)


def signed_in(site: Site, person: Person, *, how: How = How.PASSWORD) -> Member:
    """Somebody who is there already, signed in in a browser of their own."""
    with site.services.database.begin() as session:
        token = SignIns(session).begin(person.id, how, "Firefox on Linux", datetime.now(UTC))
    client = site.app.test_client()
    client.set_cookie(COOKIE, token)
    return Member(person, client)
