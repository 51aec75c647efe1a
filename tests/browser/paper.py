"""Pages on paper, as Chromium prints them."""

import re

from playwright.sync_api import Page

_PAGE = re.compile(rb"/Type\s*/Page\b")
_SIZE = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
A4 = {(595, 842)}


def sheets(page: Page) -> int:
    """On how many sheets an open page is printed; fails if one of them is not A4."""
    # A picture that nobody scrolled to is still on its way.
    page.wait_for_load_state("networkidle")
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {(round(float(w)), round(float(h))) for w, h in _SIZE.findall(pdf)}
    assert sizes == A4
    return len(_PAGE.findall(pdf))
