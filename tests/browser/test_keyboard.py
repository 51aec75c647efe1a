"""By keyboard alone: whatever has the focus shows it, and nothing holds it fast."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import DESKTOP, PHONE, a_page
from tests.browser.test_looks import MAIN, PAGES

pytestmark = pytest.mark.browser

MOST_STOPS = 60
# The search box shows its focus around itself and its button; a mark of the map, by its ring.
SHOWN = """
() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const around = [here, here.closest('.find')].filter(Boolean);
  const ring = here.querySelector('.hit');
  const box = here.getBoundingClientRect();
  return {
    name: here.outerHTML.slice(0, 120),
    outlined: around.some((each) => getComputedStyle(each).outlineStyle !== 'none'
      && parseFloat(getComputedStyle(each).outlineWidth) >= 2)
      || (ring !== null && parseFloat(getComputedStyle(ring).strokeWidth) >= 2),
    inside: box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
  };
}
"""


@pytest.mark.parametrize("name", MAIN)
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_stop_shows_the_focus_and_the_next_one_differs(
    browser: Browser, site: str, name: str, width: int
) -> None:
    with a_page(browser, width=width) as page:
        # Where it scrolls slowly, a stop is not in sight at once.
        page.emulate_media(reduced_motion="reduce")
        page.goto(site + PAGES[name])
        before, stops = "", 0
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            stop = page.evaluate(SHOWN)
            if stop is None:
                break
            assert stop["outlined"], stop["name"]
            assert stop["inside"], stop["name"]
            assert stop["name"] != before
            before, stops = stop["name"], stops + 1
        assert stops > 10
