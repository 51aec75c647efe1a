"""Who is signed in where: a random token in the browser, and only its hash here."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from kb.domain import PersonId
from kb.models import PersonRow, SignInRow
from kb.people.person import Person, as_person

IDLE_END = timedelta(hours=12)
ABSOLUTE_END = timedelta(days=14)
# How exactly it is known when somebody was last here; spares a write at each page.
SEEN_EVERY = timedelta(minutes=5)
MAX_BROWSER = 60


class How(StrEnum):
    """What somebody signed in with."""

    PASSWORD = "password"  # noqa: S105
    LINK = "link"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser in which somebody is signed in.

    Attributes:
        id: tells it from the person's others; no secret.
        how: what they signed in with.
        browser: which browser on which system, as it says.
        begun_at: when they signed in.
        seen_at: when they were last here, to five minutes.
    """

    id: int
    how: How
    browser: str
    begun_at: datetime
    seen_at: datetime


class SignIns:
    """The browsers in which people are signed in, inside the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, person_id: PersonId, how: How, browser: str, now: datetime) -> str:
        """Sign somebody in; returns the new token, which is kept by their browser alone."""
        token = secrets.token_urlsafe(32)
        row = SignInRow(
            token_sha256=_hash(token),
            person_id=person_id,
            how=how.value,
            browser=browser[:MAX_BROWSER],
            begun_at=now,
            seen_at=now,
        )
        self._session.add(row)
        self._session.flush()
        return token

    def find(self, token: str, now: datetime) -> tuple[Person, SignIn] | None:
        """Who holds this token; None if nobody does, any more or yet."""
        found = self._session.execute(
            select(PersonRow, SignInRow)
            .join(SignInRow, SignInRow.person_id == PersonRow.id)
            .where(
                SignInRow.token_sha256 == _hash(token),
                SignInRow.seen_at > now - IDLE_END,
                SignInRow.begun_at > now - ABSOLUTE_END,
                PersonRow.is_active,
            )
        ).first()
        return (as_person(found[0]), _sign_in(found[1])) if found else None

    def seen(self, sign_in: SignIn, now: datetime) -> None:
        """Note that somebody is here."""
        row = SignInRow.id == sign_in.id
        self._session.execute(update(SignInRow).where(row).values(seen_at=now))

    def of(self, person_id: PersonId, now: datetime) -> list[SignIn]:
        """Where somebody is signed in, the latest seen first."""
        rows = self._session.scalars(
            select(SignInRow)
            .where(
                SignInRow.person_id == person_id,
                SignInRow.seen_at > now - IDLE_END,
                SignInRow.begun_at > now - ABSOLUTE_END,
            )
            .order_by(SignInRow.seen_at.desc(), SignInRow.id.desc())
        )
        return [_sign_in(row) for row in rows]

    def end(self, token: str) -> None:
        """Sign the browser with this token out, if it is signed in."""
        self._session.execute(delete(SignInRow).where(SignInRow.token_sha256 == _hash(token)))

    def end_one(self, person_id: PersonId, number: int) -> bool:
        """Sign one of a person's browsers out; False, and nothing done, if it is not theirs."""
        one = (SignInRow.id == number) & (SignInRow.person_id == person_id)
        ended = self._session.execute(delete(SignInRow).where(one).returning(SignInRow.id))
        return ended.first() is not None

    def end_all(self, person_id: PersonId) -> None:
        """Sign a person out everywhere."""
        self._session.execute(delete(SignInRow).where(SignInRow.person_id == person_id))

    def forget(self, now: datetime) -> None:
        """Drop what has ended by itself."""
        idle, over = SignInRow.seen_at <= now - IDLE_END, SignInRow.begun_at <= now - ABSOLUTE_END
        self._session.execute(delete(SignInRow).where(or_(idle, over)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _sign_in(row: SignInRow) -> SignIn:
    return SignIn(row.id, How(row.how), row.browser, row.begun_at, row.seen_at)
