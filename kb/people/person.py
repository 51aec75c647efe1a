"""Somebody with an account, as a typed value."""

from dataclasses import dataclass

from kb.domain import PersonId, Role
from kb.errors import Invalid
from kb.models import PersonRow
from kb.texts import plain_line

MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, who may be signed in only while `is_active`."""

    id: PersonId
    name: str
    email: str
    role: Role
    is_active: bool


def as_person(row: PersonRow) -> Person:
    """The value of a row."""
    return Person(PersonId(row.id), row.name, row.email, Role(row.role), row.is_active)


def read_name(raw: str) -> str:
    """A name as it is kept: on one line, without what controls how a text is shown.

    Raises:
        Invalid: nothing is left of it, or too much.
    """
    text = plain_line(raw)
    if not 0 < len(text) <= MAX_NAME:
        raise Invalid(f"Please give a name of at most {MAX_NAME} letters.")
    return text
