"""The map of regions lies as England does, on any screen."""

import itertools

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import DESKTOP, SMALLEST, a_page

pytestmark = pytest.mark.browser

Box = tuple[float, float, float, float]


def boxes(page: Page) -> dict[str, Box]:
    """Left, top, right and bottom of each region's tile."""
    found = {}
    for tile in page.locator(".regions .tile").all():
        box = tile.bounding_box()
        assert box is not None
        x, y = box["x"], box["y"]
        found[tile.locator(".name").inner_text()] = (x, y, x + box["width"], y + box["height"])
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("width", [DESKTOP, SMALLEST])
def test_no_region_lies_on_another_and_each_is_where_it_belongs(
    browser: Browser, site: str, width: int
) -> None:
    with a_page(browser, width=width) as page:
        page.goto(f"{site}/regions")
        found = boxes(page)
        assert len(found) == 9
        for (a, one), (b, other) in itertools.combinations(found.items(), 2):
            assert not overlap(one, other), (a, b)
        tops = [found[name][1] for name in ("North East", "East Midlands", "London", "South East")]
        assert tops == sorted(set(tops))
        for west, east in (
            ("North West", "North East"),
            ("North West", "Yorkshire and the Humber"),
            ("West Midlands", "East Midlands"),
            ("East Midlands", "East of England"),
            ("South West", "South East"),
            ("South West", "London"),
        ):
            assert found[west][2] <= found[east][0]


def test_the_keyboard_opens_a_region(browser: Browser, site: str) -> None:
    with a_page(browser) as page:
        page.goto(f"{site}/regions")
        page.get_by_role("link", name="London").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/search?region=london")
