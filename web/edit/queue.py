"""The first page of editing: what waits, what is mine, what goes live when, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.desk.clock import london_day
from kb.desk.queues import AHEAD, Due, due
from kb.desk.values import CopyState, WorkingCopy
from kb.domain import CaseStudyId, Role
from kb.errors import Invalid
from web import caching
from web.addresses import EDIT, copy_address, practice_address, review_address
from web.context import searcher, wired
from web.edit.desk import Desk, reading_desk
from web.signed_in import needs, person

bp = Blueprint("queue", __name__)
bp.after_request(caching.unkept)

_YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A working copy as a line of a list."""

    copy: WorkingCopy
    href: str
    who: str
    ago: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list with its heading, and what to say where it is empty."""

    key: str
    heading: str
    nothing: str
    lines: Sequence[Line]


@bp.get(EDIT)
@needs(Role.CONTRIBUTOR)
def show() -> str:
    """Everything on this person's desk."""
    now = datetime.now(UTC)
    with reading_desk() as at:
        sections = _sections(at)
        is_editor = at.person.role.may_act_as(Role.EDITOR)
        policies = searcher().vocabularies()["policy"]
        found = due(at.session, policies, london_day(now)) if is_editor else []
    today = london_day(now)
    return render_template(
        "edit/queue.html",
        sections=sections,
        is_editor=is_editor,
        overdue=[each for each in found if each.is_overdue(today)],
        due=[each for each in found if _is_due(each, today)],
        changed=[each for each in found if each.policies],
        policies=policies,
        address_of=practice_address,
        tomorrow=today + timedelta(days=1),
        until=_ahead(today),
    )


@bp.post(f"{EDIT}/renew/<case_id>")
@needs(Role.EDITOR)
def renew(case_id: str) -> Response:
    """Say that a study still holds until a day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise Invalid("Give the day as 2029-03-02: year, month, day.") from None
    now = datetime.now(UTC)
    wired().services.publisher().renew(person(), CaseStudyId(case_id), until, now)
    return redirect(EDIT, code=303)


def ago(when: datetime, now: datetime) -> str:
    """How long ago in one unit, rounded down: 2 hours ago."""
    seconds = max(0, int((now - when).total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if count := seconds // size:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def _sections(at: Desk) -> list[Section]:
    queues = at.queues
    lists = [
        ("waiting", "Waiting for me", "Nothing waits for you.", queues.waiting_for_me()),
        (
            "mine",
            "Mine",
            "You have begun nothing yet. Begin a case study above; it stays a draft until others "
            "have agreed to it.",
            queues.mine(),
        ),
        ("planned", "Set to go live", "Nothing is set to go live.", queues.scheduled()),
    ]
    if at.person.role.may_act_as(Role.EDITOR):
        nobody = "No colleague is at work on a case study."
        lists.append(("others", "Colleagues’ work", nobody, queues.others()))
    names = at.names(copy.owner for *_, copies in lists for copy in copies)
    return [
        Section(
            key,
            heading,
            nothing,
            [Line(c, _next(c), names[c.owner], ago(c.saved_at, at.now)) for c in copies],
        )
        for key, heading, nothing, copies in lists
    ]


def _next(copy: WorkingCopy) -> str:
    """Where somebody goes on: the text while it is written, else what is said of it."""
    is_written = copy.state in {CopyState.DRAFT, CopyState.CHANGES_ASKED}
    return copy_address(copy.id) if is_written else review_address(copy.id)


def _is_due(each: Due, today: date) -> bool:
    # A study may be here for its policy alone, its date years ahead.
    return each.review_by is not None and today <= each.review_by <= today + AHEAD


def _ahead(today: date) -> date:
    try:
        return today.replace(year=today.year + _YEARS_AHEAD)
    except ValueError:
        return today.replace(year=today.year + _YEARS_AHEAD, day=28)
