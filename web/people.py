"""For admins: who there is, inviting somebody, and changing what somebody may do."""

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kb.domain import PersonId, Role
from kb.errors import Invalid
from kb.people import Accounts, Person
from kb.people.person import MAX_NAME
from web import caching
from web.addresses import PEOPLE, person_address
from web.context import settings, wired
from web.doors import now
from web.inviting import inviting
from web.signed_in import needs, person

bp = Blueprint("people", __name__, url_prefix=PEOPLE)
bp.after_request(caching.unkept)

_DONE = {
    "invited": "The invitation is on its way.",
    "changed": "That is changed.",
}


@bp.get("")
@needs(Role.ADMIN)
def show() -> str:
    """Everybody, and a form to invite one more."""
    return _page(done=_DONE.get(request.args.get("done", ""), ""))


@bp.post("/invite")
@needs(Role.ADMIN)
def invite() -> str | Response | tuple[str, int]:
    """Make an account, and send the link that opens it."""
    email, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        role = read_role(request.form.get("role", ""))
        with wired().services.database.begin() as session:
            invited = Accounts(session).add(email, name, role, by=person().id, now=now())
            address = _invite(session, invited)
    except Invalid as error:
        given = {"email": email[:254], "name": name[:MAX_NAME]}
        return _page(given=given, problem=str(error)), 422
    return _sent(invited, address)


@bp.get("/<person_id>")
@needs(Role.ADMIN)
def show_one(person_id: str) -> str:
    """What can be changed about somebody."""
    return _page_of(PersonId(person_id))


@bp.post("/<person_id>/invitation")
@needs(Role.ADMIN)
def invite_again(person_id: str) -> str | Response:
    """Send a new link to somebody who has not come yet, or can no longer sign in."""
    with wired().services.database.begin() as session:
        invited = Accounts(session).get(PersonId(person_id))
        address = _invite(session, invited)
    return _sent(invited, address)


@bp.post("/<person_id>/role")
@needs(Role.ADMIN)
def change_role(person_id: str) -> Response | tuple[str, int]:
    """Give somebody another role."""
    try:
        role = read_role(request.form.get("role", ""))
        with wired().services.database.begin() as session:
            Accounts(session).change_role(PersonId(person_id), role, by=person().id, now=now())
    except Invalid as error:
        return _page_of(PersonId(person_id), str(error)), 422
    return redirect(f"{PEOPLE}?done=changed", code=303)


@bp.post("/<person_id>/deactivate")
@needs(Role.ADMIN)
def deactivate(person_id: str) -> Response | tuple[str, int]:
    """Let somebody in no more, once that is confirmed."""
    try:
        if request.form.get("sure") != "yes":
            raise Invalid("Tick the box to confirm, and send it again.")
        with wired().services.database.begin() as session:
            Accounts(session).deactivate(PersonId(person_id), by=person().id, now=now())
    except Invalid as error:
        return _page_of(PersonId(person_id), str(error)), 422
    return redirect(f"{PEOPLE}?done=changed", code=303)


@bp.post("/<person_id>/activate")
@needs(Role.ADMIN)
def activate(person_id: str) -> Response:
    """Let somebody in again."""
    with wired().services.database.begin() as session:
        Accounts(session).activate(PersonId(person_id), by=person().id, now=now())
    return redirect(f"{PEOPLE}?done=changed", code=303)


def read_role(raw: str) -> Role:
    """Raises Invalid for what is no role."""
    try:
        return Role(raw)
    except ValueError:
        raise Invalid(f"Choose one of the roles: {', '.join(Role)}.") from None


def _invite(session: Session, invited: Person) -> str:
    to = inviting(wired().services)
    return to.invite(session, invited, by=person().id, now=now())


def _sent(invited: Person, address: str) -> str | Response:
    """Say so. Where no mail server is set up, the link is shown for the admin to pass on; else it
    is its receiver's alone: whoever opens it chooses the password."""
    if settings().smtp_url is not None:
        return redirect(f"{PEOPLE}?done=invited", code=303)
    return render_template("people/invited.html", invited=invited, address=address)


def _page(done: str = "", given: dict[str, str] | None = None, problem: str = "") -> str:
    with wired().services.database.read() as session:
        everybody = Accounts(session).everybody()
    return render_template(
        "people/show.html",
        everybody=everybody,
        roles=list(Role),
        address_of=person_address,
        given=given or {},
        most_name=MAX_NAME,
        done=done,
        problem=problem,
    )


def _page_of(person_id: PersonId, problem: str = "") -> str:
    with wired().services.database.read() as session:
        account = Accounts(session).account(person_id)
    return render_template(
        "people/one.html",
        account=account,
        roles=list(Role),
        here=person_address(person_id),
        problem=problem,
    )
