"""From an invitation to signing in again, in a real browser, by keyboard where a person would."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kb.domain import Role
from tests.browser.members import SignedIn, a_member
from tests.browser.pages import DESKTOP, PHONE, SMALLEST, a_page
from tests.kb.people.persons import PASSWORD

pytestmark = pytest.mark.browser

NAME = "Jo Reed"


def check(page: Page) -> None:
    """Nothing for axe to find, and nothing beyond the window's edge."""
    report = Axe().run(page)
    assert report.violations_count == 0, f"{page.url}\n{report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (DESKTOP, True), (PHONE, False)])
def test_an_invitation_leads_to_an_account_and_back_in(
    browser: Browser, site: str, signed_in: SignedIn, width: int, *, javascript: bool
) -> None:
    email = f"jo-{uuid4().hex[:8]}@school.example"
    look: dict[str, Any] = {"width": width, "javascript": javascript}

    def checked(page: Page) -> None:
        # axe itself is a script.
        if javascript:
            check(page)

    with signed_in(Role.ADMIN, **look) as admin:
        admin.goto(site)
        checked(admin)
        admin.get_by_role("link", name="People").click()
        admin.get_by_label("Email address").fill(email)
        admin.get_by_label("Name", exact=True).fill(NAME)
        admin.get_by_role("radio", name=re.compile("^Editor")).check()
        checked(admin)
        admin.get_by_role("button", name="Send an invitation").press("Enter")
        expect(admin.get_by_role("heading", level=1)).to_have_text("Pass this link on")
        checked(admin)
        path = re.sub(r"^https?://[^/]+", "", admin.locator("code").inner_text())

    refusals = "status of 4"
    with a_page(browser, signed_in=(site, ""), tolerated=refusals, **look) as page:
        page.goto(site + path)
        checked(page)
        expect(page.get_by_label("Your name")).to_have_value(NAME)
        page.get_by_label("Password").fill("password1234")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("alert")).to_contain_text("tried first")
        checked(page)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
        expect(page.get_by_text("Your account is ready")).to_be_visible()
        checked(page)

        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        page.goto(f"{site}/account")
        page.wait_for_url(re.compile(r"/sign-in\?next=%2Faccount$"))
        checked(page)
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password", exact=True).fill("not my password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("do not belong together")
        checked(page)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/account")
        # The link has done its work.
        page.goto(site + path)
        expect(page.get_by_text("used already")).to_be_visible()


def test_a_link_is_asked_for_by_the_address_alone(browser: Browser, site: str, home: Path) -> None:
    person, _ = a_member(home, Role.EDITOR)
    with a_page(browser, signed_in=(site, ""), width=PHONE) as page:
        page.goto(f"{site}/sign-in")
        page.get_by_label("Email address").fill(person.email)
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
        check(page)
        letter = the_letter(page, home, person.email)
        path = re.search(r"(/sign-in/link/[\w.=\-]+)", letter)
        assert path
        page.goto(site + path[1])
        check(page)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/account"))
        # Whoever forgot the password is not asked for it.
        expect(page.get_by_label("New password")).to_be_visible()
        expect(page.get_by_label("Current password")).to_have_count(0)


def the_letter(page: Page, home: Path, to: str) -> str:
    """What the keeper left for an address; fails if nothing comes."""
    for _ in range(100):
        for file in (home / "outbox").glob("**/*.eml"):
            letter = file.read_text(encoding="utf-8")
            if f"To: {to}" in letter:
                return letter.replace("=\n", "")
        page.wait_for_timeout(200)
    raise AssertionError("no letter came")


@pytest.mark.parametrize("width", [SMALLEST, PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_people_look_right(
    signed_in: SignedIn, site: str, width: int, scheme: str
) -> None:
    with signed_in(Role.ADMIN, width=width, scheme=scheme) as page:
        for path in ("/account", "/people", "/audit", "/search?q=reading"):
            page.goto(site + path)
            check(page)
        page.goto(f"{site}/people")
        page.get_by_role("link", name=re.compile("^Change")).first.click()
        check(page)
