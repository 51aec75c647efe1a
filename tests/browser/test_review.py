"""From a draft to the live page and back in a real browser, without JavaScript too."""

import re
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kb.domain import Role
from tests.browser.members import SignedIn
from tests.browser.pages import DESKTOP, PHONE, SMALLEST, a_page

pytestmark = pytest.mark.browser


def link_sent_to(home: Path, email: str) -> str:
    """The path in the message to an address, once the keeper has sent it."""
    for _ in range(100):
        for file in (home / "outbox").glob("*.eml"):
            message = message_from_bytes(file.read_bytes(), policy=default)
            body = message.get_body(("plain",))
            if message["To"] == email and body:
                match = re.search(r"(/approval/\S+)", body.get_content())
                assert match
                return match[1]
        time.sleep(0.3)
    raise AssertionError(f"no message to {email}")


def check(page: Page, *, javascript: bool = True) -> None:
    """Nothing for axe to find, and nothing beyond the window's edge."""
    if javascript:
        # A page that is on its way has no heading yet.
        page.wait_for_load_state()
        expect(page.locator("h1")).to_be_visible()
        # axe itself is a script.
        report = Axe().run(page)
        assert report.violations_count == 0, f"{page.url}\n{report.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def press(page: Page, name: str) -> None:
    """By keyboard, as everything must work."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    expect(button).to_be_focused()
    button.press("Enter")


@pytest.mark.parametrize(
    ("width", "scheme", "javascript", "place"),
    [
        (DESKTOP, "light", True, 0),
        (PHONE, "dark", True, 1),
        (SMALLEST, "light", True, 2),
        (PHONE, "light", False, 3),
    ],
)
def test_a_study_is_begun_reviewed_published_and_restored(
    browser: Browser,
    site: str,
    signed_in: SignedIn,
    width: int,
    scheme: str,
    *,
    javascript: bool,
    place: int,
) -> None:
    look: dict[str, Any] = {"width": width, "scheme": scheme, "javascript": javascript}
    look["tolerated"] = "status of 4"
    with signed_in(Role.CONTRIBUTOR, **look) as author, signed_in(Role.EDITOR, **look) as editor:
        author.goto(f"{site}/search")
        path = author.locator("#results h3 a").nth(place).get_attribute("href")
        author.goto(f"{site}{path}")
        check(author, javascript=javascript)
        press(author, "Edit")
        expect(author).to_have_url(re.compile("/edit/"))
        review = f"{author.url}/review"
        author.goto(review)
        check(author, javascript=javascript)
        press(author, "Hand in for review")
        expect(author.get_by_text("Done.")).to_be_visible()
        editor.goto(review)
        editor.get_by_text("Comment on “Impact”").click()
        editor.locator("details[open] textarea").fill("How many pupils was that?")
        press(editor, "Send the comment")
        expect(editor.locator(".remark")).to_contain_text("How many pupils")
        check(editor, javascript=javascript)
        expect(editor.get_by_role("button", name="Approve")).to_have_count(0)
        editor.locator(".remark button").press("Enter")
        editor.get_by_label("Note to the author").fill("Thank you, clear and honest.")
        press(editor, "Approve")
        editor.get_by_text("Publish at a time").click()
        editor.get_by_label("Day").fill("2031-03-30")
        editor.get_by_label("Time in London").fill("01:30")
        press(editor, "Set the time")
        expect(editor.get_by_role("alert")).to_contain_text("the clocks go forward")
        check(editor, javascript=javascript)
        press(editor, "Publish now")
        expect(editor.get_by_role("heading", level=1)).to_contain_text("Versions of")
        check(editor, javascript=javascript)
        editor.get_by_role("link", name="Published version").first.click()
        check(editor, javascript=javascript)
        editor.goto(review.replace("/review", "/revisions/1"))
        press(editor, "Restore this version")
        expect(editor.get_by_role("heading", level=1)).to_contain_text("Review:")
        editor.get_by_text("Give the draft up").click()
        press(editor, "Yes, give it up")
        check(editor, javascript=javascript)
        press(editor, "Take it up again")
        expect(editor.get_by_text("The draft is here again")).to_be_visible()
        editor.goto(f"{site}/edit/archive/{str(path).rpartition('/')[2]}")
        check(editor, javascript=javascript)


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_a_school_reads_and_answers_without_an_account(
    browser: Browser, site: str, signed_in: SignedIn, home: Path, width: int, scheme: str
) -> None:
    look: dict[str, Any] = {"width": width, "scheme": scheme, "tolerated": "status of 4"}
    email = f"head-{width}@school.example"
    with signed_in(Role.EDITOR, **look) as editor:
        editor.goto(f"{site}/edit/new")
        editor.get_by_label("Title").fill(f"A calm start {width}")
        press(editor, "Begin writing")
        editor.goto(f"{editor.url}/review")
        check(editor)
        editor.get_by_text("Ask the school").click()
        editor.get_by_label("Email address at the school").fill(email)
        press(editor, "Send the link")
        expect(editor.get_by_text(f"School asked at {email}")).to_be_visible()
        path = link_sent_to(home, email)
        with a_page(browser, **look) as school:
            school.goto(site + path)
            check(school)
            school.get_by_label("Please change something first").check()
            school.get_by_label("Your name and role").fill("A. Reed, headteacher")
            school.get_by_label("What should change").fill("Our name.")
            press(school, "Send the answer")
            expect(school.get_by_text("your school asks for changes")).to_be_visible()
            check(school)
            school.goto(f"{site}/approval/none")
            check(school)
        editor.reload()
        expect(editor.get_by_text("A. Reed, headteacher, for the school")).to_be_visible()
        check(editor)
