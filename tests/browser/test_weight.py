"""What a first visit costs a phone on a school's network."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import PHONE, a_page

pytestmark = pytest.mark.browser

MOST_BYTES = 150_000
SENT = """
() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""


@pytest.mark.parametrize("path", ["/", "/search?q=child+won%27t+speak+in+class", "/search"])
def test_the_first_view_weighs_little(browser: Browser, site: str, path: str) -> None:
    with a_page(browser, width=PHONE) as page:
        page.goto(site + path, wait_until="networkidle")
        sent = page.evaluate(SENT)
        # Fonts are most of it; nothing measured would be none of them.
        assert 80_000 < sent <= MOST_BYTES
