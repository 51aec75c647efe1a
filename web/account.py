"""One's own account: name, password, the daily message, and where one is signed in."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.domain import Role
from kb.errors import Invalid
from kb.people import Accounts, audit, passwords
from kb.people.person import MAX_NAME
from kb.people.sign_ins import SignIns
from kb.people.signing_in import needs_current
from web import caching, signed_in
from web.addresses import ACCOUNT, SIGN_IN
from web.context import wired
from web.doors import now, signing_in, visitor, welcome
from web.signed_in import needs, person

bp = Blueprint("account", __name__, url_prefix=ACCOUNT)
bp.after_request(caching.unkept)

# What the page says at its top, by what was done just before.
_DONE = {
    "welcome": "Your account is ready, and you are signed in.",
    "link": "You are signed in. If you have forgotten your password, choose a new one below.",
    "name": "Your name is changed.",
    "password": "Your password is changed. Everywhere else you are signed out.",
    "daily": "Your choice of messages is kept.",
    "ended": "That browser is signed out.",
}


@bp.get("")
@needs(Role.CONTRIBUTOR)
def show() -> str:
    """All of it on one page."""
    return _page(_DONE.get(request.args.get("done", ""), ""))


@bp.post("/name")
@needs(Role.CONTRIBUTOR)
def rename() -> Response | tuple[str, int]:
    """Be called otherwise."""

    def change() -> Response:
        with wired().services.database.begin() as session:
            name = request.form.get("name", "")
            Accounts(session).rename(person().id, name, now=now())
        return _done("name")

    return _or_say("name", change)


@bp.post("/password")
@needs(Role.CONTRIBUTOR)
def change_password() -> Response | tuple[str, int]:
    """Take a new password; the current one is asked for unless one came by a link just now."""

    def change() -> Response:
        current, chosen = (request.form.get(name, "") for name in ("current", "chosen"))
        entered = signing_in().change_password(
            person(), signed_in.sign_in(), current, chosen, visitor()
        )
        return welcome(entered, f"{ACCOUNT}?done=password")

    return _or_say("password", change)


@bp.post("/daily")
@needs(Role.CONTRIBUTOR)
def choose_daily() -> Response:
    """Switch the daily message on or off."""
    with wired().services.database.begin() as session:
        wants = request.form.get("daily") == "yes"
        Accounts(session).take_daily(person().id, wants=wants, now=now())
    return _done("daily")


@bp.post("/sign-ins/<int(max=2147483647):number>/end")
@needs(Role.CONTRIBUTOR)
def end_one(number: int) -> Response:
    """Sign one of one's own browsers out."""
    with wired().services.database.begin() as session:
        if SignIns(session).end_one(person().id, number):
            me = person()
            audit.record(session, "signed-out", by=me.id, about=me.email, now=now())
    return _done("ended")


@bp.post("/sign-out-everywhere")
@needs(Role.CONTRIBUTOR)
def end_all() -> Response:
    """Sign out everywhere, here too."""
    me = person()
    with wired().services.database.begin() as session:
        SignIns(session).end_all(me.id)
        audit.record(session, "signed-out-everywhere", by=me.id, about=me.email, now=now())
    return signed_in.let_out(redirect(SIGN_IN, code=303))


def _done(what: str) -> Response:
    return redirect(f"{ACCOUNT}?done={what}", code=303)


def _or_say(where: str, change: Callable[[], Response]) -> Response | tuple[str, int]:
    """Do it, or say beside the form why it was not done."""
    try:
        return change()
    except Invalid as error:
        return _page(problem_in=where, problem=str(error)), 422


def _page(done: str = "", problem_in: str = "", problem: str = "") -> str:
    with wired().services.database.read() as session:
        account = Accounts(session).account(person().id)
        sign_ins = SignIns(session).of(person().id, now())
    return render_template(
        "account/show.html",
        account=account,
        sign_ins=sign_ins,
        here=signed_in.sign_in().id,
        needs_current=needs_current(signed_in.sign_in(), now()),
        fewest=passwords.FEWEST,
        most=passwords.MOST,
        most_name=MAX_NAME,
        done=done,
        problem_in=problem_in,
        problem=problem,
    )
