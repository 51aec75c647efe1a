"""How the digest stands, for admins: numbers and a preview, and nothing of who reads what."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from kb.digest.bounces import counts
from kb.digest.choice import Chooser
from kb.digest.runs import standing
from kb.digest.schedule import news_since
from kb.digest.shelf import load_shelf
from kb.digest.subscription import State, Subscription, SubscriptionId
from kb.domain import Role
from web.addresses import DIGEST
from web.context import searcher, settings, wired
from web.digest.context import now, unlisted, vocabularies
from web.digest.finding import SearcherFinder
from web.digest.reader import ONLY_STYLES
from web.digest.sending import composer
from web.digest.wishes_form import form_of, read_wishes
from web.signed_in import needs

bp = Blueprint("digest_admin", __name__, url_prefix=f"{DIGEST}/admin")
bp.after_request(unlisted)


@bp.get("")
@needs(Role.ADMIN)
def show() -> str:
    """Growth, the last runs, what came back, and a form for a preview."""
    with wired().services.database.read() as session:
        stands, bounced = standing(session, now()), counts(session)
    wishes = read_wishes(request.args, vocabularies())
    return render_template(
        "digest/admin.html",
        stands=stands,
        bounced=bounced,
        form=form_of(wishes, vocabularies()),
        action=f"{DIGEST}/admin/preview",
    )


@bp.get("/preview")
@needs(Role.ADMIN)
def preview() -> Response | tuple[str, int]:
    """What a new reader with these interests would be sent now; its links open nothing."""
    at, words = now(), vocabularies()
    nobody = SubscriptionId("preview")
    wishes = read_wishes(_asked(), words)
    reader = Subscription(nobody, "preview@localhost", wishes, State.ACTIVE, asked_at=at)
    with wired().services.database.read() as session:
        shelf = load_shelf(session, words, show_illustrative=settings().show_illustrative)
    chooser = Chooser(shelf, SearcherFinder(searcher()), at)
    issue = chooser.choose(wishes.interests, news_since(reader), {}, always=True)
    if issue is None:
        return render_template("digest/no_preview.html"), 404
    response = Response(composer(wired().services).page(reader, issue, at))
    response.headers["Content-Security-Policy"] = ONLY_STYLES
    return response


def _asked() -> MultiDict[str, str]:
    """The form as a reader's would be, its words a followed search."""
    asked = MultiDict(request.args)
    if typed := " ".join(asked.pop("q", "").split()):
        asked.add("search", urlencode({"q": typed}))
    return asked
