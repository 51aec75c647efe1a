"""Text is text: markup in a study, a query or an address is shown, never run."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.factories import write_study
from tests.web.html import Element
from tests.web.site import Site, a_site, small_content

EVIL = "<script>alert('x')</script>"
QUOTED = "Say \"no\" & 'yes' <b>now</b> {{ 7*7 }}"
TITLE = f"{EVIL} {QUOTED}"
ADDRESSES = ("/", "/search", "/search?q=script", "/practice/evil")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose newest study carries markup wherever people write freely."""
    folder = tmp_path_factory.mktemp("evil")
    content = small_content(folder)
    write_study(
        content,
        "evil",
        title=TITLE,
        summary=f"Summary {TITLE}",
        answers=[f"Question {TITLE}"],
        la=f"La {EVIL}",
        authors=[f"Author {EVIL}"],
        contact=f"Contact {EVIL}",
        first_published="2026-02-01",
        review_by="2036-02-01",
        school={
            "name": f"School {QUOTED} {EVIL}",
            "type": "community-school",
            "academic_year": "2024/25",
        },
        body=BODY,
    )
    theme = content / "vocabulary" / "theme.toml"
    theme.write_text(f"{theme.read_text()}\n[evil]\nlabel = '''{EVIL}'''\ndescription = 'x'\n")
    site = a_site(content, folder / "var", KB_SITE_NAME='Library <i>of</i> "all"')
    yield site
    site.services.database.close()


BODY = f"""\
## Context

{EVIL} <img src=x onerror=alert(1)> [a](https://x.example/"onclick="alert)

## Challenge

<div onclick="alert(1)" style="color:red">{QUOTED}</div>

## What we did

`{EVIL}`

    {EVIL}

## Impact

| <script>alert(1)</script> | b |
| --- | --- |
| <svg onload=alert(1)> | <style>body{{display:none}}</style> |

## What we learned

Nothing[^1].

[^1]: {EVIL}
"""


def assert_harmless(page: Element) -> None:
    """No element or attribute but those of the templates."""
    for element in page.walk():
        assert element.tag not in {"i", "style", "iframe", "object", "b"}
        if element.attributes.get("type") == "application/ld+json":
            assert "<" not in element.text
        elif element.tag == "script":
            assert element.attributes["src"].startswith("/static/")
            assert element.text == ""
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "srcdoc"}
            assert not value.strip().lower().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_takes_a_studys_text_for_markup(evil: Site, address: str) -> None:
    page = evil.page(address)
    assert_harmless(page)
    assert EVIL in page.text
    assert "<script>alert" not in evil.get(address).text


def test_the_page_of_the_study_shows_each_text_as_it_was_written(evil: Site) -> None:
    page = evil.page("/practice/evil")
    assert page.one("h1").text == TITLE
    assert page.one("title").text.startswith(TITLE)
    assert page.one("meta", name="description").attributes["content"] == f"Summary {TITLE}"
    for written in (f"School {QUOTED} {EVIL}", f"Author {EVIL}", f"Contact {EVIL}"):
        assert written in page.one("main").text
    assert "49" not in page.one("h1").text


def test_a_result_shows_title_school_and_passage_as_text(evil: Site) -> None:
    page = evil.page("/search", q="question script alert")
    card = page.all("article")[0]
    assert card.one("h3").text == TITLE
    assert f"School {QUOTED} {EVIL}" in card.text
    assert f"Question {TITLE}" in card.text
    assert card.all("mark")


def test_a_vocabularys_label_is_text_too(evil: Site, tmp_path: Path) -> None:
    write_study(evil.content, "themed", themes=["evil"], first_published="2026-01-31")
    evil.update()
    for address in ("/search?theme=evil", "/practice/themed"):
        page = evil.page(address)
        assert_harmless(page)
        assert EVIL in page.text


def test_the_sites_name_is_text(evil: Site) -> None:
    page = evil.page("/")
    assert 'Library <i>of</i> "all"' in page.one(class_="brand").text


def test_the_api_gives_the_text_as_it_was_written(evil: Site) -> None:
    found = evil.json("/api/v1/search", q="question script alert")["results"][0]
    assert found["title"] == TITLE
    assert found["summary"] == f"Summary {TITLE}"
    answer = evil.get("/api/v1/search", q=EVIL)
    assert answer.get_json()["query"] == EVIL
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/<script>alert(1)</script>",
        "/practice/<script>alert(1)</script>",
        '/practice/"onmouseover="alert(1)',
        "/practice/<img src=x onerror=alert(1)>.md",
        "/media/<script>/x.png",
        "/static/<script>alert(1)</script>",
    ],
)
def test_a_path_of_markup_is_not_found_and_not_run(evil: Site, path: str) -> None:
    page = evil.page(quote(path), status=404)
    assert_harmless(page)


def test_the_apis_errors_are_json_whatever_the_path(evil: Site) -> None:
    answer = evil.get("/api/v1/" + quote("<script>alert(1)</script>"))
    assert (answer.status_code, answer.mimetype) == (404, "application/json")


@pytest.mark.parametrize("query", [EVIL, QUOTED, '"><svg onload=alert(1)>', "' onclick='alert(1)"])
def test_a_query_of_markup_is_shown_as_text(evil: Site, query: str) -> None:
    page = evil.page("/search", q=query, need=query, sort=query, staff_max=query)
    assert_harmless(page)
    assert page.one("input", id="q").attributes["value"] == query
    assert query[:60] in page.one(id="results").text


def test_the_markdown_is_sent_as_a_file_and_not_shown(evil: Site) -> None:
    answer = evil.get("/practice/evil.md")
    assert EVIL in answer.text
    assert answer.mimetype == "text/markdown"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
