"""Addresses of the API."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.http import generate_etag

from indexer.request import read_request
from web import caching
from web.api.openapi import describe
from web.api.schema import finds_alone, search_json, search_out
from web.context import searcher, settings, wired

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.after_request(caching.private)


@bp.get("/search")
def search() -> Response:
    """The browser's search, with the same parameters, and `limit` for the size of a page."""
    asked = read_request(request.args.to_dict(flat=False), searcher().vocabularies())
    page = searcher().search(asked)
    if asked.page == 1:
        wired().queries.record(asked.text, page.total)
    found = search_out(page, settings().base_url)
    body = search_json(found)
    response = Response(body, mimetype="application/json")
    response.set_etag(generate_etag(finds_alone(body, found)), weak=True)
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """What this API takes and gives, as OpenAPI 3.1."""
    return jsonify(describe(settings().site_name, settings().base_url))
