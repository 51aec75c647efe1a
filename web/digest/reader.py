"""What a reader of the digest does by links in their mail: agree, change, leave, see, delete."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from kb.desk.clock import london_day
from kb.digest.interests import SavedSearch
from kb.digest.kept_issue import load_issue
from kb.digest.ledger import Ledger
from kb.digest.own_data import own_data
from kb.digest.shelf import load_shelf
from kb.digest.subscription import State, Subscription
from kb.digest.wording import search_in_words
from kb.errors import IssueNotFound, NotFound, Refused, SubscriptionNotFound
from web.addresses import (
    DIGEST,
    SUBSCRIBE,
    confirm_address,
    preferences_address,
    unsubscribe_address,
)
from web.context import settings, wired
from web.digest.context import links, now, secretive, subscription, subscriptions, vocabularies
from web.digest.letters import points_of
from web.digest.links import Purpose
from web.digest.sending import composer
from web.digest.wishes_form import form_of, read_pause_date, read_wishes
from web.signed_in import without_token

bp = Blueprint("digest", __name__, url_prefix=DIGEST)
bp.after_request(secretive)

ONLY_STYLES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

# What is said above the preferences after something was done.
_SAID = {
    "confirmed": "You will get the digest. Here is what it brings, and when.",
    "saved": "Saved.",
}


@bp.errorhandler(Refused)
@bp.errorhandler(SubscriptionNotFound)
@bp.errorhandler(IssueNotFound)
def no_way_in(error: Refused | NotFound) -> tuple[str, int]:
    """What to do about a link that has expired, is cut short, or leads to nothing any more."""
    status = 404 if isinstance(error, NotFound) else 403
    return render_template("digest/no_way_in.html", message=str(error), href=SUBSCRIBE), status


@bp.get("/confirm/<token>")
def show_confirm(token: str) -> str:
    """A button, which alone confirms: programs that look through mail open links too."""
    asked = _reader(Purpose.CONFIRM, token)
    if asked.state is not State.PENDING:
        return _used(asked)
    words = vocabularies()
    return render_template(
        "digest/confirm.html",
        action=confirm_address(token),
        address=asked.address,
        points=points_of(asked.wishes, words),
        searches=[search_in_words(each, words) for each in asked.wishes.interests.searches],
    )


@bp.post("/confirm/<token>")
@without_token
def confirm(token: str) -> Redirect | str:
    """Begin to send the digest."""
    asked_id = links().subscription_of(Purpose.CONFIRM, token)
    with subscriptions() as (_, use):
        confirmed = use.confirm(asked_id, now())
    if confirmed.state is not State.ACTIVE:
        return _used(confirmed)
    return _to_preferences(links().make(Purpose.PREFERENCES, confirmed.id), "confirmed")


@bp.get("/preferences/<token>")
def show_preferences(token: str) -> str:
    """The form with what the reader gets, and what the last request offers to follow as well."""
    held = links().read(Purpose.PREFERENCES, token)
    reader = subscription(held["subscription"])
    offered = _offered(held.get("asked"))
    return render_template(
        "digest/preferences.html",
        reader=reader,
        is_active=reader.state is State.ACTIVE,
        form=form_of(reader.wishes, vocabularies(), offered),
        offered=len(set(offered) - set(reader.wishes.interests.searches)),
        said=_SAID.get(request.args.get("said", "")),
        tomorrow=london_day(now()) + timedelta(days=1),
        action=preferences_address(token),
        unsubscribe_href=unsubscribe_address(links().make(Purpose.UNSUBSCRIBE, reader.id)),
    )


@bp.post("/preferences/<token>")
@without_token
def save_preferences(token: str) -> Redirect:
    """Take other wishes; a reader who had unsubscribed begins again."""
    subscription_id = links().subscription_of(Purpose.PREFERENCES, token)
    wishes = read_wishes(request.form, vocabularies())
    until = read_pause_date(request.form.get("paused_until", ""))
    with subscriptions() as (_, use):
        use.change(subscription_id, wishes, until, now())
    return _to_preferences(token, "saved")


@bp.get("/preferences/<token>/data")
def data(token: str) -> Response:
    """All that is known of the reader, as a file."""
    reader = _reader(Purpose.PREFERENCES, token)
    with wired().services.database.read() as session:
        had = Ledger(session).had([reader.id]).get(reader.id)
    response = jsonify(own_data(reader, had))
    response.headers["Content-Disposition"] = 'attachment; filename="digest-data.json"'
    return response


@bp.get("/preferences/<token>/delete")
def show_delete(token: str) -> str:
    """What deleting does, and a button."""
    address = _reader(Purpose.PREFERENCES, token).address
    back = preferences_address(token)
    return render_template(
        "digest/delete.html", address=address, action=f"{back}/delete", back=back
    )


@bp.post("/preferences/<token>/delete")
@without_token
def delete(token: str) -> Redirect:
    """Forget the reader."""
    subscription_id = links().subscription_of(Purpose.PREFERENCES, token)
    with subscriptions() as (_, use):
        use.delete(subscription_id)
    return redirect(f"{DIGEST}/deleted", code=303)


@bp.get("/deleted")
def deleted() -> str:
    """That nothing is known of the reader any more."""
    return render_template("digest/deleted.html")


@bp.get("/unsubscribe/<token>")
def show_unsubscribe(token: str) -> str:
    """A button: programs that look through mail must unsubscribe nobody."""
    links().subscription_of(Purpose.UNSUBSCRIBE, token)
    return render_template("digest/unsubscribe.html", action=unsubscribe_address(token))


@bp.post("/unsubscribe/<token>")
@without_token
def unsubscribe(token: str) -> str:
    """End it, for the button and for mail programs by RFC 8058; said twice, it is well too."""
    subscription_id = links().subscription_of(Purpose.UNSUBSCRIBE, token)
    with subscriptions() as (_, use):
        use.unsubscribe(subscription_id)
    token = links().make(Purpose.PREFERENCES, subscription_id)
    return render_template("digest/unsubscribed.html", href=preferences_address(token))


@bp.get("/issue/<token>")
def show_issue(token: str) -> Response:
    """An issue as it was sent, without studies that are no longer to be read."""
    held = links().read(Purpose.ISSUE, token)
    reader = subscription(held["subscription"])
    due_at = datetime.fromisoformat(held["due"])
    with wired().services.database.read() as session:
        kept = Ledger(session).kept(reader.id, due_at)
        shows = settings().show_illustrative
        shelf = load_shelf(session, vocabularies(), show_illustrative=shows)
    issue = load_issue(kept, shelf.studies)
    if not issue.choices:
        raise IssueNotFound
    response = Response(composer(wired().services).page(reader, issue, due_at))
    # It is a message, which has its styles at each element, and nothing else.
    response.headers["Content-Security-Policy"] = ONLY_STYLES
    return response


def _reader(purpose: Purpose, token: str) -> Subscription:
    return subscription(links().subscription_of(purpose, token))


def _offered(asked_id: str | None) -> tuple[SavedSearch, ...]:
    """What was asked for last is to be followed; nothing once that is forgotten."""
    if asked_id is None:
        return ()
    try:
        return subscription(asked_id).wishes.interests.searches
    except SubscriptionNotFound:
        return ()


def _used(reader: Subscription) -> str:
    """What is said to somebody whose link did its work before."""
    token = links().make(Purpose.PREFERENCES, reader.id)
    return render_template(
        "digest/used.html",
        is_active=reader.state is State.ACTIVE,
        href=preferences_address(token),
    )


def _to_preferences(token: str, said: str) -> Redirect:
    return redirect(f"{preferences_address(token)}?said={said}", code=303)
