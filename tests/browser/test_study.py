"""What a study's page does in a real browser beyond being read."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import DESKTOP, SMALLEST, a_page

pytestmark = pytest.mark.browser

TERMS = "/practice/listening-meetings-with-families-of-absent-pupils"
STUDY = "/practice/graded-return-and-a-quiet-door"


def test_the_citation_is_copied_and_that_is_said(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(site + STUDY)
        page.get_by_role("button", name="Copy the citation").click()
        expect(page.locator("#kept")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("#citation").text_content()
        assert "Illustrative case study" in copied


def test_a_browser_that_does_not_allow_copying_says_so(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.add_init_script(
            "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))"
        )
        page.goto(site + STUDY)
        page.get_by_role("button", name="Copy the citation").click()
        expect(page.locator("#kept")).to_contain_text("Select the text")


def test_a_term_is_explained_to_the_keyboard_and_escape_puts_it_away(
    browser: Browser, site: str
) -> None:
    with a_page(browser) as page:
        page.goto(site + TERMS)
        term, tip = page.locator(".term").first, page.locator(".tip").first
        expect(tip).to_be_hidden()
        term.focus()
        expect(tip).to_be_visible()
        expect(term).to_have_accessible_description(re.compile("Free school meals for families"))
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(term).to_be_focused()
        expect(tip).to_be_visible()


def test_an_explanation_stays_while_the_pointer_is_on_it(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site + TERMS)
        term, tip = page.locator(".term").first, page.locator(".tip").first
        term.evaluate("term => term.scrollIntoView({block: 'center', behavior: 'instant'})")
        term.hover()
        expect(tip).to_be_visible()
        box = tip.bounding_box()
        assert box
        below = term.bounding_box()
        assert below
        page.mouse.move(below["x"] + 5, box["y"] + 20, steps=20)
        expect(tip).to_be_visible()
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        page.mouse.move(1, 1)
        term.hover()
        expect(tip).to_be_visible()


@pytest.mark.parametrize("width", [SMALLEST, DESKTOP])
def test_no_explanation_leaves_the_screen(browser: Browser, site: str, width: int) -> None:
    with a_page(browser, width=width, javascript=False) as page:
        page.goto(site + TERMS)
        for term in page.locator(".term").all():
            term.focus()
            box = term.locator(".tip").bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_there_is_no_button_that_does_nothing(
    browser: Browser, site: str
) -> None:
    with a_page(browser, javascript=False) as page:
        page.goto(site + STUDY)
        assert page.locator("main button:visible").all_text_contents() == []
        expect(page.locator("#citation")).to_be_visible()
