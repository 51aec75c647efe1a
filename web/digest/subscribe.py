"""Subscribing to the digest: a form that anybody may send, with anybody's address."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from indexer.request import read_request
from kb.address import read_address
from kb.digest.interests import Interests, SavedSearch
from kb.digest.subscriptions import MOST_ASKS
from kb.digest.wishes import Wishes
from kb.errors import Invalid
from kb.mail import queue
from web import public_forms
from web.addresses import SUBSCRIBE
from web.digest.context import now, subscriptions, unlisted, vocabularies
from web.digest.finding import followed
from web.digest.letters import letter_to
from web.digest.wishes_form import form_of, read_wishes
from web.feedback import limiter
from web.signed_in import without_token

bp = Blueprint("subscribe", __name__)
bp.after_request(unlisted)

_FORM = "subscribe"
SENT = f"{SUBSCRIBE}/sent"


@bp.get(SUBSCRIBE)
def show() -> str:
    """The form; it offers to follow the search of the address."""
    return _page(Wishes(Interests()), offered=_offered())


@bp.post(SUBSCRIBE)
@without_token
@limiter.limit("20 per minute; 120 per hour")
def send() -> Response | tuple[str, int]:
    """Write to the address. What is answered is the same whether it is known or not."""
    public_forms.check(_FORM)
    words, typed = vocabularies(), request.form.get("email", "")
    wishes = read_wishes(request.form, words)
    try:
        address = read_address(typed)
    except Invalid as error:
        return _page(wishes, email=typed[:254], problem=str(error)), 422
    with subscriptions() as (session, use):
        if asked := use.ask(address, wishes, now()):
            queue(session, letter_to(asked, words), now())
    return redirect(SENT, code=303)


@bp.get(SENT)
def sent() -> str:
    """That a message is on its way, as everybody is told."""
    return render_template("subscribe/sent.html", most=MOST_ASKS)


def _page(
    wishes: Wishes, offered: tuple[SavedSearch, ...] = (), email: str = "", problem: str = ""
) -> str:
    return render_template(
        "subscribe/show.html",
        form=form_of(wishes, vocabularies(), offered),
        action=SUBSCRIBE,
        signed=public_forms.sign(_FORM),
        email=email,
        problem=problem,
    )


def _offered() -> tuple[SavedSearch, ...]:
    try:
        return (followed(read_request(request.args.to_dict(flat=False), vocabularies())),)
    except Invalid:
        return ()
