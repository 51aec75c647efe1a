"""What the search box offers while somebody types, as options of its list."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from indexer.suggest import Suggestion, TermSuggestion
from web import caching
from web.addresses import SUGGEST, practice_address, search_address
from web.context import searcher

bp = Blueprint("suggest", __name__)
bp.after_request(caching.private)


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the list: what is offered, what kind of thing it is, and where it leads."""

    text: str
    kind: str
    href: str


@bp.get(SUGGEST)
def show() -> str:
    """The options for `q`; nothing is logged of what is still being typed."""
    found = searcher().suggest(request.args.get("q", ""))
    return render_template("search/_suggestions.html", options=[_option(each) for each in found])


def _option(suggestion: Suggestion) -> Option:
    if isinstance(suggestion, TermSuggestion):
        count = f"{suggestion.count:,} case {'study' if suggestion.count == 1 else 'studies'}"
        href = search_address([(suggestion.facet, suggestion.key)])
        return Option(suggestion.label, f"{suggestion.facet_label}, {count}", href)
    kind = "Answered in a case study" if suggestion.is_question else "Case study"
    return Option(suggestion.text, kind, practice_address(suggestion.slug))
