"""Review in the browser: handed in, talked about, agreed to or sent back."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kb.desk.checking import faults
from kb.desk.values import WorkingCopy
from kb.domain import CaseStudyId, Role, Status
from kb.errors import Invalid, WorkingCopyNotFound
from web import caching
from web.addresses import EDIT, recover_address, review_address
from web.edit.acts import carry_out, done, ended
from web.edit.desk import Desk, desk, reading_desk, sent_version
from web.edit.reviewing import review_page
from web.edit.writing import checked, undecided
from web.signed_in import needs

bp = Blueprint("review", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form of the review page carries."""

    case_id: CaseStudyId
    version: int
    note: str


@bp.get("/<case_id>/review")
@needs(Role.CONTRIBUTOR)
def show(case_id: str) -> str | Response:
    """The text, what is said of it, and what can be done now."""
    try:
        return review_page(CaseStudyId(case_id), done=done())
    except WorkingCopyNotFound:
        return ended(CaseStudyId(case_id))


@bp.post("/<case_id>/review/submit")
@needs(Role.CONTRIBUTOR)
def submit(case_id: str) -> Response:
    """Hand the text in."""

    def act(at: Desk, sent: _Sent) -> str:
        copy = at.copies.get(sent.case_id)
        found = faults(checked(copy, Status.PUBLISHED))
        hints = undecided(copy, at.decided.keys(copy.id))
        if grave := sum(hint.is_blocking for hint in hints):
            raise Invalid(
                f"{grave} hints may point to somebody. Mend each on the writing page, or say there "
                "that it is not a problem."
                if grave > 1
                else "One hint may point to somebody. Mend it on the writing page, or say there "
                "that it is not a problem."
            )
        is_substantial = request.form.get("substantial") == "yes"
        at.review.submit(sent.case_id, sent.version, found, is_substantial=is_substantial)
        _record(at, "submit", sent, substantial="yes" if is_substantial else "no")
        return "submitted"

    return _act(case_id, act)


@bp.post("/<case_id>/review/take-back")
@needs(Role.CONTRIBUTOR)
def take_back(case_id: str) -> Response:
    """Make it a draft again."""

    def act(at: Desk, sent: _Sent) -> str:
        at.review.take_back(sent.case_id, sent.version)
        _record(at, "take-back", sent)
        return "taken-back"

    return _act(case_id, act)


@bp.post("/<case_id>/review/approve")
@needs(Role.EDITOR)
def approve(case_id: str) -> Response:
    """Agree to the text."""

    def act(at: Desk, sent: _Sent) -> str:
        at.review.approve(sent.case_id, sent.version, sent.note, at.now)
        _record(at, "approve", sent)
        return "approved"

    return _act(case_id, act)


@bp.post("/<case_id>/review/ask-changes")
@needs(Role.EDITOR)
def ask_changes(case_id: str) -> Response:
    """Send the text back."""

    def act(at: Desk, sent: _Sent) -> str:
        at.review.ask_changes(sent.case_id, sent.version, sent.note, at.now)
        _record(at, "ask-changes", sent)
        return "changes-asked"

    return _act(case_id, act)


@bp.post("/<case_id>/review/comment")
@needs(Role.CONTRIBUTOR)
def comment(case_id: str) -> Response:
    """Say something of a heading, or of the whole; whatever its version is by now."""

    def act(at: Desk, sent: _Sent) -> str:
        heading = request.form.get("heading") or None
        at.comments.say(sent.case_id, heading, request.form.get("comment", ""), at.now)
        _record(at, "comment", sent, heading=heading or "")
        return "commented"

    return _act(case_id, act)


@bp.post("/<case_id>/review/comments/<int:number>/<any(resolve, reopen):what>")
@needs(Role.CONTRIBUTOR)
def settle(case_id: str, number: int, what: str) -> Response:
    """Close a point, or open it again."""

    def act(at: Desk, sent: _Sent) -> str:
        # Beyond what a database counts to, there is no comment.
        at.comments.resolve(
            sent.case_id, min(number, 2**31 - 1), at.now, is_resolved=what == "resolve"
        )
        _record(at, what, sent, comment=str(number))
        return "resolved" if what == "resolve" else "reopened"

    return _act(case_id, act)


@bp.post("/<case_id>/review/take-base")
@needs(Role.CONTRIBUTOR)
def take_base(case_id: str) -> Response:
    """Say that what went live meanwhile is taken account of."""

    def act(at: Desk, sent: _Sent) -> str:
        live = request.form.get("live", default=0, type=int)
        at.copies.take_base(sent.case_id, sent.version, live, at.now)
        _record(at, "take-base", sent, revision=str(live))
        return "base-taken"

    return _act(case_id, act)


@bp.post("/<case_id>/discard")
@needs(Role.CONTRIBUTOR)
def discard(case_id: str) -> Response:
    """Give the draft up; the next page offers it again."""

    def act(at: Desk, sent: _Sent) -> str:
        given_up = at.copies.get(sent.case_id)
        at.copies.discard(sent.case_id, sent.version)
        _record(at, "discard", sent, title=given_up.title)
        return "given-up"

    return _act(case_id, act, to=recover_address)


@bp.get("/<case_id>/recover")
@needs(Role.CONTRIBUTOR)
def given_up(case_id: str) -> str | Response:
    """That the draft was given up, and how it comes back."""
    with reading_desk() as at:
        saved = at.copies.versions(CaseStudyId(case_id))
        if not at.copies.was_given_up(CaseStudyId(case_id)):
            return ended(CaseStudyId(case_id))
    return render_template(
        "edit/given_up.html", saved=saved[0], recover_href=recover_address(case_id)
    )


@bp.post("/<case_id>/recover")
@needs(Role.CONTRIBUTOR)
def recover(case_id: str) -> Response:
    """Take the draft up again."""

    def act(at: Desk, sent: _Sent) -> str:
        copy: WorkingCopy = at.copies.recover(sent.case_id, at.now)
        _record(at, "recover", sent, title=copy.title)
        return "recovered"

    return _act(case_id, act)


def _act(
    case_id: str,
    act: Callable[[Desk, _Sent], str],
    to: Callable[[str], str] = review_address,
) -> Response:
    """One act in one transaction; `act` returns the name of what is then said."""
    sent = _Sent(CaseStudyId(case_id), sent_version(), request.form.get("note", ""))

    def carry() -> str:
        with desk() as at:
            said = act(at, sent)
        return f"{to(case_id)}?done={said}"

    return carry_out(sent.case_id, carry)


def _record(at: Desk, act: str, sent: _Sent, **detail: str) -> None:
    at.record(act, sent.case_id, version=str(sent.version), **detail)
