"""A shortlist: the studies that its address names; what readers keep is in their browsers."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, render_template, request

from indexer.documents import Document
from kb.errors import CaseStudyNotFound
from web import caching
from web.addresses import SHORTLIST, practice_address, shortlist_address
from web.cards import document_card
from web.context import library, searcher, settings

bp = Blueprint("shortlist", __name__)
bp.after_request(caching.private)

MOST = 50
# Mail programs take some 2,000 characters of an address.
_MAIL_CHARACTERS = 1_900
_LONGEST_SHOWN = 100


@bp.get(SHORTLIST)
def show() -> str:
    """The studies of the address in its order, as far as there are such, and what is missing."""
    asked = list(dict.fromkeys(request.args.getlist("slug")))
    found, missing = _found(asked[:MOST])
    vocabularies = searcher().vocabularies()
    here = shortlist_address(document.slug for document in found)
    return render_template(
        "shortlist/show.html",
        cards=[document_card(document, vocabularies) for document in found],
        missing=[slug[:_LONGEST_SHOWN] for slug in missing],
        most=MOST,
        has_more=len(asked) > MOST,
        shared_href=f"{settings().base_url}{here}",
        mail_href=_mail_address(found, settings().base_url, here),
    )


def _found(asked: Sequence[str]) -> tuple[list[Document], list[str]]:
    """The documents of slugs, past ones too, none twice; and the slugs that lead nowhere."""
    now = {slug: slug for slug in asked}
    held = searcher().documents(asked)
    with library() as studies:
        for slug in set(asked) - set(held):
            try:
                now[slug] = studies.moved_to(slug)
            except CaseStudyNotFound:
                del now[slug]
    held = searcher().documents(now[slug] for slug in asked if slug in now)
    return list(held.values()), [slug for slug in asked if now.get(slug) not in held]


def _mail_address(found: Sequence[Document], base_url: str, here: str) -> str:
    """A message with the titles and addresses of as many studies as fit, and of the whole list."""
    rest = f"\r\nAll of them: {base_url}{here}\r\n"
    lines = [
        f"{document.meta.title}\r\n{base_url}{practice_address(document.slug)}\r\n\r\n"
        for document in found
    ]
    while True:
        body = quote("".join(lines) + rest, safe="")
        address = f"mailto:?subject={quote('Case studies worth a look')}&body={body}"
        if len(address) <= _MAIL_CHARACTERS or not lines:
            return address
        lines.pop()
