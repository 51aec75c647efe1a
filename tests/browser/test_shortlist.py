"""The shortlist in a real browser: kept, shown again, undone, shared, and never sent anywhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import CHROMIUM_ARGS, a_page

pytestmark = pytest.mark.browser

DOOR = "graded-return-and-a-quiet-door"
BOOKS = "books-that-look-worth-stealing"


def kept(page: Page) -> object:
    return page.evaluate("JSON.parse(localStorage.getItem('shortlist'))")


def count(page: Page) -> str:
    return page.get_by_role("navigation", name="Main").get_by_text("Shortlist").inner_text()


def test_it_is_kept_from_results_and_page_and_shown_and_compared(
    browser: Browser, site: str
) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=attendance")
        first = page.get_by_role("article").first.get_by_role("button", name=re.compile("^Keep"))
        first.click()
        expect(page.locator("#kept")).to_have_text("Kept. 1 on your shortlist.")
        expect(page.get_by_role("article").first.locator(".keep")).to_have_attribute(
            "aria-pressed", "true"
        )
        # Results that were changed since show it too.
        page.get_by_role("combobox", name="Sort").select_option("newest")
        page.wait_for_url(re.compile("sort=newest"))
        page.get_by_role("combobox", name="Sort").select_option("best")
        page.wait_for_url(re.compile("attendance$"))
        expect(page.locator(".keep[aria-pressed=true]")).to_have_count(1)
        page.goto(f"{site}/practice/{DOOR}")
        page.locator(".head .keep").focus()
        page.keyboard.press("Space")
        assert count(page) == "Shortlist (2)"
        page.get_by_role("link", name=re.compile("^Shortlist")).click()
        expect(page.get_by_role("article")).to_have_count(2)
        for box in page.get_by_role("checkbox").all():
            box.check()
        expect(page.locator("#ticked")).to_have_text(re.compile("^2 ticked"))
        page.get_by_role("button", name="Compare the ticked").click()
        expect(page.get_by_role("columnheader")).to_have_count(2)


def test_it_survives_a_restart_of_the_browser(
    browser: Browser, chromium: str, site: str, tmp_path: Path
) -> None:
    for visit in ("first", "second"):
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium, args=CHROMIUM_ARGS
        )
        page = context.new_page()
        page.goto(f"{site}/practice/{DOOR}")
        if visit == "first":
            page.locator(".head .keep").click()
        expect(page.locator(".head .keep")).to_have_attribute("aria-pressed", "true")
        context.close()


def test_the_bare_address_shows_what_is_kept_here(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/shortlist")
        expect(page.get_by_text("Nothing is kept yet")).to_be_visible()
        page.evaluate("slugs => localStorage.setItem('shortlist', JSON.stringify(slugs))", [DOOR])
        page.goto(f"{site}/shortlist")
        page.wait_for_url(f"{site}/shortlist?slug={DOOR}")
        expect(page.get_by_role("article")).to_have_count(1)


def test_emptying_and_taking_off_can_be_undone(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/shortlist?slug={DOOR}&slug={BOOKS}")
        page.get_by_role("button", name="Keep all of these").click()
        assert kept(page) == [DOOR, BOOKS]
        expect(page.get_by_role("button", name="Keep all of these")).to_be_hidden()
        page.get_by_role("button", name="Empty my shortlist").click()
        assert kept(page) == []
        expect(page.get_by_role("button", name="Undo")).to_be_focused()
        page.keyboard.press("Enter")
        assert kept(page) == [DOOR, BOOKS]
        page.locator(".keep").first.click()
        assert kept(page) == [BOOKS]
        expect(page.locator("#changed")).to_be_visible()
        page.locator(".keep").first.click()
        assert kept(page) == [BOOKS, DOOR]


def test_what_vanished_is_taken_off_if_the_reader_says_so(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        page.evaluate(
            "slugs => localStorage.setItem('shortlist', JSON.stringify(slugs))",
            ["vanished-study", DOOR],
        )
        page.goto(f"{site}/shortlist")
        expect(page.get_by_text("“vanished-study”")).to_be_visible()
        page.get_by_role("button", name="Take what is gone off my shortlist").click()
        assert kept(page) == [DOOR]


@pytest.mark.parametrize(
    "stored", ["{", "null", "7", '{"a": 1}', '[1, null, {}, "<b>", "../x"]', '"x"', '["aaa', ""]
)
def test_broken_storage_is_an_empty_shortlist(browser: Browser, site: str, stored: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        page.evaluate("text => localStorage.setItem('shortlist', text)", stored)
        page.goto(f"{site}/practice/{DOOR}")
        assert count(page) == "Shortlist"
        page.locator(".head .keep").click()
        assert kept(page) == [DOOR]


def test_a_full_shortlist_says_so(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        page.evaluate(
            "localStorage.setItem('shortlist',"
            " JSON.stringify([...Array(60).keys()].map(n => `study-${n}`)))"
        )
        page.goto(f"{site}/practice/{DOOR}")
        page.locator(".head .keep").click()
        expect(page.locator("#kept")).to_contain_text("full: it holds 50")
        expect(page.locator(".head .keep")).to_have_attribute("aria-pressed", "false")


def test_another_tab_shows_it_at_once(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/practice/{DOOR}")
        other = page.context.new_page()
        other.goto(f"{site}/search?q=attendance")
        page.locator(".head .keep").click()
        expect(other.get_by_role("navigation", name="Main")).to_contain_text("Shortlist (1)")


def test_without_javascript_there_is_no_dead_button(browser: Browser, site: str) -> None:
    with a_page(browser, javascript=False) as page:
        page.goto(f"{site}/shortlist?slug={DOOR}&slug={BOOKS}")
        expect(page.get_by_role("article")).to_have_count(2)
        expect(page.locator(".keep").first).to_be_hidden()
        expect(page.locator("[data-copy]")).to_be_hidden()
        expect(page.locator("[data-print]")).to_be_hidden()
        page.get_by_role("checkbox").first.check()
        page.get_by_role("checkbox").last.check()
        page.get_by_role("button", name="Compare the ticked").click()
        expect(page.get_by_role("columnheader")).to_have_count(2)
