"""A reader follows a search by email, agrees, changes their mind twice, and leaves."""

import email
import re
import time
from email import policy
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import DESKTOP, PHONE, a_page

pytestmark = pytest.mark.browser

SECONDS = 60


def link_in_the_mail(outbox: Path, address: str) -> str:
    """The path of the link in the message that the keeper has written to an address."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for path in outbox.glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            if mail["To"] == address and body is not None:
                return str(re.findall(r"http://127\.0\.0\.1:8000(/\S+)", body.get_content())[0])
        time.sleep(0.2)
    raise AssertionError(f"no message came for {address}")


def check(page: Page) -> None:
    """What every page must be, here at its narrowest and widest."""
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert found == [], [each["id"] for each in found]
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_follows_a_search_changes_it_and_leaves(
    browser: Browser, site: str, home: Path, *, javascript: bool
) -> None:
    address = f"reader-{javascript}@school.example".lower()
    with a_page(browser, javascript=javascript) as page:
        page.goto(f"{site}/search?q=late+to+school&phase=primary")
        page.get_by_role("link", name="Follow this search by email").click()
        expect(page.get_by_label("“late to school” (Primary)")).to_be_checked()
        if javascript:
            check(page)
        page.get_by_label("Your email address").fill(address)
        page.locator("summary", has_text="SEND needs").click()
        page.get_by_label("Social, emotional and mental health").check()
        page.get_by_label("Day", exact=True).select_option("Thursday")
        page.get_by_role("button", name="Subscribe").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")

        page.goto(site + link_in_the_mail(home / "outbox", address))
        if javascript:
            check(page)
        page.get_by_role("button", name="Yes, send me the digest").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your digest")
        if javascript:
            check(page)
        page.get_by_label("“late to school” (Primary)").uncheck()
        page.get_by_label("Time", exact=True).select_option("16:00")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_text("late to school")).to_have_count(0)
        expect(page.get_by_label("Social, emotional and mental health")).to_be_checked()
        expect(page.get_by_label("Day", exact=True)).to_have_value("3")

        page.get_by_role("button", name="Unsubscribe").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
        page.get_by_role("link", name="Open your preferences").click()
        expect(page.get_by_text("You are not subscribed at present")).to_be_visible()
        page.get_by_role("link", name="Delete it").click()
        if javascript:
            check(page)
        page.get_by_role("button", name="Delete it all").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Deleted")
