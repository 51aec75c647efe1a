"""The API: the browser's search as JSON, in the shape that the design gives."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from indexer.facets import FACETS, LIMITS
from indexer.request import SCHOOL_NUMBERS, SCHOOL_TERMS
from tests.web.html import Element
from tests.web.site import PUBLISHED, Site, closest, slugs
from web.cli import main

SHAPE = {
    "query": str,
    "total": int,
    "took_ms": float,
    "total_is_minimum": bool,
    "page": int,
    "corrected_to": None,
    "did_you_mean": None,
    "also_searched": list,
    "short_forms": list,
    "ignored": list,
    "closest": list,
    "results": list,
    "facets": dict,
}
RESULT = {
    "id": str,
    "slug": str,
    "title": str,
    "summary": str,
    "url": str,
    "score": float,
    "matched": list,
    "illustrative": bool,
    "pinned": bool,
    "similar": list,
    "passage": dict,
    "values": list,
    "focus": list,
    "needs": list,
    "phases": list,
    "region": str,
    "first_published": str,
}
SEARCHES: tuple[dict[str, Any], ...] = (
    {},
    {"q": "breakfast"},
    {"q": "reading partners", "need": ["SLCN", "ASD"], "sort": "newest"},
    {"q": "qqwxv"},
    {"q": "pupils", "sort": "similar", "school_phase": "primary", "school_pupils": "900"},
    {"q": "a"},
    {"need": "none", "staff_max": "2", "page": "x"},
    {"focus": ["send", "disadvantage"], "evidence": "described"},
    {"q": "filler hall", "minutes_max": "9999", "limit": "2", "page": "2"},
)


def assert_shape(value: dict[str, Any], shape: dict[str, Any]) -> None:
    assert list(value) == list(shape)
    for name, kind in shape.items():
        assert value[name] is None if kind is None else isinstance(value[name], kind), name


def test_a_search_has_the_designs_shape(small: Site) -> None:
    found = small.json("/api/v1/search", q="breakfast")
    assert_shape(found, SHAPE)
    assert_shape(found["results"][0], RESULT)
    assert_shape(found["results"][0]["passage"], {"heading": str, "text": str, "highlights": list})
    assert list(found["facets"]) == [facet.name for facet in FACETS]
    assert_shape(found["facets"]["value"][0], {"key": str, "label": str, "count": int})


def test_a_result_says_what_the_file_says(small: Site) -> None:
    found = small.json("/api/v1/search", q="quiet anxious")["results"][0]
    assert {name: found[name] for name in ("slug", "illustrative", "values", "focus", "needs")} == {
        "slug": "quiet-room",
        "illustrative": True,
        "values": ["equity", "challenge"],
        "focus": ["send"],
        "needs": ["SEMH", "ASD"],
    }
    assert found["first_published"] == "2025-10-01"
    assert found["url"] == "http://127.0.0.1:8000/practice/quiet-room"
    assert found["region"] == "yorkshire-and-the-humber"
    assert set(found["matched"]) <= {"words", "meaning"}


def test_highlights_are_places_of_the_words_in_the_passage(small: Site) -> None:
    passage = small.json("/api/v1/search", q="toast")["results"][0]["passage"]
    lit = [passage["text"][start:end] for start, end in passage["highlights"]]
    assert [word.casefold() for word in lit] == ["toast"]


@pytest.mark.parametrize("params", SEARCHES)
def test_the_api_finds_what_the_page_shows(small: Site, params: dict[str, Any]) -> None:
    found = small.json("/api/v1/search", **params)
    page = small.page("/search", **params)
    assert [each["slug"] for each in found["results"]] == slugs(page)
    assert [each["slug"] for each in found["closest"]] == closest(page)
    shown = page.one("h2", id="found").one("strong").text
    assert (found["total"] or "No") in {shown, int(shown) if shown.isdigit() else shown}
    for ignored in found["ignored"]:
        assert ignored in results(page).text


def results(page: Element) -> Element:
    return page.one(id="results")


@pytest.mark.parametrize("params", SEARCHES)
def test_the_command_line_prints_what_the_api_answers(small: Site, params: dict[str, Any]) -> None:
    arguments = ["search", "--json", "--limit", params.get("limit", "20")]
    for name, given in params.items():
        for value in given if isinstance(given, list) else [given]:
            if name not in {"q", "limit"}:
                arguments += [f"--{name.replace('_', '-')}", value]
    ran = CliRunner().invoke(main, [*arguments, "--", params.get("q", "")], env=small.env)
    assert ran.exit_code == 0, ran.output
    printed = json.loads(ran.stdout)
    answered = small.json("/api/v1/search", **params)
    for each in (printed, answered):
        each.pop("took_ms")
    assert printed == answered


def test_limit_sets_the_size_of_a_page(small: Site) -> None:
    first = small.json("/api/v1/search", limit=4)
    second = small.json("/api/v1/search", limit=4, page=2)
    assert [len(each["results"]) for each in (first, second)] == [4, 4]
    assert first["total"] == len(PUBLISHED)
    assert (first["page"], second["page"]) == (1, 2)
    slugs = [each["slug"] for page in (first, second) for each in page["results"]]
    assert len(set(slugs)) == 8


@pytest.mark.parametrize("limit", ["0", "101", "-3", "x", "1e2"])
def test_a_limit_out_of_range_is_ignored_and_named(small: Site, limit: str) -> None:
    found = small.json("/api/v1/search", limit=limit)
    assert found["ignored"] == [f"limit={limit}"]
    assert len(found["results"]) == len(PUBLISHED)


def test_odd_queries_are_answered(small: Site) -> None:
    for query in ("", "a", "😀", "\x00", "a" * 10_000, "<script>", '"', "%"):
        found = small.json("/api/v1/search", q=query)
        assert len(found["query"]) <= 500


def test_errors_are_json_too(small: Site) -> None:
    for address in ("/api/v1/none", "/api/", "/api/v2/search", "/api/v1/search/"):
        assert list(small.json(address, status=404)) == ["error"]
    answer = small.app.test_client().post("/api/v1/search")
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert "GET" in answer.headers["Allow"]


def schema(site: Site) -> Any:
    return site.json("/api/v1/openapi.json")


def test_the_description_is_openapi_and_its_references_lead_somewhere(small: Site) -> None:
    described = schema(small)
    assert described["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(described["info"])
    assert all(set(server) == {"url"} for server in described["servers"])
    for path, operations in described["paths"].items():
        assert small.get(path).status_code == 200
        for operation in operations.values():
            assert operation["operationId"]
            assert "200" in operation["responses"]
            for answer in operation["responses"].values():
                assert answer["description"]
    references = list(refs(described))
    assert references
    for reference in references:
        node = described
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def refs(node: Any) -> Any:
    """Every `$ref` below a node."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from refs(child)
    elif isinstance(node, list):
        for child in node:
            yield from refs(child)


