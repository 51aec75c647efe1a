"""Every page at every width and in both schemes: no axe violation, no sideways scrolling."""

import itertools
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.pages import DESKTOP, PHONE, SMALLEST, a_page

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "results": "/search?q=child+won%27t+speak+in+class",
    "browse": "/search?focus=send&focus=disadvantage&value=equity",
    "nothing": "/search?q=tax+return+deadline",
    "short form": "/search?q=TA+retreival+KS1",
    "schools like mine": "/search?q=attendance&sort=similar&school_phase=primary&school_fsm6=30",
    "ignored": "/search?q=SEMH&value=nonsense&page=99999",
    "table": "/practice/listening-meetings-with-families-of-absent-pupils",
    "picture": "/practice/bells-off-after-a-sensory-audit-by-pupils",
    "footnote": "/practice/graded-return-and-a-quiet-door",
    "briefing": "/practice/graded-return-and-a-quiet-door/briefing",
    "compare": "/compare?slug=listening-meetings-with-families-of-absent-pupils"
    "&slug=graded-return-and-a-quiet-door&slug=bells-off-after-a-sensory-audit-by-pupils",
    "versions": "/practice/graded-return-and-a-quiet-door/versions",
    "thanks": "/practice/graded-return-and-a-quiet-door/thanks",
    "compare nothing": "/compare?slug=no-such-study",
    "map": "/map",
    "map by focus": "/map?by=focus",
    "shortlist": "/shortlist?slug=graded-return-and-a-quiet-door&slug=no-such-study"
    "&slug=listening-meetings-with-families-of-absent-pupils",
    "no shortlist": "/shortlist",
    "about": "/about",
    "regions": "/regions",
    "accessibility": "/accessibility",
    "sign in": "/sign-in",
    "link sent": "/sign-in/sent",
    "subscribe": "/subscribe?q=late+to+school&value=equity&phase=primary",
    "subscribed": "/subscribe/sent",
    "deleted": "/digest/deleted",
    "not found": "/nowhere",
    "study not found": "/practice/a-quiet-door-and-a-graded-return",
}


# What people see most; pictures of these are kept, to be looked at.
MAIN = ("home", "results", "footnote", "compare", "shortlist", "map", "about")
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, site: str, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with a_page(browser, width=width, scheme=scheme) as page:
        page.goto(site + PAGES[name])
        if name in MAIN:
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing_at_twice_the_size_in_forced_colours(
    browser: Browser, site: str, path: str
) -> None:
    with a_page(browser, width=DESKTOP // 2, adapted=True) as page:
        page.goto(site + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP // 2


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_nothing_scrolls_sideways_on_the_smallest_screen(
    browser: Browser, site: str, path: str
) -> None:
    with a_page(browser, width=SMALLEST) as page:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_headings_begin_with_one_and_skip_no_level(browser: Browser, site: str, path: str) -> None:
    with a_page(browser) as page:
        page.goto(site + path)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"
        )
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
