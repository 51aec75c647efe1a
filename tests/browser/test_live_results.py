"""Results that follow what is typed and chosen: address, focus, history, announcements, trouble."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import PHONE, a_page

pytestmark = pytest.mark.browser


def test_a_filter_changes_the_results_and_keeps_focus_and_place(
    browser: Browser, site: str
) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=reading")
        before = page.locator("#found").inner_text()
        send = page.get_by_role("checkbox", name=re.compile("^SEND"))
        # Opened or closed by the reader, it stays so.
        page.locator("#facet-theme summary").click()
        page.locator("#facet-value summary").click()
        send.focus()
        page.keyboard.press("Space")
        page.wait_for_url(re.compile("focus=send"))
        expect(page.locator("#found")).not_to_have_text(before)
        expect(send).to_be_focused()
        expect(send).to_be_checked()
        expect(page.locator("#said")).to_have_text(re.compile(r"^\d+ case studies$"))
        expect(page.locator("#facet-theme")).to_have_attribute("open", "")
        expect(page.locator("#facet-value")).not_to_have_attribute("open", "")
        assert "(SEND)" in page.title()
        chip = page.get_by_role("link", name=re.compile("SEND.*remove filter"))
        chip.click()
        page.wait_for_url(re.compile("q=reading$"))
        expect(send).not_to_be_checked()
        # The chip is gone: focus goes to where its effect is seen.
        expect(page.locator("#results")).to_be_focused()


def test_what_is_typed_is_searched_for_after_a_pause(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?focus=send")
        page.locator("#q").click()
        page.keyboard.type("will not speak")
        page.wait_for_url(re.compile(r"q=will(%20|\+)not(%20|\+)speak"))
        assert "focus=send" in page.url
        expect(page.get_by_role("article").first).to_contain_text("do not speak at school")
        expect(page.locator("#q")).to_be_focused()
        expect(page.locator("#q")).to_have_value("will not speak")


def test_back_shows_what_was_there_and_typing_is_no_step(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(site)
        page.goto(f"{site}/search?q=reading")
        page.get_by_role("checkbox", name=re.compile("^SEND")).check()
        page.wait_for_url(re.compile("focus=send"))
        page.locator("#q").click()
        page.keyboard.type(" aloud")
        page.wait_for_url(re.compile("aloud"))
        page.evaluate("history.back()")
        page.wait_for_url(re.compile("q=reading$"))
        expect(page.get_by_role("checkbox", name=re.compile("^SEND"))).not_to_be_checked()
        expect(page.locator("#q")).to_have_value("reading")
        page.evaluate("history.forward()")
        page.wait_for_url(re.compile("aloud"))
        expect(page.get_by_role("checkbox", name=re.compile("^SEND"))).to_be_checked()
        expect(page.locator("#q")).to_have_value("reading aloud")
        page.evaluate("history.go(-2)")
        page.wait_for_url(f"{site}/")


def test_the_address_can_be_given_to_somebody_else(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=reading")
        page.get_by_role("checkbox", name=re.compile("^Equity")).check()
        page.wait_for_url(re.compile("value=equity"))
        expect(page.locator(".chip")).to_have_count(1)
        address, titles = page.url, page.get_by_role("article").all_inner_texts()
    with a_page(browser) as other:
        other.goto(address)
        assert other.get_by_role("article").all_inner_texts() == titles


def test_trouble_is_said_and_the_old_results_stay(browser: Browser, site: str) -> None:
    with a_page(browser, tolerated="ERR_FAILED") as page:
        page.goto(f"{site}/search?q=reading")
        count = page.get_by_role("article").count()
        page.route("**/search?*", lambda route: route.abort())
        page.get_by_role("combobox", name="Sort").select_option("newest")
        expect(page.get_by_role("alert")).to_contain_text("could not be brought up to date")
        assert page.get_by_role("article").count() == count
        page.unroute("**/search?*")
        page.get_by_role("link", name="Try again").click()
        page.wait_for_url(re.compile("sort=newest"))
        expect(page.get_by_role("alert")).to_be_hidden()


def test_filters_on_a_phone_open_as_a_sheet(browser: Browser, site: str) -> None:
    with a_page(browser, width=PHONE) as page:
        page.goto(f"{site}/search?q=reading")
        send = page.get_by_role("checkbox", name=re.compile("^SEND"))
        expect(send).to_be_hidden()
        page.locator("summary", has_text="Filters").click()
        sheet = page.get_by_role("dialog", name="Filters")
        expect(sheet).to_be_visible()
        send.check()
        page.wait_for_url(re.compile("focus=send"))
        # It stays open, and says what would be seen below it.
        show = sheet.get_by_role("button", name=re.compile(r"^Show \d+ case studies$"))
        expect(show).to_be_visible()
        expect(send).to_be_checked()
        show.click()
        expect(sheet).to_be_hidden()
        expect(page.locator("summary", has_text="Filters (1 on)")).to_be_focused()
        # Once more, and closed by the keyboard.
        page.keyboard.press("Enter")
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(send).to_be_hidden()


def test_the_school_is_remembered_in_this_browser_until_it_is_forgotten(
    browser: Browser, site: str
) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=reading&sort=similar")
        page.locator("#s-school_pupils").fill("300")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("school_pupils=300"))
        page.goto(f"{site}/search?q=attendance")
        page.get_by_role("combobox", name="Sort").select_option("similar")
        page.wait_for_url(re.compile("sort=similar.*school_pupils=300"))
        page.get_by_role("button", name="Forget my school").click()
        expect(page.locator("#s-school_pupils")).to_have_value("")
        page.goto(f"{site}/search?q=writing&sort=similar")
        expect(page.locator("#s-school_pupils")).to_have_value("")


@pytest.mark.parametrize("stored", ["{", "null", "[]", '"x"', '{"school_pupils": {}}', "7"])
def test_broken_storage_is_as_good_as_none(browser: Browser, site: str, stored: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=reading")
        page.evaluate("text => localStorage.setItem('school', text)", stored)
        page.get_by_role("combobox", name="Sort").select_option("similar")
        expect(page.locator("#s-school_pupils")).to_have_value("")
