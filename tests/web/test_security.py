"""Every answer keeps browsers safe, and every page can be read by everybody."""

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.factories import SHIPPED
from tests.web.html import Element, parse
from tests.web.site import Site, a_site
from web.security import HEADERS

ANSWERS = {
    "/": 200,
    "/search?q=gate": 200,
    "/practice/gate": 200,
    "/practice/gate.md": 200,
    "/practice/gate/briefing": 200,
    "/practice/old-gate": 301,
    "/media/gate/photo.png": 200,
    "/static/site.css": 200,
    "/static/suggest.js": 200,
    "/static/fonts/source-sans-3.woff2": 200,
    "/api/v1/search": 200,
    "/api/v1/openapi.json": 200,
    "/api/v1/none": 404,
    "/healthz": 200,
    "/metrics": 200,
    "/none": 404,
    "/static/none": 404,
    "/media/gate/none.png": 404,
    "/static/../app.py": 404,
}
PAGES = (
    "/",
    "/search",
    "/search?q=gate",
    "/search?q=zzxqj",
    "/search?q=a",
    "/search?need=ASD&need=none&staff_max=3&q=quiet&sort=newest&page=x",
    "/practice/gate",
    "/practice/breakfast",
    "/practice/quiet-room",
    "/practice/gate/briefing",
    "/sign-in",
    "/sign-in/sent",
    "/none",
)


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_every_answer_carries_the_headers(small: Site, address: str, status: int) -> None:
    answer = small.get(address)
    assert answer.status_code == status
    assert_headers(answer)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods_carry_them_too(small: Site, method: str) -> None:
    assert_headers(small.app.test_client().open("/search", method=method))


def test_a_site_that_is_not_ready_carries_them_too(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("bare")
    bare = a_site(SHIPPED, home, update=False)
    for address in ("/", "/search", "/api/v1/search", "/readyz"):
        answer = bare.get(address)
        assert answer.status_code == 503
        assert_headers(answer)
    bare.services.database.close()


def assert_headers(answer: TestResponse) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value]


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    # The address of a search holds what a teacher typed.
    assert HEADERS["Referrer-Policy"] in {"same-origin", "no-referrer"}


def pages(small: Site, shipped: Site) -> Iterator[tuple[str, Element]]:
    """Every kind of page, and that of every shipped study."""
    for address in PAGES:
        yield address, parse(small.get(address).text)
    for path in sorted((SHIPPED / "case-studies").glob("*.md")):
        yield path.stem, shipped.page(f"/practice/{path.stem}")
    for address in ("/", "/search", "/search?q=attendance&focus=send", "/search?page=3"):
        yield f"shipped {address}", shipped.page(address)


@pytest.fixture(scope="module")
def every_page(small: Site, shipped: Site) -> dict[str, Element]:
    found = dict(pages(small, shipped))
    assert len(found) == len(PAGES) + 72 + 4
    return found


def test_no_page_has_inline_script_or_style(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        assert page.all("style") == [], name
        for script in page.all("script"):
            if script.attributes.get("type") == "application/ld+json":
                # Data, which no browser runs.
                continue
            assert script.attributes["src"].startswith("/static/"), name
            assert script.text == "", name
        for element in page.walk():
            inline = {a for a in element.attributes if a == "style" or a.startswith("on")}
            assert not inline, f"{name}: {element.tag} {inline}"


def test_every_page_loads_from_the_site_alone(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        for element in page.walk():
            for attribute in ("src", "srcset", "action", "formaction", "data", "poster"):
                assert element.attributes.get(attribute, "/").startswith("/"), name
            if element.tag == "link" and element.attributes["rel"] != "canonical":
                assert element.attributes["href"].startswith("/"), name
            if element.tag == "a":
                scheme = urlsplit(element.attributes["href"]).scheme
                assert scheme in {"", "http", "https", "mailto"}, name


def test_what_a_page_loads_is_there(small: Site, every_page: dict[str, Element]) -> None:
    loaded = {
        element.attributes.get("href") or element.attributes["src"]
        for page in every_page.values()
        for element in page.all("link") + page.all("script")
        if element.attributes.get("rel") != "canonical"
        and element.attributes.get("type") != "application/ld+json"
    }
    assert len(loaded) >= 3
    for address in loaded:
        assert small.get(address).status_code == 200, address


def test_every_page_has_a_language_a_title_and_one_heading(every_page: dict[str, Element]) -> None:
    titles = set()
    for name, page in every_page.items():
        assert page.one("html").attributes["lang"].startswith("en"), name
        assert len(page.one("title").text) > 3, name
        assert page.one("h1").text, name
        assert len(page.all("main")) == 1, name
        titles.add(page.one("title").text)
    assert len(titles) > 72


def test_no_heading_skips_a_level(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        levels = [int(e.tag[1]) for e in page.walk() if len(e.tag) == 2 and e.tag[1].isdigit()]
        assert all(next_ <= level + 1 for level, next_ in pairwise(levels)), f"{name}: {levels}"


def test_every_field_has_a_label(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        labelled = {label.attributes.get("for") for label in page.all("label") if label.text}
        wrapped = {id(field) for label in page.all("label") if label.text for field in label.walk()}
        for field in page.all("input") + page.all("select") + page.all("textarea"):
            if field.attributes.get("type") not in {"hidden", "submit"}:
                assert (
                    field.attributes.get("id") in labelled - {None}
                    or id(field) in wrapped
                    or field.attributes.get("aria-label")
                ), f"{name}: {field.attributes}"


def test_every_link_and_button_says_what_it_does(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        for element in page.all("a") + page.all("button"):
            assert element.text or element.attributes.get("aria-label"), f"{name}: {element}"
        for image in page.all("img"):
            assert "alt" in image.attributes, name


def test_no_id_stands_twice_on_a_page(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
        assert len(ids) == len(set(ids)), name


def test_what_is_named_by_another_element_is_there(every_page: dict[str, Element]) -> None:
    for name, page in every_page.items():
        ids = {e.attributes.get("id") for e in page.walk()}
        for element in page.walk():
            for attribute in ("aria-labelledby", "aria-describedby", "for"):
                named = element.attributes.get(attribute, "").split()
                assert set(named) <= ids, f"{name}: {attribute}={named}"
