"""What people come for, done in a real browser with the true model."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import a_page

pytestmark = pytest.mark.browser

NEED = "child won't speak in class"


def test_a_teacher_types_a_need_narrows_it_and_reads_the_answer(
    browser: Browser, site: str
) -> None:
    with a_page(browser) as page:
        page.goto(site)
        # The caret is in the box: typing needs no click.
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.type(NEED)
        page.keyboard.press("Enter")
        first = page.get_by_role("article").first
        expect(first).to_contain_text("children who do not speak at school")
        before = page.get_by_role("article").count()

        page.get_by_role("checkbox", name=re.compile("^SEND")).check()
        page.wait_for_url(re.compile(r"focus=send"))
        expect(page.get_by_role("checkbox", name=re.compile("^SEND"))).to_be_checked()
        page.get_by_role("checkbox", name=re.compile("^Equity")).check()
        page.wait_for_url(re.compile(r"value=equity"))
        assert page.get_by_role("article").count() <= before
        expect(page.locator("#q")).to_have_value(NEED)

        page.get_by_role("article").first.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for heading in ("Context", "Challenge", "What we did", "Impact", "What we learned"):
            expect(page.get_by_role("heading", level=2, name=heading, exact=True)).to_be_visible()
        expect(page.get_by_text("illustrative", exact=False).first).to_be_visible()


def test_everything_can_be_done_without_javascript(browser: Browser, site: str) -> None:
    with a_page(browser, javascript=False) as page:
        page.goto(site)
        page.get_by_role("searchbox").fill("attendance")
        page.get_by_role("button", name="Search").first.click()
        page.get_by_role("checkbox", name=re.compile("^Disadvantage")).check()
        page.get_by_role("button", name=re.compile("Apply")).first.click()
        assert "focus=disadvantage" in page.url
        assert "q=attendance" in page.url
        chip = page.get_by_role("link", name=re.compile("Disadvantage.*remove filter"))
        chip.click()
        assert "focus=" not in page.url
        assert "q=attendance" in page.url


def test_the_keyboard_reaches_the_results_past_the_filters(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=reading")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to the main content")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to the results")
        page.keyboard.press("Enter")
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('article h3') !== null"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/practice/"))


def test_a_need_that_nothing_answers_says_so_and_helps(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/search?q=tax+return+deadline")
        assert page.get_by_role("heading", name="Closest, though not close").is_visible()
        assert page.get_by_role("article").count() == 3
        expect(page.get_by_role("heading", level=2).first).to_contain_text("No case studies")
        page.get_by_role("link", name=re.compile("all case studies", re.IGNORECASE)).first.click()
        assert page.get_by_role("article").count() == 20


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_says_that_a_study_is_not_for_them(
    browser: Browser, site: str, *, javascript: bool
) -> None:
    with a_page(browser, javascript=javascript) as page:
        page.goto(f"{site}/practice/graded-return-and-a-quiet-door")
        form = page.locator("form.feedback")
        form.get_by_label("Not for us").check()
        form.get_by_label(re.compile("^Because")).fill("We have no quiet door.")
        form.get_by_role("button", name="Send").press("Enter")
        page.wait_for_url(re.compile("/thanks$"))
        page.get_by_role("link", name="Back to the case study").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("graded return")
