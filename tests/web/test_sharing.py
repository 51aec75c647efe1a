"""What others show of a page: its card, its one address, and its JSON-LD."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import web
from tests.factories import write_study
from tests.web.html import Element
from tests.web.site import Site, a_site

BASE = "http://127.0.0.1:8000"


def shared(page: Element) -> dict[str, str]:
    """What a page says of itself, by property."""
    return {
        meta.attributes["property"]: meta.attributes["content"]
        for meta in page.all("meta")
        if "property" in meta.attributes
    }


def canonical(page: Element) -> list[str]:
    return [link.attributes["href"] for link in page.all("link", rel="canonical")]


def graph(site: Site, slug: str) -> dict[str, dict[str, Any]]:
    """The JSON-LD of a study's page, by type."""
    script = site.page(f"/practice/{slug}").one("script", type="application/ld+json")
    linked = json.loads(script.text)
    assert linked["@context"] == "https://schema.org"
    return {each["@type"]: each for each in linked["@graph"]}


@pytest.mark.parametrize(
    "address", ["/", "/search?q=late", "/compare?slug=gate", "/about", "/practice/gate/briefing"]
)
def test_every_page_has_a_card(small: Site, address: str) -> None:
    page = small.page(address)
    card = shared(page)
    assert card["og:title"] in page.one("title").text
    assert len(card["og:description"]) > 20
    assert card["og:site_name"] == "Practice Library"
    assert card["og:image"].startswith(f"{BASE}/static/card.png?v=")
    assert page.one("meta", name="twitter:card").attributes["content"] == "summary_large_image"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("/?utm_source=x", "/"),
        ("/about", "/about"),
        ("/accessibility", "/accessibility"),
        ("/practice/gate?from=mail", "/practice/gate"),
        ("/practice/gate/briefing", "/practice/gate"),
    ],
)
def test_pages_that_are_to_be_found_name_their_one_address(
    small: Site, address: str, url: str
) -> None:
    page = small.page(address)
    assert canonical(page) == [BASE + url]
    assert shared(page)["og:url"] == BASE + url


@pytest.mark.parametrize(
    ("address", "status"), [("/search?q=gate", 200), ("/compare?slug=gate", 200), ("/nowhere", 404)]
)
def test_searches_and_what_is_not_there_name_none(small: Site, address: str, status: int) -> None:
    page = small.page(address, status=status)
    assert canonical(page) == []
    assert "og:url" not in shared(page)


def test_addresses_begin_as_the_installation_says(small: Site) -> None:
    own = a_site(small.content, small.home, update=False, KB_BASE_URL="https://kb.example.org/s")
    page = own.page("/practice/gate")
    assert canonical(page) == ["https://kb.example.org/s/practice/gate"]
    assert shared(page)["og:url"] == "https://kb.example.org/s/practice/gate"
    assert shared(page)["og:image"].startswith("https://kb.example.org/s/static/card.png")
    assert graph(own, "gate")["Article"]["url"] == "https://kb.example.org/s/practice/gate"
    own.services.database.close()


def test_a_study_is_shared_as_an_article_with_title_and_summary(small: Site) -> None:
    card = shared(small.page("/practice/gate"))
    assert card["og:type"] == "article"
    assert card["og:title"] == "Meeting children at the gate"
    assert card["og:description"] == "A hello at the gate made Mondays calmer."


@pytest.mark.parametrize("path", ["quiet-room", "quiet-room/briefing"])
def test_what_is_made_up_says_so_wherever_it_is_shared(small: Site, path: str) -> None:
    page = small.page(f"/practice/{path}")
    card = shared(page)
    assert "Illustrative: A quiet room for anxious pupils" in card["og:title"]
    assert card["og:description"].startswith("Illustrative: written for this project; no real")
    assert page.one("meta", name="description").attributes["content"] == card["og:description"]


def test_the_picture_is_small_and_of_the_size_that_it_says(small: Site) -> None:
    file = Path(web.__file__).parent / "static" / "card.png"
    assert file.stat().st_size < 60_000
    card = shared(small.page("/"))
    with Image.open(file) as image:
        assert (f"{image.width}", f"{image.height}") == (
            card["og:image:width"],
            card["og:image:height"],
        )
    assert small.get(card["og:image"].removeprefix(BASE)).mimetype == "image/png"


def test_search_engines_read_a_study_as_an_article(small: Site) -> None:
    article = graph(small, "gate")["Article"]
    assert article["headline"] == "Meeting children at the gate"
    assert article["description"] == "A hello at the gate made Mondays calmer."
    assert article["url"] == f"{BASE}/practice/gate"
    assert article["datePublished"] == article["dateModified"] == "2025-09-01"
    assert article["author"] == [{"@type": "Person", "name": "Deputy head"}]
    assert article["publisher"]["name"] == "Practice Library"
    assert article["about"] == ["Attendance"]


def test_search_engines_read_that_a_study_is_made_up_and_of_no_author(small: Site) -> None:
    article = graph(small, "quiet-room")["Article"]
    assert article["headline"].startswith("Illustrative: ")
    assert "no real school, person or result is claimed" in article["description"]
    assert [author["@type"] for author in article["author"]] == ["Organization"]


def test_crumbs_lead_from_home_over_the_theme_to_the_study(small: Site) -> None:
    items = graph(small, "gate")["BreadcrumbList"]["itemListElement"]
    assert [(item["position"], item["name"], item["item"]) for item in items] == [
        (1, "Practice Library", f"{BASE}/"),
        (2, "Attendance", f"{BASE}/search?theme=attendance"),
        (3, "Meeting children at the gate", f"{BASE}/practice/gate"),
    ]
    themeless = graph(small, "quiet-room")["BreadcrumbList"]["itemListElement"]
    assert [item["position"] for item in themeless] == [1, 2]


def test_no_text_of_a_study_ends_its_json(site: Site) -> None:
    title = "</script><script>alert(1)</script><!-- & 'it' \\u003c"
    write_study(site.content, "evil", title=title)
    site.update()
    assert graph(site, "evil")["Article"]["headline"] == title
    assert "<script>alert" not in site.get("/practice/evil").text
