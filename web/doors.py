"""The ways in, as the pages about signing in use them."""

from datetime import UTC, datetime

from flask import redirect, request
from werkzeug.wrappers import Response

from kb.people.signing_in import LetIn, SigningIn, Visitor
from web import signed_in
from web.browsers import describe
from web.context import wired


def now() -> datetime:
    """The time of this request."""
    return datetime.now(UTC)


def signing_in() -> SigningIn:
    """The ways in to this installation."""
    services = wired().services
    return SigningIn(services.database, services.secret, services.links, now)


def visitor() -> Visitor:
    """Who sent this request."""
    browser = describe(request.user_agent.string)
    return Visitor(request.remote_addr or "", browser, signed_in.token())


def welcome(entered: LetIn, where: str) -> Response:
    """Lead somebody who was let in on to a path of this site."""
    return signed_in.let_in(redirect(where, code=303), entered.token)
