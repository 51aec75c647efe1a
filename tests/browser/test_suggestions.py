"""The list below the search box: by keys, by pointer, to a screen reader, and out of the way."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.pages import PHONE, SMALLEST, a_page

pytestmark = pytest.mark.browser


def test_the_arrow_keys_choose_and_enter_opens(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("small ste")
        option = page.get_by_role("option", name=re.compile("^Small steps"))
        expect(option).to_be_visible()
        expect(page.locator("#suggested")).to_have_text(re.compile(r"^\d+ suggestions?$"))
        expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("combobox").get_attribute("aria-activedescendant")
        expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/practice/"))


def test_enter_without_a_choice_searches_for_what_was_typed(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("attendance")
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/search?q=attendance")


def test_escape_closes_the_list_and_keeps_the_words(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/graded-return-and-a-quiet-door")
        page.locator("#q").click()
        page.keyboard.type("autis")
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(page.locator("#q")).to_have_value("autis")


def test_a_click_opens_and_leaving_the_box_closes(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("autism")
        page.get_by_role("option", name=re.compile("SEND need")).click()
        page.wait_for_url(re.compile("need=ASD"))
        page.locator("#q").click()
        page.keyboard.type("atten")
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize("width", [SMALLEST, PHONE])
@pytest.mark.parametrize("path", ["/", "/practice/graded-return-and-a-quiet-door"])
def test_an_open_list_is_sound_and_fits_a_phone(
    browser: Browser, site: str, width: int, path: str
) -> None:
    with a_page(browser, width=width) as page:
        page.goto(site + path)
        page.locator("#q").click()
        page.keyboard.type("read")
        expect(page.get_by_role("listbox")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        place = page.get_by_role("listbox").bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