def test_the_description_lists_every_parameter_that_is_read(small: Site) -> None:
    listed = schema(small)["paths"]["/api/v1/search"]["get"]["parameters"]
    names = [parameter["name"] for parameter in listed]
    read = {"q", "sort", "page", "limit", "as_typed", *LIMITS, *SCHOOL_TERMS, *SCHOOL_NUMBERS}
    read |= {facet.name for facet in FACETS}
    assert sorted(names) == sorted(read)
    assert all(p["in"] == "query" and p["schema"]["type"] for p in listed)


def test_what_is_listed_is_read(small: Site) -> None:
    for parameter in schema(small)["paths"]["/api/v1/search"]["get"]["parameters"]:
        if parameter["name"] not in {"q", "as_typed"}:
            given: dict[str, Any] = {parameter["name"]: "none"}
            assert small.json("/api/v1/search", **given)["ignored"] == [f"{parameter['name']}=none"]


@pytest.mark.parametrize("params", SEARCHES)
def test_an_answer_is_what_the_description_says(small: Site, params: dict[str, Any]) -> None:
    described = schema(small)
    operation = described["paths"]["/api/v1/search"]["get"]
    model = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert_valid(small.json("/api/v1/search", **params), model, described["components"]["schemas"])


def assert_valid(value: Any, model: dict[str, Any], models: dict[str, Any]) -> None:
    """As much of JSON Schema as the description uses."""
    if "$ref" in model:
        model = models[model["$ref"].rpartition("/")[2]]
    if "anyOf" in model:
        assert value is None or {"type": "null"} in model["anyOf"]
        return
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    assert isinstance(value, kinds[model["type"]])
    for name in model.get("required", ()):
        assert name in value
    for name, child in value.items() if isinstance(value, dict) else ():
        assert_valid(
            child, model.get("properties", {}).get(name) or model["additionalProperties"], models
        )
    for child in value if isinstance(value, list) else ():
        if "items" in model:
            assert_valid(child, model["items"], models)
