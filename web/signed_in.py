"""Who is signed in, what that lets them do, and the token that each of their forms carries.

A page for somebody who is signed in holds their name and such a token: it is kept by no cache, and
by `web.compression`'s rule not compressed. All other pages are as they are without this module:
no cookie is set, and without one nothing is looked up.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request, Response, g, redirect, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as WerkzeugResponse

from kb.domain import Role
from kb.errors import Refused, StorageFailed
from kb.people.person import Person
from kb.people.sign_ins import ABSOLUTE_END, SEEN_EVERY, SignIn, SignIns
from web.addresses import sign_in_address
from web.context import settings, wired

COOKIE = "kb_session"
_csrf = CSRFProtect()

_P = ParamSpec("_P")
_R = TypeVar("_R")


class SignedOut(Refused):
    """What was sent needs somebody who is signed in."""

    def __init__(self) -> None:
        super().__init__("You are signed out, and what you sent was not kept.")


def init_app(app: Flask, secret: str) -> None:
    """Let the app know who is signed in, and check the forms of those who are."""
    app.secret_key = secret
    app.session_interface = _NoCookie()
    app.config |= {
        # The token is one sign-in's: it ends with that, and not while somebody writes.
        "WTF_CSRF_TIME_LIMIT": None,
        # A proxy may call this server by another name; the token is what counts.
        "WTF_CSRF_SSL_STRICT": False,
    }
    _csrf.init_app(app)
    app.jinja_env.globals["person_shown"] = _person_shown
    app.after_request(_keep_from_caches)


def without_token(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """A view, below its route, whose POST carries no token of somebody who is signed in.

    For the forms of `web.public_forms`, and for what other programs send.
    """
    _csrf.exempt(view)
    return view


def needs(role: Role) -> Callable[[Callable[_P, _R]], Callable[_P, _R | WerkzeugResponse]]:
    """Let only people into a view who may act as `role`; others are sent to sign in, or refused."""

    def guard(view: Callable[_P, _R]) -> Callable[_P, _R | WerkzeugResponse]:
        @wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | WerkzeugResponse:
            found = person_or_none()
            if found is None:
                return _to_sign_in()
            if not found.role.may_act_as(role):
                who = {Role.EDITOR: "editors", Role.ADMIN: "admins"}[role]
                raise Refused(f"This page is for {who}. An admin can change what you may do.")
            return view(*args, **kwargs)

        return guarded

    return guard


def person() -> Person:
    """Who is signed in, for a view that has let only such people in.

    Raises:
        SignedOut: nobody is.
    """
    return _found()[0]


def person_or_none() -> Person | None:
    """Who is signed in, if anybody is."""
    found = _look()
    return found[0] if found else None


def sign_in() -> SignIn:
    """The sign-in of this request; raises like `person`."""
    return _found()[1]


def token() -> str | None:
    """What the browser of this request holds, be it good or not."""
    return request.cookies.get(COOKIE)


def let_in(response: WerkzeugResponse, new_token: str) -> WerkzeugResponse:
    """Give a browser the token of a new sign-in."""
    response.set_cookie(
        COOKIE,
        new_token,
        max_age=ABSOLUTE_END,
        httponly=True,
        samesite="Lax",
        secure=settings().base_url.startswith("https:"),
    )
    response.cache_control.no_store = True
    return response


def let_out(response: WerkzeugResponse) -> WerkzeugResponse:
    """Take the token from a browser; whoever calls has ended the sign-in."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax")
    response.cache_control.no_store = True
    return response


def _found() -> tuple[Person, SignIn]:
    found = _look()
    if found is None:
        raise SignedOut
    return found


def _look() -> tuple[Person, SignIn] | None:
    """Who holds the token of this request; looked up once, and only where there is one."""
    if "signed_in" not in g:
        held = token()
        g.signed_in = _find(held) if held else None
    found: tuple[Person, SignIn] | None = g.signed_in
    return found


def _find(held: str) -> tuple[Person, SignIn] | None:
    database, now = wired().services.database, datetime.now(UTC)
    with database.read() as session:
        found = SignIns(session).find(held, now)
    if found and now - found[1].seen_at >= SEEN_EVERY:
        with database.begin() as session:
            SignIns(session).seen(found[1], now)
    return found


def _person_shown() -> Person | None:
    """For the head of every page, which a database out of reach must not bring down."""
    try:
        return person_or_none()
    except StorageFailed:
        return None


def _to_sign_in() -> WerkzeugResponse:
    if request.method not in {"GET", "HEAD"}:
        raise SignedOut
    where = request.full_path if request.query_string else request.path
    response = redirect(sign_in_address(where), code=303)
    response.cache_control.no_store = True
    return response


def _keep_from_caches(response: Response) -> Response:
    if g.get("signed_in") is not None:
        response.cache_control.no_store = True
        response.cache_control.private = True
    return response


class _NoCookie(SessionInterface):
    """Stands where Flask keeps a cookie of its own: holds what Flask-WTF compares a form's token
    with, made from the token of the sign-in, and for others nothing."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """What is known of the browser of a request."""
        held = request.cookies.get(COOKIE)
        return SecureCookieSession({"csrf_token": _bound(app, held)} if held else {})

    def save_session(self, *_: Any) -> None:
        """Nothing is kept: no cookie, and no Vary."""


def _bound(app: Flask, held: str) -> str:
    named = f"form of {held}".encode("utf-8", "surrogatepass")
    return hmac.new(str(app.secret_key).encode(), named, hashlib.sha256).hexdigest()
