"""The daily message: what waits for somebody, once a day at most, and only if something does."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from kb.desk.clock import LONDON, london_day
from kb.desk.queues import Due, Queues, due
from kb.desk.values import WorkingCopy
from kb.domain import CaseStudyId, Role
from kb.mail import Message
from kb.mail.message import one_line
from kb.people import Accounts, Person
from kb.vocabulary import Vocabulary

SENT_AT = time(7)
_MONDAY = 0
_MOST = 20

# The address of the page on which a working copy is reviewed.
AddressOf = Callable[[CaseStudyId], str]


def sending_time(day: date) -> datetime:
    """When the messages of a day go out: seven by the clocks of England."""
    return datetime.combine(day, SENT_AT, LONDON)


def daily_messages(
    session: Session,
    policies: Vocabulary,
    *,
    review_address: AddressOf,
    desk_address: str,
    site_name: str,
    now: datetime,
) -> list[Message]:
    """A message to each active person who takes them and for whom something waits.

    A message is named by person and day, so that two keepers, or one that starts anew, send one.
    What is due is told on Mondays, and to editors.
    """
    day = london_day(now)
    is_due_told = day.weekday() == _MONDAY
    found = due(session, policies, day) if is_due_told else []
    messages = []
    for person in Accounts(session).for_the_daily_message():
        parts = list(_parts(Queues(session, person), person, found, review_address, day))
        if parts:
            messages.append(_message(person, parts, desk_address, site_name, day))
    return messages


def _parts(
    queues: Queues, person: Person, found: Sequence[Due], address: AddressOf, day: date
) -> Iterator[tuple[str, list[str]]]:
    waiting = queues.waiting_for_me()
    if waiting:
        yield "Waiting for you", [_line(copy, address) for copy in waiting]
    stuck = [copy for copy in queues.mine() if copy.problem]
    if stuck:
        yield "Could not go live", [f"{_line(copy, address)}\n  {copy.problem}" for copy in stuck]
    if found and person.role.may_act_as(Role.EDITOR):
        yield "Due for a look", [_due_line(each, day) for each in found]


def _line(copy: WorkingCopy, address: AddressOf) -> str:
    return f"- {one_line(copy.title)} ({copy.state.label.lower()})\n  {address(copy.id)}"


def _due_line(each: Due, day: date) -> str:
    why = "a policy it depends on changed" if each.policies else "its review date comes up"
    if each.is_overdue(day) and each.archived_from:
        why = f"overdue; archived after {each.archived_from - timedelta(days=1):%-d %B %Y}"
    return f"- {one_line(each.title)}: {why}"


def _message(
    person: Person,
    parts: Sequence[tuple[str, list[str]]],
    desk_address: str,
    site_name: str,
    day: date,
) -> Message:
    count = sum(len(lines) for _, lines in parts)
    listed = "\n\n".join("\n".join([f"{name}:", *_some(lines)]) for name, lines in parts)
    text = f"""Hello {person.name},

{listed}

All of it: {desk_address}

This message comes once a day at most, and only when something waits. Switch it off on your
account's page.
"""
    things = "thing waits" if count == 1 else "things wait"
    return Message(
        to=person.email,
        subject=f"{count} {things} for you at {site_name}",
        text=text,
        message_id=f"daily-{day.isoformat()}-{person.id}",
    )


def _some(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"… and {more} more"] if more > 0 else list(lines)
