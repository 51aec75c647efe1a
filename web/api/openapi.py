"""The API's own description. Written from the types that answer, so the two cannot differ."""

from typing import Any

from pydantic import TypeAdapter

from indexer.facets import FACETS, LIMITS
from indexer.request import (
    MAX_CHARS,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    SCHOOL_NUMBERS,
    SCHOOL_TERMS,
    Sort,
)
from web.api.schema import ErrorOut, SearchOut

_REF = "#/components/schemas/{model}"


def describe(site_name: str, base_url: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    _, definitions = TypeAdapter.json_schemas(
        [(kind, "serialization", TypeAdapter(kind)) for kind in (SearchOut, ErrorOut)],
        ref_template=_REF,
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{site_name} API", "version": "1"},
        "servers": [{"url": base_url}],
        "paths": {
            "/api/v1/search": {
                "get": {
                    "operationId": "search",
                    "summary": "Search published case studies",
                    "description": "Unknown values of filters are ignored and named in `ignored`.",
                    "parameters": _parameters(),
                    "responses": {
                        "200": _answer("One page of results", "SearchOut"),
                        "503": _answer("The index is not ready", "ErrorOut"),
                    },
                }
            }
        },
        "components": {"schemas": definitions["$defs"]},
    }


def _parameters() -> list[dict[str, Any]]:
    number = {"type": "integer", "minimum": 1}
    return [
        _parameter("q", f"The need; the first {MAX_CHARS} letters count.", {"type": "string"}),
        *(
            _parameter(
                facet.name,
                f"{facet.label}; repeat it for {'both' if facet.every else 'either'}.",
                {"type": "array", "items": {"type": "string"}},
            )
            for facet in FACETS
        ),
        *(_parameter(name, "The most it may take.", number | {"minimum": 0}) for name in LIMITS),
        *(
            _parameter(name, "The asker's school, for sort=similar.", {"type": "string"})
            for name in SCHOOL_TERMS
        ),
        *(
            _parameter(name, "The asker's school, for sort=similar.", number | {"minimum": 0})
            for name in SCHOOL_NUMBERS
        ),
        _parameter("as_typed", "1: search for no other spelling.", {"type": "string"}),
        _parameter("sort", "The order.", {"type": "string", "enum": [s.value for s in Sort]}),
        _parameter("page", "Counted from 1.", number),
        _parameter(
            "limit",
            "Results on a page.",
            number | {"maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
        ),
    ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema,
        "explode": True,
    }


def _answer(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
