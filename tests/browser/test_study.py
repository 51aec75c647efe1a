"""What a study's page does in a real browser beyond being read."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import a_page

pytestmark = pytest.mark.browser

STUDY = "/practice/graded-return-and-a-quiet-door"


def test_the_citation_is_copied_and_that_is_said(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(site + STUDY)
        page.get_by_role("button", name="Copy the citation").click()
        expect(page.get_by_role("status")).to_have_text("Copied.")
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
        expect(page.get_by_role("status")).to_contain_text("select the text")


def test_without_javascript_there_is_no_button_that_does_nothing(
    browser: Browser, site: str
) -> None:
    with a_page(browser, javascript=False) as page:
        page.goto(site + STUDY)
        assert page.locator("main button:visible").all_text_contents() == []
        expect(page.locator("#citation")).to_be_visible()
