"""Forms that anybody may send: no cookie, so they are checked by where they come from and a field
that we signed.

The field says what it is for and the day it was made, and holds for two days after: a page that
lay open in a tab may still be sent, a list of stolen fields is soon of no use. It changes once a
day, so that a page stays the same for those who hold it already.
"""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadSignature, Signer

from kb.errors import Refused
from web.context import settings, wired

FIELD = "signed"
_HELD_DAYS = 2


def sign(purpose: str) -> str:
    """The field for a form of this purpose."""
    return _signer().sign(f"{purpose} {_today().isoformat()}").decode()


def check(purpose: str) -> None:
    """See that the request was sent from a form of ours for this purpose.

    Raises:
        Refused: it was not, or the form is too old.
    """
    if not _is_from_here():
        raise Refused("This form must be sent from its own page. Open the page and send it again.")
    try:
        signed = _signer().unsign(request.form.get(FIELD, "")).decode()
        told, day = signed.rsplit(" ", 1)
        made = date.fromisoformat(day)
    except (BadSignature, ValueError):
        raise Refused(_STALE) from None
    if told != purpose or not timedelta(0) <= _today() - made <= timedelta(days=_HELD_DAYS):
        raise Refused(_STALE)


_STALE = "This form has been open for too long. Open the page anew and send it again."


def _is_from_here() -> bool:
    """By the Origin that every browser sends with a form, whatever the page's script does."""
    origin = request.headers.get("Origin", "")
    return origin in {_origin(request.host_url), _origin(settings().base_url)}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _today() -> date:
    return datetime.now(UTC).date()


def _signer() -> Signer:
    return Signer(wired().services.secret, salt="public form")
