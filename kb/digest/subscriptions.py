"""Use cases on subscriptions, inside the caller's transaction."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kb.digest import subscription_rows as rows
from kb.digest.holidays import SchoolHolidays
from kb.digest.interests import MOST_SEARCHES
from kb.digest.ledger import withdraw_issues
from kb.digest.schedule import next_due
from kb.digest.subscription import State, Subscription, SubscriptionId
from kb.digest.wishes import Wishes, read_pause
from kb.errors import Busy, SubscriptionNotFound
from kb.models import BounceRow, OutboxRow, SubscriptionRow

_DAY = timedelta(days=1)
# Who is asked for more often is being bothered by somebody.
MOST_ASKS = 3
# Of all addresses together: a machine that asks for others is stopped here.
MOST_ASKS_A_DAY = 2_000
# What was asked for is dropped so long after, when its link has long expired.
FORGET_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written to an address that was given.

    Attributes:
        asked: what was asked for, pending.
        known: the address's active subscription, which only its reader may change.
    """

    asked: Subscription
    known: Subscription | None


class Subscriptions:
    """Who gets the digest. School holidays say when the next issue is due."""

    def __init__(self, session: Session, holidays: SchoolHolidays) -> None:
        self._session = session
        self._holidays = holidays

    def ask(self, address: str, wishes: Wishes, now: datetime) -> Asked | None:
        """Note what is asked for; no issue is sent until the address's reader confirms.

        Args:
            address: in the one spelling of `kb.address`, as everywhere here.
            wishes: what is asked for.
            now: when.

        Returns:
            What to write to the address; None if nothing may be: mail to it is no longer sent,
            or it was asked for too often. Whoever asked must not see a difference.

        Raises:
            Busy: so many addresses were given that day that it must be a machine.
        """
        row = self._confirmed(address)
        if self._asks(now) >= MOST_ASKS_A_DAY:
            raise Busy("Very many people asked for the digest today. Please try again tomorrow.")
        if self._asks(now, address) >= MOST_ASKS:
            return None
        asked = Subscription(
            SubscriptionId(secrets.token_hex(16)), address, wishes, State.PENDING, asked_at=now
        )
        self._session.add(rows.dump(asked))
        self._session.flush()
        # Only now: how long the answer takes must not tell either.
        if row and row.state == State.SUPPRESSED:
            return None
        return Asked(asked, rows.load(row) if row and row.state == State.ACTIVE else None)

    def get(self, subscription_id: str) -> Subscription:
        """The subscription of an id; raises SubscriptionNotFound."""
        return rows.load(self._row(subscription_id))

    def find(self, address: str) -> Subscription | None:
        """The address's subscription that was ever confirmed; never for pages of everybody's."""
        row = self._confirmed(address)
        return rows.load(row) if row else None

    def confirm(self, subscription_id: str, now: datetime) -> Subscription:
        """Begin what was asked for, for the address's reader says so.

        A reader who had a subscription before goes on with that one; what they had followed is
        still followed. A link that was used before changes nothing: see the state of the answer.

        Raises:
            SubscriptionNotFound: it was dropped, deleted, or went into another one.
        """
        row = self._row(subscription_id)
        if row.state != State.PENDING:
            return rows.load(row)
        asked, held = rows.load(row), self._confirmed(row.address)
        if held is None:
            return self._start(row, asked, now)
        self._session.delete(row)
        self._session.flush()
        before = rows.load(held)
        if before.state is State.ACTIVE:
            joined = _joined(before.wishes, asked.wishes)
            return self._start(held, replace(before, wishes=joined), now)
        return self._start(held, replace(before, wishes=asked.wishes, paused_until=None), now)

    def change(
        self, subscription_id: str, wishes: Wishes, paused_until: date | None, now: datetime
    ) -> Subscription:
        """Take other wishes; one that had ended begins again.

        Raises:
            SubscriptionNotFound: there is none.
            Invalid: the pause is over already, or too long.
        """
        row = self._row(subscription_id)
        if row.state == State.PENDING:
            raise SubscriptionNotFound
        until = read_pause(paused_until, now)
        changed = replace(rows.load(row), wishes=wishes, paused_until=until)
        return self._start(row, changed, now)

    def unsubscribe(self, subscription_id: str) -> None:
        """Send no more issues; done already or not there, it is well too."""
        self._session.execute(
            update(SubscriptionRow)
            .where(
                SubscriptionRow.id == subscription_id, SubscriptionRow.state == State.ACTIVE.value
            )
            .values(state=State.UNSUBSCRIBED.value, due_at=None)
        )
        withdraw_issues(self._session, subscription_id)

    def suppress(self, address: str) -> None:
        """Write to an address no more: mail to it came back for good, or was complained of."""
        row = (
            self._confirmed(address)
            or self._session.scalars(
                select(SubscriptionRow).where(SubscriptionRow.address == address).limit(1)
            ).first()
        )
        if row is None:
            return
        row.state, row.due_at = State.SUPPRESSED.value, None
        self._session.flush()
        withdraw_issues(self._session, row.id)
        self._drop_pending(address)

    def delete(self, subscription_id: str) -> None:
        """Forget all that is known of a reader; raises SubscriptionNotFound."""
        address = self._row(subscription_id).address
        withdraw_issues(self._session, subscription_id)
        self._session.execute(delete(OutboxRow).where(OutboxRow.to == address, OutboxRow.is_bulk))
        self._session.execute(delete(BounceRow).where(BounceRow.address == address))
        self._session.execute(delete(SubscriptionRow).where(SubscriptionRow.address == address))

    def _row(self, subscription_id: str) -> SubscriptionRow:
        row = self._session.get(SubscriptionRow, subscription_id)
        if row is None:
            raise SubscriptionNotFound
        return row

    def _confirmed(self, address: str) -> SubscriptionRow | None:
        """The address's one subscription that was ever confirmed."""
        return self._session.scalars(
            select(SubscriptionRow).where(
                SubscriptionRow.address == address, SubscriptionRow.state != State.PENDING.value
            )
        ).first()

    def _asks(self, now: datetime, address: str | None = None) -> int:
        """How often was asked in the last day, of one address or of all."""
        asks = select(func.count()).where(
            SubscriptionRow.state == State.PENDING.value, SubscriptionRow.asked_at > now - _DAY
        )
        if address is not None:
            asks = asks.where(SubscriptionRow.address == address)
        return self._session.scalar(asks) or 0

    def _start(self, row: SubscriptionRow, to_be: Subscription, now: datetime) -> Subscription:
        """Make a row active, and say when its next issue is due."""
        is_new = to_be.state is not State.ACTIVE
        confirmed_at = now if is_new else to_be.confirmed_at
        active = replace(to_be, state=State.ACTIVE, confirmed_at=confirmed_at)
        active = replace(active, due_at=next_due(active, now, self._holidays))
        rows.write(row, active)
        self._session.flush()
        return active

    def _drop_pending(self, address: str) -> None:
        self._session.execute(
            delete(SubscriptionRow).where(
                SubscriptionRow.address == address, SubscriptionRow.state == State.PENDING.value
            )
        )


def forget(session: Session, now: datetime) -> None:
    """Drop what was asked for and never confirmed."""
    session.execute(
        delete(SubscriptionRow).where(
            SubscriptionRow.state == State.PENDING.value,
            SubscriptionRow.asked_at < now - FORGET_AFTER,
        )
    )


def _joined(before: Wishes, asked: Wishes) -> Wishes:
    """What is asked for now, and the searches followed before as far as there is room."""
    followed = asked.interests.searches
    kept = [each for each in before.interests.searches if each not in followed]
    searches = tuple(sorted((*followed, *kept[: MOST_SEARCHES - len(followed)])))
    return replace(asked, interests=replace(asked.interests, searches=searches))
