"""What other programs read of the library: feed, site map, how a browser searches here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from flask import Blueprint, Response, request

from indexer.documents import Document
from indexer.request import SearchRequest, Sort, read_request
from web import caching
from web.addresses import (
    ABOUT,
    ACCESSIBILITY,
    FEED,
    HOME,
    MAP,
    OPENSEARCH,
    REGIONS,
    ROBOTS,
    SEARCH,
    SITEMAP,
    practice_address,
)
from web.citation import public_title
from web.context import searcher, settings
from web.view import absolute

bp = Blueprint("feeds", __name__)
feed = Blueprint("feed", __name__)
feed.after_request(caching.private)

# A feed reader asks every hour or so, and shows what it has not shown.
ENTRIES = 30
_ATOM = "http://www.w3.org/2005/Atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What Atom asks for where there is nothing to date: before the first study of anybody.
_NEVER = date(2000, 1, 1)
_LONGEST_NAME = 16


@feed.get(FEED)
def atom() -> Response:
    """The newest studies that a search finds; the parameters are those of the results page.

    It is not counted as a search: a program asks, again and again.
    """
    asked = read_request(request.args.to_dict(flat=False), searcher().vocabularies())
    page = searcher().search(replace(asked, sort=Sort.NEWEST, page=1, page_size=ENTRIES))
    found = [result.document for result in page.results]
    return _xml(_feed(asked, found), "application/atom+xml")


@bp.get(OPENSEARCH)
def opensearch() -> Response:
    """How a browser searches here from its own box."""
    root = ElementTree.Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    _add(root, "ShortName", settings().site_name[:_LONGEST_NAME])
    _add(root, "Description", f"Case studies in {settings().site_name}")
    _add(root, "InputEncoding", "UTF-8")
    for kind, path in (("text/html", SEARCH), ("application/atom+xml", FEED)):
        _add(root, "Url", type=kind, template=f"{absolute(path)}?q={{searchTerms}}")
    return _xml(root, "application/opensearchdescription+xml")


@bp.get(SITEMAP)
def sitemap() -> Response:
    """The addresses of the standing pages and of every published study."""
    root = ElementTree.Element("urlset", xmlns=_SITEMAP)
    studies = map(practice_address, searcher().slugs())
    for path in (HOME, ABOUT, ACCESSIBILITY, MAP, REGIONS, *studies):
        _add(_add(root, "url"), "loc", absolute(path))
    return _xml(root, "application/xml")


@bp.get(ROBOTS)
def robots() -> Response:
    """Studies may be found from elsewhere; what was typed into a search may not."""
    lines = ("User-agent: *", f"Disallow: {SEARCH}", f"Disallow: {FEED}", "Disallow: /api/")
    text = "\n".join((*lines, f"Sitemap: {absolute(SITEMAP)}", ""))
    return Response(text, mimetype="text/plain")


def _feed(asked: SearchRequest, found: Iterable[Document]) -> ElementTree.Element:
    name = settings().site_name
    documents = list(found)
    query = request.query_string.decode("ascii", "replace")
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _add(root, "title", f"{name}: {asked.text}" if asked.text else name)
    _add(root, "id", _urn(f"{FEED}?{query}"))
    _add(root, "updated", _moment(max(map(_changed, documents), default=_NEVER)))
    _add(_add(root, "author"), "name", name)
    for rel, path in (("self", FEED), ("alternate", SEARCH)):
        _add(root, "link", rel=rel, href=absolute(f"{path}?{query}" if query else path))
    for document in documents:
        _add_entry(root, document)
    return root


def _add_entry(root: ElementTree.Element, document: Document) -> None:
    meta = document.meta
    entry = _add(root, "entry")
    _add(entry, "title", public_title(meta))
    # Of what never changes: neither slug nor address.
    _add(entry, "id", _urn(f"case-study:{document.id}"))
    _add(entry, "link", rel="alternate", href=absolute(practice_address(document.slug)))
    _add(entry, "published", _moment(document.since))
    _add(entry, "updated", _moment(_changed(document)))
    _add(entry, "summary", meta.summary)
    for key in meta.values:
        _add(entry, "category", term=key, label=searcher().vocabularies()["value"].label(key))


def _changed(document: Document) -> date:
    return max(document.since, document.meta.updated or document.since)


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn


def _add(
    parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _xml(root: ElementTree.Element, mimetype: str) -> Response:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, mimetype=mimetype)
