"""A school without an account is asked about its own study, by a signed link that expires."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.address import read_address
from kb.desk.copies import copy_of
from kb.desk.models import DecisionRow
from kb.desk.review import decision_of
from kb.desk.rows import row_at
from kb.desk.values import Decision, WorkingCopy
from kb.domain import CaseStudyId, Role
from kb.errors import LinkBroken, NotAllowed
from kb.links import Links
from kb.mail import Message, queue
from kb.people import Person, audit

PURPOSE = "school-approval"
LASTS = timedelta(days=21)
ACT = "ask-school"
_CHANGED = "The text was changed since this link was sent. Ask whoever sent it for a new one."


@dataclass(frozen=True, slots=True)
class Asked:
    """That a school was asked: at which address, when, about which version."""

    address: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Sender:
    """What a message to a school is made with.

    Attributes:
        links: sign the link.
        address_of: the full address of the page that a token opens.
        site_name: what the library calls itself.
    """

    links: Links
    address_of: Callable[[str], str]
    site_name: str


def ask_school(
    session: Session,
    person: Person,
    case_id: CaseStudyId,
    version: int,
    address: str,
    sender: Sender,
    now: datetime,
) -> None:
    """Send somebody at the school a link to this version, in the caller's transaction.

    Raises:
        NotAllowed: this person is no editor.
        Invalid: mail cannot be sent to the address.
        WorkingCopyNotFound: nobody is at work on the study.
        Overtaken: the text changed meanwhile.
    """
    if not person.role.may_act_as(Role.EDITOR):
        raise NotAllowed("Only an editor can ask a school for its approval.")
    copy = copy_of(row_at(session, case_id, version, _CHANGED))
    to = read_address(address)
    token = sender.links.make(PURPOSE, {"study": case_id, "version": str(version)}, LASTS)
    queue(session, _letter(copy, to, person, sender.address_of(token), sender.site_name), now)
    audit.record(
        session,
        ACT,
        by=person.id,
        about=case_id,
        detail={"address": to, "version": str(version)},
        now=now,
    )


def look_for_school(
    session: Session, links: Links, token: str
) -> tuple[WorkingCopy, Decision | None]:
    """The text that a link is about, and what the school answered already.

    Raises:
        LinkBroken: not one of ours.
        LinkExpired: its time is over.
        WorkingCopyNotFound: it was published, or given up.
        Overtaken: the text changed since the link was sent.
    """
    told = links.read(PURPOSE, token)
    try:
        case_id, version = CaseStudyId(told["study"]), int(told["version"])
    except (KeyError, ValueError) as error:
        raise LinkBroken from error
    copy = copy_of(row_at(session, case_id, version, _CHANGED))
    answer = session.scalars(
        select(DecisionRow).where(
            DecisionRow.case_study_id == case_id,
            DecisionRow.version == version,
            DecisionRow.school_name.is_not(None),
        )
    ).first()
    return copy, decision_of(answer) if answer else None


def requests_to_school(session: Session, copy: WorkingCopy) -> Sequence[Asked]:
    """To whom links about a working copy were sent, newest first."""
    wanted = audit.Filter(act=ACT, about=copy.id)
    return [
        Asked(entry.detail["address"], entry.at, int(entry.detail["version"]))
        for entry in audit.entries(session, wanted, limit=20)
        if entry.at >= copy.began_at
    ]


def _letter(copy: WorkingCopy, to: str, person: Person, address: str, site_name: str) -> Message:
    text = f"""Hello,

{person.name} of {site_name} asks whether your school agrees that this case study is published:

{copy.title}

Read it here, and answer on the same page. No account is needed. The link works for three weeks,
and for this version of the text only. Whoever has the link can read the draft, so pass it on only
to those at your school who should answer.

{address}

If you do not know what this is about, do nothing: nothing is published because of this message.
"""
    # A title may hold what a header must not.
    subject = f"Please read: a case study about your school, for {site_name}"
    return Message(to=to, subject=subject[:200], text=text)
