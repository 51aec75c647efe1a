"""Writing in a real browser: kept as it is typed, and found again whatever happened."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kb.domain import Role
from tests.browser.members import SignedIn
from tests.browser.pages import DESKTOP, PHONE, SMALLEST
from tests.kb.pictures import a_picture

pytestmark = pytest.mark.browser

# What a test that cuts the line or signs somebody out provokes.
LOST = {"tolerated": "Failed to load resource"}


def check(page: Page) -> None:
    # A page that is on its way has no heading yet.
    page.wait_for_load_state()
    expect(page.locator("h1")).to_be_visible()
    report = Axe().run(page)
    assert report.violations_count == 0, f"{page.url}\n{report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def begin(page: Page, site: str, title: str = "A calm start to the day") -> None:
    page.goto(f"{site}/edit/new")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Begin writing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def title(page: Page) -> Any:
    return page.get_by_label("Title", exact=True)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved \d\d:\d\d"))


def is_live(page: Page) -> None:
    """The page's script is at work."""
    expect(page.locator("#saved")).to_contain_text("kept as you type")


def type_title(page: Page, text: str) -> None:
    title(page).fill(text)
    expect(page.locator("#saved")).to_contain_text("Not saved")


def test_what_is_typed_is_saved_by_itself_and_looked_at(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR) as page:
        begin(page, site)
        is_live(page)
        type_title(page, "Saved without a button")
        page.get_by_role("textbox", name="Text").fill("## Context\n\nWe are **small**.\n")
        saved(page)
        expect(page.locator("#preview strong")).to_have_text("small")
        expect(page.locator("#notes")).to_contain_text("things to mend")
        page.reload()
        expect(title(page)).to_have_value("Saved without a button")
        expect(page.locator("#restored")).to_be_hidden()


def test_a_lost_network_loses_no_word(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR, **LOST) as page:
        begin(page, site)
        is_live(page)
        page.context.set_offline(True)
        type_title(page, "Typed on a train")
        expect(page.locator("#trouble")).to_contain_text("cannot be reached")
        page.context.set_offline(False)
        saved(page)
        expect(page.locator("#trouble")).to_be_hidden()


def test_a_closed_browser_loses_no_word_and_restoring_can_be_undone(
    site: str, signed_in: SignedIn
) -> None:
    with signed_in(Role.CONTRIBUTOR, **LOST) as page:
        begin(page, site, "As it was saved")
        address = page.url
        is_live(page)
        page.context.set_offline(True)
        type_title(page, "Typed and then closed")
        again = page.context.new_page()
        page.close()
        again.context.set_offline(False)
        again.goto(address)
        expect(again.locator("#restored")).to_contain_text("Restored what you typed")
        expect(title(again)).to_have_value("Typed and then closed")
        again.get_by_role("button", name="Use the saved text instead").click()
        expect(title(again)).to_have_value("As it was saved")


def test_signing_out_while_writing_loses_no_word(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR, **LOST) as page:
        begin(page, site)
        is_live(page)
        cookies = page.context.cookies()
        page.context.clear_cookies()
        type_title(page, "Typed after signing out")
        expect(page.locator("#trouble")).to_contain_text("You are signed out")
        expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.reload()
        expect(title(page)).to_have_value("Typed after signing out")
        saved(page)
        page.reload()
        expect(title(page)).to_have_value("Typed after signing out")
        expect(page.locator("#restored")).to_be_hidden()


def test_the_second_who_saves_sees_both_and_decides(site: str, signed_in: SignedIn) -> None:
    with (
        signed_in(Role.CONTRIBUTOR, tolerated="status of 409") as mine,
        signed_in(Role.EDITOR) as theirs,
    ):
        begin(mine, site, "At first")
        is_live(mine)
        theirs.goto(mine.url)
        expect(theirs.locator("#others")).to_contain_text("Contributor Person has this study open")
        type_title(theirs, "What the editor wrote")
        saved(theirs)
        type_title(mine, "What the author wrote")
        mine.get_by_role("button", name="Compare the two").click()
        expect(mine.get_by_role("heading", level=2).first).to_contain_text("Editor Person saved")
        both = mine.locator(".both pre")
        expect(both.nth(0)).to_contain_text("What the editor wrote")
        expect(both.nth(1)).to_contain_text("What the author wrote")
        check(mine)
        mine.get_by_role("button", name="Save", exact=True).click()
        expect(mine.get_by_role("heading", level=1)).to_have_text("What the author wrote")


