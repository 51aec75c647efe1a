"""'Useful' or 'not for us, because': a form that anybody may send, without an account."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from kb import feedback
from kb.errors import CaseStudyNotFound, Invalid
from kb.feedback import MAX_CHARS, Verdict
from web import caching, public_forms
from web.addresses import PRACTICE, feedback_address, practice_address, thanks_address
from web.context import library, wired
from web.signed_in import without_token

bp = Blueprint("feedback", __name__, url_prefix=PRACTICE)
# A page that gives back what was sent, and holds a signature, is neither kept nor compressed.
bp.after_request(caching.unkept)
# A school's readers may share one address. Each process counts for itself, in memory alone.
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


@bp.post("/<slug>/feedback")
@without_token
@limiter.limit("20 per minute; 100 per hour")
def send(slug: str) -> Response | tuple[str, int]:
    """Keep what was said, and thank; what cannot be kept is given back with the way to mend it."""
    public_forms.check(slug)
    with library() as studies:
        try:
            study = studies.get(slug).study
        except CaseStudyNotFound:
            # Renamed since the page was opened.
            study = studies.get(studies.moved_to(slug)).study
    said, reason = request.form.get("verdict", ""), request.form.get("reason", "")
    try:
        verdict, kept = feedback.read_feedback(said, reason)
    except Invalid as error:
        page = render_template(
            "feedback/again.html",
            meta=study.meta,
            href=practice_address(study.slug),
            form=form_of(study.slug),
            said=said,
            reason=reason[: 2 * MAX_CHARS],
            problem=str(error),
        )
        return page, 422
    with wired().services.database.begin() as session:
        feedback.record(session, study.id, verdict, kept, datetime.now(UTC).date())
    return redirect(thanks_address(study.slug), code=303)


@bp.get("/<slug>/thanks")
def thanks(slug: str) -> str:
    """That it has arrived."""
    with library() as studies:
        study = studies.get(slug).study
    return render_template("feedback/thanks.html", meta=study.meta, href=practice_address(slug))


def form_of(slug: str) -> dict[str, object]:
    """What the form's template needs, for the study at an address."""
    return {
        "action": feedback_address(slug),
        "signed": public_forms.sign(slug),
        "verdicts": list(Verdict),
        "most": MAX_CHARS,
    }
