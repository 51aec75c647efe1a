"""Signing in, by a password or by a link that is sent, and signing out."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.errors import Invalid
from kb.people import audit
from kb.people.one_time import OneTimeLinks, Purpose
from kb.people.sign_ins import SignIns
from web import caching, public_forms, signed_in
from web.addresses import ACCOUNT, HOME, SIGN_IN, SIGN_OUT, local_path, sign_in_link_address
from web.context import wired
from web.doors import now, signing_in, visitor, welcome
from web.signed_in import without_token

bp = Blueprint("sign_in", __name__)
bp.after_request(caching.unkept)

_FORM = "sign in"
_LINK_FORM = "sign in by link"
SENT = f"{SIGN_IN}/sent"


@bp.get(SIGN_IN)
def show() -> str | Response:
    """The form; somebody who is signed in already is led on."""
    next_path = local_path(request.args.get("next", ""))
    if signed_in.person_or_none() is not None:
        return redirect(next_path or ACCOUNT, code=303)
    return _page(next_path)


@bp.post(SIGN_IN)
@without_token
def send() -> str | Response | tuple[str, int]:
    """Sign in by the password, or have a link sent."""
    public_forms.check(_FORM)
    email = request.form.get("email", "")
    next_path = local_path(request.form.get("next", ""))
    try:
        if request.form.get("by") == "link":
            signing_in().ask_for_link(email, next_path, visitor())
            return redirect(SENT, code=303)
        entered = signing_in().by_password(email, request.form.get("password", ""), visitor())
    except Invalid as error:
        return _page(next_path, email, str(error)), 422
    return welcome(entered, next_path or HOME)


@bp.get(SENT)
def sent() -> str:
    """What is said to everybody who asked for a link, be they known or not."""
    return render_template("sign_in/sent.html")


@bp.get(f"{SIGN_IN}/link/<token>")
def show_link(token: str) -> str:
    """A button, which alone uses the link up: programs that look through mail open links too."""
    with wired().services.database.read() as session:
        links = OneTimeLinks(session, wired().services.links)
        found, _ = links.look(Purpose.SIGN_IN, token)
    return render_template(
        "sign_in/link.html",
        email=found.email,
        action=sign_in_link_address(token),
        signed=public_forms.sign(_LINK_FORM),
    )


@bp.post(f"{SIGN_IN}/link/<token>")
@without_token
def use_link(token: str) -> Response:
    """Sign in by a link, once."""
    public_forms.check(_LINK_FORM)
    entered = signing_in().by_link(token, visitor())
    return welcome(entered, local_path(entered.next_path) or f"{ACCOUNT}?done=link")


@bp.post(SIGN_OUT)
def sign_out() -> Response:
    """End the sign-in of this browser."""
    held, known = signed_in.token(), signed_in.person_or_none()
    if held is not None and known is not None:
        with wired().services.database.begin() as session:
            SignIns(session).end(held)
            audit.record(session, "signed-out", by=known.id, about=known.email, now=now())
    return signed_in.let_out(redirect(HOME, code=303))


def _page(next_path: str, email: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in/show.html",
        action=SIGN_IN,
        signed=public_forms.sign(_FORM),
        next_path=next_path,
        email=email[:254],
        problem=problem,
    )
