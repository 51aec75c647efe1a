"""What follows an act: a redirect with a word of what happened, or the page with why it did not."""

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.desk.revisions import Revisions
from kb.domain import CaseStudyId
from kb.errors import (
    Busy,
    Invalid,
    KbError,
    NotAllowed,
    NotFound,
    Overtaken,
    StorageFailed,
    WorkingCopyNotFound,
)
from web.addresses import practice_address, recover_address, saved_address
from web.edit.desk import reading_desk
from web.edit.reviewing import review_page
from web.errors import status_of

log = logging.getLogger(__name__)

# Named by `?done=`: an address can show none but these.
DONE: Mapping[str, str] = MappingProxyType(
    {
        "begun": "A new version is begun. What is live stays as it is until yours is published.",
        "submitted": "Handed in. An editor who did not write it will look at it.",
        "taken-back": "Taken back: it is a draft again.",
        "approved": "Approved. It can be published now, or at a time that you set.",
        "changes-asked": "Changes are asked for. Its author sees your note.",
        "commented": "Your comment is there.",
        "resolved": "The comment is resolved.",
        "reopened": "The comment is open again.",
        "base-taken": "Noted: what is live is taken account of in this text.",
        "recovered": "The draft is here again, as it last was.",
        "restored": "Restored, as a new version of the draft. What stood there before is kept.",
        "scheduled": "The time is set. It goes live by itself.",
        "unscheduled": "The time is taken back. The text stays approved.",
        "school-asked": "The school is asked: a message with a link is on its way.",
        "published": "Published. It can be found within seconds.",
        "archived": "Archived. Its address stays, and search no longer finds it.",
        "brought-back": "Published again, as it was. It can be found within seconds.",
    }
)
# What an act may be refused with; anything else is a bug, or the library's own trouble.
_REFUSALS = (Overtaken, Invalid, NotAllowed, Busy, NotFound, StorageFailed)
_NO_ROOM = "The library cannot keep anything right now, so nothing was changed. Try again later."


def done() -> str | None:
    """What the address says has just happened, in our words."""
    return DONE.get(request.args.get("done", ""))


def carry_out(case_id: CaseStudyId, act: Callable[[], str]) -> Response:
    """Do it and lead on to the address that it returns.

    What is refused comes back as the review page as it is now, with the reason and what was typed.
    """
    try:
        where = act()
    except WorkingCopyNotFound:
        return ended(case_id, status=409)
    except _REFUSALS as error:
        return _again(case_id, error)
    return redirect(where, code=303)


def ended(case_id: CaseStudyId, status: int = 404) -> Response:
    """That nobody is at work on a study any more, and the ways on; raises WorkingCopyNotFound."""
    with reading_desk() as at:
        saved = at.copies.versions(case_id)
        revisions = Revisions(at.session, at.person).of(case_id)
        if not saved and not revisions:
            raise WorkingCopyNotFound
        was_given_up = at.copies.was_given_up(case_id)
    page = render_template(
        "edit/ended.html",
        was_given_up=was_given_up,
        is_answer=status == 409,
        live_href=practice_address(revisions[0].slug) if revisions else None,
        recover_href=recover_address(case_id),
        versions_href=saved_address(case_id),
    )
    return make_response(page, status)


def _again(case_id: CaseStudyId, error: KbError) -> Response:
    problem = str(error)
    if isinstance(error, StorageFailed):
        # What went wrong names files of the server: the log's business alone.
        log.error("%s", error)
        problem = _NO_ROOM
    try:
        page = review_page(case_id, problem=problem, typed=request.form)
    except WorkingCopyNotFound:
        # It ended between the act and this look at it.
        return ended(case_id, status=409)
    return make_response(page, status_of(error))
