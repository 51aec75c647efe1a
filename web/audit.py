"""For admins: what was done by whom, to read, to narrow down and to take away."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from kb.domain import PersonId, Role
from kb.people import Accounts, audit
from kb.people.audit import Filter
from web import caching
from web.addresses import AUDIT
from web.context import wired
from web.signed_in import needs

bp = Blueprint("audit", __name__)
bp.after_request(caching.unkept)

_A_PAGE = 50


@bp.get(AUDIT)
@needs(Role.ADMIN)
def show() -> str:
    """The newest acts that fit, and a way to those before."""
    wanted = _wanted()
    with wired().services.database.read() as session:
        found = audit.entries(session, wanted, _A_PAGE + 1)
        acts = audit.acts(session)
        people = [account.person for account in Accounts(session).everybody()]
    older = found[_A_PAGE - 1].id if len(found) > _A_PAGE else None
    return render_template(
        "audit/show.html",
        entries=found[:_A_PAGE],
        acts=acts,
        people=people,
        wanted=wanted,
        older_href=_address(AUDIT, before=str(older)) if older else None,
        export_href=_address(f"{AUDIT}.csv"),
    )


@bp.get(f"{AUDIT}.csv")
@needs(Role.ADMIN)
def export() -> Response:
    """All acts that fit, for a spreadsheet."""
    with wired().services.database.read() as session:
        text = "".join(audit.as_csv(session, _wanted()))
    return Response(
        # The mark at the front tells Excel that it is UTF-8.
        f"\ufeff{text}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _wanted() -> Filter:
    given = request.args
    by = given.get("by", "")
    return Filter(
        by=PersonId(by) if by else None,
        act=given.get("act") or None,
        about=given.get("about", "").strip(),
        before=given.get("before", type=_number),
    )


def _number(raw: str) -> int:
    # What a database takes for a number; larger ones are nobody's.
    return max(0, min(int(raw), 2**31 - 1))


def _address(path: str, **more: str) -> str:
    """The same choice at another address."""
    kept = [(name, request.args.get(name, "")) for name in ("by", "act", "about")]
    query = urlencode([(n, v) for n, v in [*kept, *more.items()] if v])
    return f"{path}?{query}" if query else path
