"""Taking up an invitation: a name, a password, and one is in."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kb.errors import Invalid
from kb.people import passwords
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.person import MAX_NAME
from web import caching, public_forms
from web.addresses import ACCOUNT, INVITATION, invitation_address
from web.context import wired
from web.doors import signing_in, visitor, welcome
from web.signed_in import without_token

bp = Blueprint("invitations", __name__, url_prefix=INVITATION)
bp.after_request(caching.unkept)

_FORM = "invitation"


@bp.get("/<token>")
def show(token: str) -> str:
    """The form; looking at it uses nothing up."""
    return _page(token)


@bp.post("/<token>")
@without_token
def accept(token: str) -> Response | tuple[str, int]:
    """Take the invitation up; what cannot be taken is said, and the link still works."""
    public_forms.check(_FORM)
    name = request.form.get("name", "")
    try:
        entered = signing_in().accept(token, name, request.form.get("password", ""), visitor())
    except Invalid as error:
        return _page(token, name, str(error)), 422
    return welcome(entered, f"{ACCOUNT}?done=welcome")


def _page(token: str, name: str | None = None, problem: str = "") -> str:
    with wired().services.database.read() as session:
        links = OneTimeLinks(session, wired().services.links)
        invited, _ = links.look(Purpose.INVITATION, token)
    return render_template(
        "invitations/show.html",
        invited=invited,
        name=invited.name if name is None else name[:MAX_NAME],
        action=invitation_address(token),
        signed=public_forms.sign(_FORM),
        fewest=passwords.FEWEST,
        most=passwords.MOST,
        problem=problem,
    )
