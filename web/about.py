"""What the library is, how it labels evidence, what it keeps, and how usable it is."""

from flask import Blueprint, render_template

from kb.domain import EvidenceStrength
from web.addresses import ABOUT, ACCESSIBILITY
from web.context import searcher

bp = Blueprint("about", __name__)


@bp.get(ABOUT)
def show() -> str:
    """Purpose, values, evidence, search, privacy."""
    values = list(searcher().vocabularies()["value"])
    return render_template("about/show.html", values=values, strengths=list(EvidenceStrength))


@bp.get(ACCESSIBILITY)
def accessibility() -> str:
    """What was tested, how, and what was not."""
    return render_template("about/accessibility.html")
