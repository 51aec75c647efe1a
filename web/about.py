"""What the library is and how it keeps its word: about it, and how far everybody can use it."""

from flask import Blueprint, render_template

from kb.domain import EvidenceStrength
from kb.querylog import KEPT_DAYS
from web.addresses import ABOUT, ACCESSIBILITY
from web.cards import tags
from web.context import searcher

bp = Blueprint("about", __name__)

# What a reader may take a label for, and must not.
LIMITS = {
    EvidenceStrength.DESCRIBED: "It does not mean that nothing changed. It means that nobody can "
    "tell from this how much.",
    EvidenceStrength.BEFORE_AFTER: "It does not mean that the practice was the cause.",
    EvidenceStrength.COMPARISON: "It does not mean that the two groups were alike in everything.",
    EvidenceStrength.EXTERNAL: "It does not mean that the effect was large, or that it was good: "
    "an evaluation may find little.",
}


@bp.get(ABOUT)
def show() -> str:
    """What the library holds, what its labels promise, and what it keeps of its readers."""
    vocabularies = searcher().vocabularies()
    values = list(vocabularies["value"])
    links = tags("value", "value", [value.key for value in values], vocabularies)
    return render_template(
        "about/show.html",
        values=list(zip(links, values, strict=True)),
        strengths=[(strength, LIMITS[strength]) for strength in EvidenceStrength],
        kept_days=KEPT_DAYS,
    )


@bp.get(ACCESSIBILITY)
def accessibility() -> str:
    """What is aimed at, what was tested and how, and what was not."""
    return render_template("about/accessibility.html")
