"""Studies that say nearly what a draft says, and teachers' questions that it would answer."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.desk.text import compose, parts
from kb.domain import CaseStudyId, Role
from kb.errors import Invalid
from kb.hints.questions import suggested_answers
from kb.hints.source import read_draft
from web import caching
from web.addresses import EDIT, copy_address, practice_address
from web.context import searcher
from web.edit.desk import Desk, desk, reading_desk, sent_version
from web.edit.form import MOST_ANSWERS
from web.signed_in import needs

bp = Blueprint("alike", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)


@bp.get("/<case_id>/alike")
@needs(Role.CONTRIBUTOR)
def show(case_id: str) -> str:
    """Both, with the passages; editors alone see what teachers asked."""
    with reading_desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
        questions = _questions(at, copy.source)
    found = searcher().alike(read_draft(copy.source), copy.id)
    return render_template(
        "edit/alike.html",
        copy=copy,
        write_href=copy_address(copy.id),
        found=[(practice_address(study.slug), study) for study in found],
        questions=questions,
        may_see_questions=at.person.role.may_act_as(Role.EDITOR),
    )


@bp.post("/<case_id>/alike")
@needs(Role.EDITOR)
def take(case_id: str) -> Response:
    """Add a question to those that the study answers."""
    with desk() as at:
        copy = at.copies.get(CaseStudyId(case_id))
        question = request.form.get("question", "")
        if question not in _questions(at, copy.source):
            raise Invalid("This question is not among those suggested any more. Look again.")
        data, body_md = parts(copy.source)
        answers = [*data.get("answers", []), question]
        if len(answers) > MOST_ANSWERS:
            raise Invalid(f"A study answers {MOST_ANSWERS} questions at most. Take one out first.")
        source = compose(data | {"answers": answers}, body_md)
        at.copies.save(copy.id, sent_version(), source, at.now)
    return redirect(copy_address(copy.id), code=303)


def _questions(at: Desk, source: str) -> list[str]:
    if not at.person.role.may_act_as(Role.EDITOR):
        return []
    return suggested_answers(at.session, at.now.date(), read_draft(source), searcher())
