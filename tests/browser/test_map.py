"""The map of practice by pointer and by keyboard."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import PHONE, a_page

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 24


def open_map(page: Page, site: str) -> None:
    """Once the keeper has drawn it, as it does after a first start."""
    for _ in range(60):
        page.goto(f"{site}/map")
        if page.locator(".picture").count():
            return
        page.wait_for_timeout(1000)
    pytest.fail("the map was not drawn")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with a_page(browser) as opened:
        open_map(opened, site)
        yield opened


def test_every_point_is_large_enough_and_none_hides_another(page: Page) -> None:
    boxes = page.eval_on_selector_all(
        ".picture .hit",
        "all => all.map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width])",
    )
    assert len(boxes) == 72
    assert all(width >= SMALLEST_TARGET for *_, width in boxes)
    for (x, y, _), (u, v, _) in combinations(boxes, 2):
        assert (x - u) ** 2 + (y - v) ** 2 >= SMALLEST_TARGET**2


def test_a_point_leads_to_its_study(page: Page) -> None:
    point = page.locator(".picture a").nth(30)
    title = (point.get_attribute("aria-label") or "").split(". ")[0]
    point.locator(".mark").click()
    page.wait_for_url(re.compile("/practice/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_keyboard_goes_through_the_points_and_shows_where_it_is(page: Page) -> None:
    page.get_by_role("link", name="Focus", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.locator(".picture a").first).to_be_focused()
    hit = page.locator(".picture a:focus-visible .hit")
    assert hit.evaluate("e => getComputedStyle(e).stroke") != "none"
    page.keyboard.press("Tab")
    expect(page.locator(".picture a").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/practice/"))


def test_the_picture_can_be_skipped(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.picture') === null")
    assert page.evaluate("document.activeElement.classList.contains('scroll')")


@pytest.mark.parametrize("width", [1024, PHONE])
def test_axe_finds_nothing_in_the_picture(browser: Browser, site: str, width: int) -> None:
    with a_page(browser, width=width) as page:
        open_map(page, site)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
