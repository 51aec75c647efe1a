"""Titles and names that nobody expected: pages hold them at any width."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.pages import PHONE, SMALLEST, a_page
from tests.browser.serving import serving
from tests.factories import BODY, write_study
from tests.web.site import small_content

pytestmark = pytest.mark.browser

TITLES = {
    "endless": "Pneumono" + "ultramicroscopic" * 9,
    "long": "How a very long title goes on and on " * 4,
    "right-to-left": "مدرسة تساعد الأطفال على التحدث في الفصل",
    "emoji": "🎉👩\u200d👧 Praise 🙂🙂🙂",
}
SLUGS = "&".join(f"slug={slug}" for slug in TITLES)
PAGES = ("/", "/search?sort=newest", f"/compare?{SLUGS}", f"/shortlist?{SLUGS}", "/map")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with such studies, the newest of all."""
    folder = tmp_path_factory.mktemp("odd")
    content = small_content(folder)
    for number, (slug, title) in enumerate(TITLES.items(), 1):
        write_study(
            content,
            slug,
            title=title.strip(),
            summary=f"{title.strip()} {title.strip()}",
            body=BODY,
            school={"name": title.strip(), "type": "academy-converter", "academic_year": "2024/25"},
            first_published=f"2026-03-0{number}",
        )
    with serving(folder / "var", content) as address:
        yield address


@pytest.mark.parametrize("path", [*PAGES, *(f"/practice/{slug}" for slug in TITLES)])
def test_nothing_bursts_the_page(browser: Browser, odd: str, path: str) -> None:
    with a_page(browser, width=SMALLEST) as page:
        page.goto(odd + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_they_are_searched_for_suggested_and_kept(browser: Browser, odd: str) -> None:
    with a_page(browser, width=PHONE) as page:
        page.goto(odd)
        page.locator("#q").fill("مدرسة تساعد")
        expect(page.get_by_role("option").first).to_contain_text(TITLES["right-to-left"])
        page.keyboard.press("Enter")
        first = page.get_by_role("article").first
        expect(first).to_contain_text(TITLES["right-to-left"])
        first.locator(".keep").click()
        expect(page.locator("#kept")).to_contain_text("Kept")
