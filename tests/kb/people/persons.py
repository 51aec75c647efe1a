"""People to test with: kept at once, with the cheapest hash there is."""

from argon2 import PasswordHasher

from kb.database import Database
from kb.domain import Role
from kb.people import Accounts, Person
from tests.factories import NOW

PASSWORD = "seven green lanterns sing"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def a_person(
    database: Database,
    email: str = "ann@school.example",
    *,
    name: str = "Ann Archer",
    role: Role = Role.EDITOR,
    has_password: bool = True,
) -> Person:
    """Somebody with an account, whose password is PASSWORD."""
    with database.begin() as session:
        accounts = Accounts(session)
        person = accounts.add(email, name, role, by=None, now=NOW)
        if has_password:
            accounts.keep_password(person.id, CHEAP, act="invitation-accepted", now=NOW)
    return person
