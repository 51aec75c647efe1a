"""Ways in. These use cases own their transactions: a password is hashed outside of any, because
that takes long enough to hold up everybody who writes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.address import read_address
from kb.database import Database
from kb.domain import PersonId
from kb.errors import Invalid
from kb.jobs import JobKind, Jobs
from kb.links import Links
from kb.models import LinkRequestRow, PersonRow
from kb.people import attempts, audit, passwords
from kb.people.accounts import Accounts
from kb.people.attempts import Attempts
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.person import Person
from kb.people.sign_ins import How, SignIn, SignIns

WRONG = (
    "The email address and the password do not belong together. Check both, or have a link sent to "
    "your address instead."
)
# Whoever came by a link may have forgotten the password, and is not asked for it so long.
LINK_COUNTS_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: the address of their computer, their browser, and the token that it holds."""

    client: str
    browser: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class LetIn:
    """Who was let in, the token that their browser is to hold, and where they were going."""

    person: Person
    token: str
    next_path: str = ""


class SigningIn:
    """The ways in to one installation."""

    def __init__(
        self, database: Database, secret: str, links: Links, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._secret = secret
        self._links = links
        self._clock = clock

    def by_password(self, email: str, password: str, visitor: Visitor) -> LetIn:
        """Let in whoever knows the password.

        Raises:
            Invalid: they do not; the same, and as late, for an address that nobody has.
            Busy: that was tried too often.
        """
        address = _as_address(email)
        self._count(address, visitor)
        person_id, kept = self._kept_of(address)
        if not passwords.is_right(kept, password) or person_id is None or kept is None:
            raise Invalid(WRONG)
        renewed = passwords.hash_password(password) if passwords.is_outdated(kept) else None
        with self._database.begin() as session:
            row = session.get_one(PersonRow, person_id)
            if not row.is_active or row.password_hash != kept:
                raise Invalid(WRONG)
            row.password_hash = renewed or kept
            Attempts(session, self._secret).forgive(attempts.PASSWORD_OF_ADDRESS, address)
            return self._let_in(session, Accounts(session).get(person_id), How.PASSWORD, visitor)

    def ask_for_link(self, email: str, next_path: str, visitor: Visitor) -> None:
        """Leave the request to the keeper, which alone looks whether the address is known.

        Raises:
            Invalid: it is no address.
            Busy: this client asked too often.
        """
        address, now = read_address(email), self._clock()
        with self._database.begin() as session:
            counted = Attempts(session, self._secret)
            counted.count(attempts.LINK_BY_CLIENT, visitor.client, now)
            # No more than that reach anybody's box; whoever asks is not told.
            if counted.allows(attempts.LINK_TO_ADDRESS, address, now):
                session.add(LinkRequestRow(email=address, next_path=next_path, asked_at=now))
                Jobs(session).queue(JobKind.SIGN_IN_LINKS, now)

    def by_link(self, token: str, visitor: Visitor) -> LetIn:
        """Let in whoever has the message; raises as `OneTimeLinks.use`."""
        with self._database.begin() as session:
            person, next_path = OneTimeLinks(session, self._links).use(Purpose.SIGN_IN, token)
            return self._let_in(session, person, How.LINK, visitor, next_path)

    def accept(self, token: str, name: str, password: str, visitor: Visitor) -> LetIn:
        """Take an invitation up.

        Raises:
            Invalid: no usable name or password; the invitation still works.
            Refused: as `OneTimeLinks.use`.
        """
        with self._database.read() as session:
            invited, _ = OneTimeLinks(session, self._links).look(Purpose.INVITATION, token)
        passwords.check_choice(password, invited.email, name)
        kept = passwords.hash_password(password)
        with self._database.begin() as session:
            now = self._clock()
            person, _ = OneTimeLinks(session, self._links).use(Purpose.INVITATION, token)
            accounts = Accounts(session)
            accounts.rename(person.id, name, now=now)
            accounts.keep_password(person.id, kept, act="invitation-accepted", now=now)
            return self._let_in(session, accounts.get(person.id), How.INVITATION, visitor)

    def change_password(
        self, person: Person, sign_in: SignIn, current: str, chosen: str, visitor: Visitor
    ) -> LetIn:
        """Take a new password; signs out everywhere else.

        Raises:
            Invalid: the current one is wrong, or the new one cannot be taken.
            Busy: the current one was guessed at too often.
        """
        if needs_current(sign_in, self._clock()):
            self._count(person.email, visitor)
            _, kept = self._kept_of(person.email)
            if not passwords.is_right(kept, current):
                raise Invalid("That is not your current password. Try again.")
        passwords.check_choice(chosen, person.email, person.name)
        hashed = passwords.hash_password(chosen)
        with self._database.begin() as session:
            Attempts(session, self._secret).forgive(attempts.PASSWORD_OF_ADDRESS, person.email)
            Accounts(session).keep_password(person.id, hashed, now=self._clock())
            return self._let_in(session, person, How.PASSWORD, visitor)

    def _count(self, address: str, visitor: Visitor) -> None:
        with self._database.begin() as session:
            counted, now = Attempts(session, self._secret), self._clock()
            counted.count(attempts.PASSWORD_BY_CLIENT, visitor.client, now)
            counted.count(attempts.PASSWORD_OF_ADDRESS, address, now)

    def _kept_of(self, address: str) -> tuple[PersonId | None, str | None]:
        wanted = select(PersonRow.id, PersonRow.password_hash).where(PersonRow.email == address)
        with self._database.read() as session:
            found = session.execute(wanted).first()
        return (PersonId(found[0]), found[1]) if found else (None, None)

    def _let_in(
        self, session: Session, person: Person, how: How, visitor: Visitor, next_path: str = ""
    ) -> LetIn:
        now = self._clock()
        if visitor.token is not None:
            SignIns(session).end(visitor.token)
        token = SignIns(session).begin(person.id, how, visitor.browser, now)
        detail = {"with": how.value, "in": visitor.browser}
        audit.record(session, "signed-in", by=person.id, about=person.email, detail=detail, now=now)
        return LetIn(person, token, next_path)


def needs_current(sign_in: SignIn, now: datetime) -> bool:
    """Whether a new password is taken only from whoever knows the current one."""
    return sign_in.how is How.PASSWORD or now - sign_in.begun_at > LINK_COUNTS_FOR


def _as_address(email: str) -> str:
    """What was typed, in one spelling where it is an address: attempts on it count together."""
    try:
        return read_address(email)
    except Invalid:
        return email.strip().casefold()[:254]
