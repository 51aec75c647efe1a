"""Studies on paper: two sheets at most, with where they are from and no buttons."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import a_page
from tests.browser.paper import sheets
from tests.factories import SHIPPED

pytestmark = pytest.mark.browser

# What takes most room: words, pictures, tables, footnotes, facts.
FULL = {
    "bells-off-after-a-sensory-audit-by-pupils",
    "graded-return-and-a-quiet-door",
    "say-it-before-you-write-it",
    "six-science-words-spoken-first",
    "year-7-transition-passport-photo-map",
}
LONGEST = sorted(
    (SHIPPED / "case-studies").glob("*.md"), key=lambda path: -len(path.read_text("utf-8"))
)[:3]
STUDIES = sorted(FULL | {path.stem for path in LONGEST})


@pytest.mark.parametrize("slug", STUDIES)
def test_a_study_takes_two_sheets_at_most(browser: Browser, site: str, slug: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{slug}")
        assert sheets(page) <= 2
        assert page.evaluate("[...document.images].every(image => image.complete)")


def test_paper_says_where_it_is_from_and_shows_no_buttons(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{STUDIES[0]}")
        page.emulate_media(media="print")
        expect(page.locator("#citation")).to_contain_text(f"/practice/{STUDIES[0]}")
        expect(page.locator(".glance")).to_be_visible()
        for gone in ("nav", "button", "form", ".related", ".foot"):
            assert page.locator(f"{gone}:visible").count() == 0, gone


def test_the_panel_stands_before_the_text_on_paper(browser: Browser, site: str) -> None:
    with a_page(browser, scheme="dark") as page:
        page.goto(f"{site}/practice/{STUDIES[0]}")
        page.emulate_media(media="print")
        tops = [page.locator(part).bounding_box() for part in (".head", ".glance", ".text")]
        assert tops == sorted(tops, key=lambda box: box["y"] if box else 0)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
