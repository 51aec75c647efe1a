"""A school's own page: the study as it would be, and whether the school agrees. No account.

The address holds a signed link. Other sites are told nothing of it: the site's Referrer-Policy is
`same-origin`. It is not `no-referrer`, under which browsers name no Origin with a form either, and
that is what `web.public_forms` looks at.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import PurePath
from typing import Any, ParamSpec

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response as WerkzeugResponse

from kb.desk.review import decide_for_school
from kb.desk.school import look_for_school
from kb.desk.values import Decision, Verdict, WorkingCopy
from kb.errors import (
    Invalid,
    LinkBroken,
    LinkExpired,
    Overtaken,
    WorkingCopyNotFound,
)
from kb.people import audit
from kb.picture_kinds import IMAGE_TYPES
from web import caching, public_forms
from web.addresses import APPROVAL, approval_address
from web.context import searcher, wired
from web.edit.looking import draft_body, shown_study
from web.feedback import limiter
from web.practices import page_of
from web.signed_in import without_token

bp = Blueprint("approval", __name__, url_prefix=APPROVAL)
bp.after_request(caching.unkept)

_FORM = "school approval"
_CLOSED: tuple[tuple[type[Exception], int, str], ...] = (
    (LinkExpired, 403, "This link has expired"),
    (LinkBroken, 403, "This link does not work"),
    (Overtaken, 409, "The text was changed meanwhile"),
    (WorkingCopyNotFound, 404, "There is nothing to agree to any more"),
)
_P = ParamSpec("_P")
_Answer = str | WerkzeugResponse | tuple[str, int]


def _explained(view: Callable[_P, _Answer]) -> Callable[_P, _Answer]:
    """Somebody without an account is told in plain words why a link leads nowhere."""

    @wraps(view)
    def explained(*args: _P.args, **kwargs: _P.kwargs) -> _Answer:
        try:
            return view(*args, **kwargs)
        except tuple(kind for kind, _, _ in _CLOSED) as error:
            status, title = next(
                (status, title) for kind, status, title in _CLOSED if isinstance(error, kind)
            )
            is_over = isinstance(error, WorkingCopyNotFound)
            page = render_template(
                "approval/closed.html", title=title, message=str(error), is_over=is_over
            )
            return make_response(page, status)

    return explained


@bp.get("/<token>")
@_explained
def show(token: str) -> _Answer:
    """The study, and the form; what was answered already stands in its place."""
    copy, answer = _look(token)
    return _page(token, copy, answer)


@bp.post("/<token>")
@without_token
@limiter.limit("20 per minute; 100 per hour")
@_explained
def send(token: str) -> _Answer:
    """Keep what the school says; what cannot be kept is given back."""
    public_forms.check(_FORM)
    form, now = request.form, datetime.now(UTC)
    verdicts = {"agree": Verdict.APPROVED, "change": Verdict.CHANGES_ASKED}
    links = wired().services.links
    try:
        with wired().services.database.begin() as session:
            copy, _ = look_for_school(session, links, token)
            verdict = verdicts.get(form.get("verdict", ""))
            if verdict is None:
                raise Invalid("Please choose one of the two answers.")
            name, note = form.get("name", ""), form.get("note", "")
            decide_for_school(
                session, copy.id, copy.version, verdict, name=name, note=note, now=now
            )
            detail = {"verdict": verdict.value, "name": name[:160], "version": str(copy.version)}
            audit.record(session, "school-answered", by=None, about=copy.id, detail=detail, now=now)
    except Invalid as error:
        copy, answer = _look(token)
        return _page(token, copy, answer, problem=str(error), typed=form), 422
    return redirect(approval_address(token), code=303)


@bp.get("/<token>/pictures/<name>")
@_explained
def picture(token: str, name: str) -> _Answer:
    """A picture of the draft, for whoever has the link."""
    copy, _ = _look(token)
    kind = IMAGE_TYPES.get(PurePath(name.lower()).suffix)
    find = wired().services.pictures.finder(copy.id, copy.slug)
    path = find(f"{copy.slug}/{name}")
    if kind is None or path is None or not path.is_file():
        abort(404)
    return send_file(path, mimetype=kind)


def _look(token: str) -> tuple[WorkingCopy, Decision | None]:
    services = wired().services
    with services.database.read() as session:
        return look_for_school(session, services.links, token)


def _page(
    token: str,
    copy: WorkingCopy,
    answer: Decision | None,
    *,
    problem: str | None = None,
    typed: Any = None,
) -> str:
    study, glossary = shown_study(copy), searcher().glossary()
    shown = page_of(study, searcher().vocabularies(), glossary)
    pictures = f"{approval_address(token)}/pictures"
    shown["body"] = draft_body(copy, study.body_md, glossary, pictures)
    return render_template(
        "approval/show.html",
        **shown,
        since=datetime.now(UTC).date(),
        is_draft=True,
        answer=answer,
        has_agreed=answer is not None and answer.verdict is Verdict.APPROVED,
        action=approval_address(token),
        signed=public_forms.sign(_FORM),
        problem=problem,
        typed=typed or {},
    )