def test_marks_are_made_by_keyboard(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR) as page:
        begin(page, site)
        is_live(page)
        text = page.get_by_role("textbox", name="Text")
        text.fill("loud")
        text.select_text()
        text.press("Control+b")
        expect(text).to_have_value("**loud**")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator("md-header")).to_be_focused()


def test_a_school_written_of_before_fills_in_the_rest(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR) as page:
        begin(page, site)
        is_live(page)
        name = page.locator("[name='school.name']")
        name.fill("Barnacle")
        expect(page.locator("#schools option")).to_have_count(1)
        name.fill(page.locator("#schools option").get_attribute("value") or "")
        expect(page.locator("[name='school.pupils']")).to_have_value("486")
        expect(page.locator("#school-found")).to_contain_text("Check that it holds for your year")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark"), (SMALLEST, "light")],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    site: str, signed_in: SignedIn, width: int, scheme: Any
) -> None:
    with signed_in(Role.CONTRIBUTOR, width=width, scheme=scheme) as page:
        page.goto(f"{site}/edit/new")
        check(page)
        begin(page, site)
        for group in page.locator("details.facet").all():
            group.evaluate("each => each.open = true")
        check(page)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("Preview of a draft")).to_be_visible()
        check(page)


def test_it_is_written_without_scripts_too(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR, javascript=False, width=PHONE) as page:
        begin(page, site)
        title(page).fill("Without scripts")
        page.get_by_role("textbox", name="Text").fill("## Context\n\nPlain.\n")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Without scripts")
        expect(page.locator("#preview")).to_contain_text("Plain.")


def test_a_picture_asks_what_it_shows_and_stands_in_the_preview(
    site: str, signed_in: SignedIn, tmp_path: Path
) -> None:
    picture = tmp_path / "hall.png"
    picture.write_bytes(a_picture())
    with signed_in(Role.CONTRIBUTOR, tolerated="status of 422") as page:
        begin(page, site, "A picture of the hall")
        is_live(page)
        page.get_by_role("button", name="Picture").click()
        page.get_by_label("PNG, JPEG or WebP").set_input_files(picture)
        page.get_by_role("button", name="Add it").click()
        expect(page.locator("#picture-problem")).to_contain_text("some readers cannot see it")
        check(page)
        page.get_by_label("What it shows").fill("The hall at noon")
        page.get_by_label("What it shows").press("Enter")
        image = page.locator("#preview img")
        expect(image).to_have_attribute("alt", "The hall at noon")
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_what_two_people_agree_to_is_found_by_search(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR) as author, signed_in(Role.EDITOR) as editor:
        author.goto(f"{site}/search?q=summer+club+lunch")
        author.locator("#results h3 a").first.click()
        author.get_by_role("button", name="Edit").click()
        is_live(author)
        text = author.get_by_role("textbox", name="Text")
        text.fill(text.input_value().replace("## Impact\n", "## Impact\n\nThe marzipan parade.\n"))
        author.get_by_role("button", name="Review", exact=True).click()
        author.get_by_role("button", name="Hand in for review").click()
        editor.goto(author.url.partition("?")[0])
        editor.get_by_role("button", name="Approve").click()
        editor.get_by_role("button", name="Publish now").click()
        expect(editor.get_by_text("It can be found within seconds")).to_be_visible()
        for _ in range(60):
            author.goto(f"{site}/search?q=%22marzipan+parade%22")
            if author.locator("#results h3").count():
                break
            author.wait_for_timeout(500)
        expect(author.locator("#results .card").first).to_contain_text("marzipan parade")
