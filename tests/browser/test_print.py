"""Studies on paper: two sheets at most, with where they are from and no buttons."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import a_page
from tests.browser.paper import sheets
from tests.factories import SHIPPED
from web.briefing import LINES, MOST_LINES_DONE
from web.points import LINE

pytestmark = pytest.mark.browser

# What takes most room: words, pictures, tables, footnotes, facts.
FULL = {
    "bells-off-after-a-sensory-audit-by-pupils",
    "graded-return-and-a-quiet-door",
    "say-it-before-you-write-it",
    "six-science-words-spoken-first",
    "year-7-transition-passport-photo-map",
}
WORDIEST = sorted(
    (SHIPPED / "case-studies").glob("*.md"), key=lambda path: -len(path.read_text("utf-8"))
)[:3]
# A briefing as full as it gets: title and summary at their limits, a point to every line.
FILL = """(lines) => {
  const text = (length) => "words and more ".repeat(length).slice(0, length);
  document.querySelector("h1").textContent = text(160);
  document.querySelector(".standfirst").textContent = text(600);
  document.querySelectorAll(".told ul").forEach((list, n) => {
    list.innerHTML = `<li class="under">${text(LINE)}</li>`.repeat(lines[n]);
    list.insertAdjacentHTML("afterend", "<p>There is more in the case study itself.</p>");
  });
  document.querySelector(".sheet .note").insertAdjacentHTML(
    "afterend", `<p class="note due">${text(130)}</p>`);
  document.querySelector("#citation").textContent = text(450);
}""".replace("LINE", str(LINE))
STUDIES = sorted(FULL | {path.stem for path in WORDIEST})


@pytest.mark.parametrize("slug", STUDIES)
def test_a_study_takes_two_sheets_at_most(browser: Browser, site: str, slug: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{slug}")
        assert sheets(page) <= 2
        assert page.evaluate("[...document.images].every(image => image.complete)")


@pytest.mark.parametrize("slug", STUDIES)
def test_a_briefing_takes_exactly_one_sheet(browser: Browser, site: str, slug: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{slug}/briefing")
        assert sheets(page) == 1


def test_the_fullest_briefing_takes_one_sheet_too(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{STUDIES[0]}/briefing")
        page.evaluate(FILL, [MOST_LINES_DONE, LINES - MOST_LINES_DONE])
        assert page.locator(".told li").count() == LINES
        assert sheets(page) == 1


def test_paper_says_where_it_is_from_and_shows_no_buttons(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{STUDIES[0]}")
        page.emulate_media(media="print")
        expect(page.locator("#citation")).to_contain_text(f"/practice/{STUDIES[0]}")
        expect(page.locator(".glance")).to_be_visible()
        for gone in ("nav", "button", "form", ".related", ".foot"):
            assert page.locator(f"{gone}:visible").count() == 0, gone


def test_no_explanation_is_printed(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/listening-meetings-with-families-of-absent-pupils")
        page.locator(".term").first.focus()
        page.emulate_media(media="print")
        expect(page.locator(".tip").first).to_be_hidden()
        expect(page.locator(".term").first).to_have_css("text-decoration-line", "none")


def test_the_panel_stands_before_the_text_on_paper(browser: Browser, site: str) -> None:
    with a_page(browser, scheme="dark") as page:
        page.goto(f"{site}/practice/{STUDIES[0]}")
        page.emulate_media(media="print")
        tops = [page.locator(part).bounding_box() for part in (".head", ".glance", ".text")]
        assert tops == sorted(tops, key=lambda box: box["y"] if box else 0)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
