"""Schools that were written of before, so that nobody looks their figures up again."""

from flask import Blueprint, Response, jsonify, request

from kb.domain import FrontMatter, Role
from web import caching
from web.addresses import EDIT
from web.context import library
from web.edit.form import SCHOOL_NUMBERS, SCHOOL_TEXTS
from web.signed_in import needs

bp = Blueprint("schools", __name__, url_prefix=EDIT)
bp.after_request(caching.unkept)

_MOST = 12


@bp.get("/schools")
@needs(Role.CONTRIBUTOR)
def find() -> Response:
    """Schools whose name holds what is typed, each as its latest study has it; fields by name."""
    typed = " ".join(request.args.get("name", "").casefold().split())
    if len(typed) < 2:
        return jsonify(schools=[])
    with library() as studies:
        # Names alone are looked through: texts take seconds where there are thousands.
        ids = [case_id for case_id, name in studies.schools() if typed in name.casefold()]
        metas = [each.study.meta for each in studies.published(ids)]
    latest: dict[str, FrontMatter] = {}
    for meta in sorted(metas, key=lambda m: m.school.academic_year if m.school else ""):
        if meta.school:
            latest[meta.school.name] = meta
    found = [_fields(latest[name]) for name in sorted(latest)[:_MOST]]
    return jsonify(schools=found)


def _fields(meta: FrontMatter) -> dict[str, str]:
    fields = {
        f"school.{name}": getattr(meta.school, name) for name in (*SCHOOL_TEXTS, *SCHOOL_NUMBERS)
    }
    fields |= {name: getattr(meta, name) for name in ("region", "subregion", "la", "hub")}
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in fields.items()
        if value is not None
    }
