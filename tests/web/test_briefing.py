"""The staff briefing: one sheet of a study's own words, at an address of its own."""

import pytest

from tests.factories import SHIPPED
from tests.web.html import Element
from tests.web.site import Site
from web.briefing import QUESTIONS


@pytest.fixture(scope="module")
def sheet(small: Site) -> Element:
    return small.page("/practice/gate/briefing")


@pytest.mark.parametrize("slug", ["half-done", "no-such", "Gate", "gate.md", "%3Cb%3E"])
def test_what_is_not_published_has_no_briefing(small: Site, slug: str) -> None:
    assert small.get(f"/practice/{slug}/briefing").status_code == 404


def test_an_old_address_leads_to_the_briefing_at_the_present_one(small: Site) -> None:
    answer = small.get("/practice/old-gate/briefing")
    assert (answer.status_code, answer.location) == (301, "/practice/gate/briefing")


def test_title_and_summary_are_the_studys(sheet: Element) -> None:
    assert sheet.one("h1").text == "Meeting children at the gate"
    assert sheet.one(class_="standfirst").text == "A hello at the gate made Mondays calmer."
    assert sheet.one("title").text.startswith("Staff briefing: Meeting children at the gate")


def test_steps_and_what_to_watch_are_its_own_words(sheet: Element) -> None:
    did, watch = sheet.one(class_="told").all("ul")
    assert [item.text for item in did.all("li")] == ["Stand at the gate.", "Say each name."]
    assert [item.text for item in watch.all("li")] == ["Name a second adult."]


def test_it_says_what_it_takes_how_sure_it_is_and_where_it_was(sheet: Element) -> None:
    panel = sheet.one(class_="glance").text
    for said in ("Low cost", "60 minutes a week", "Before and after.", "Harbour School", "1,412"):
        assert said in panel


def test_three_questions_and_the_address_end_it(sheet: Element) -> None:
    assert [item.text for item in sheet.one(class_="discuss").all("li")] == list(QUESTIONS)
    assert len(QUESTIONS) == 3
    assert sheet.one(id="citation").text.endswith("http://127.0.0.1:8000/practice/gate")


def test_study_and_briefing_lead_to_each_other(small: Site, sheet: Element) -> None:
    assert "/practice/gate" in sheet.one("article").links()
    page = small.page("/practice/gate")
    assert "/practice/gate/briefing" in page.one("header", class_="head").links()


def test_an_illustrative_study_is_briefed_as_such(small: Site, sheet: Element) -> None:
    assert "Illustrative." in small.page("/practice/quiet-room/briefing").one("article").text
    assert "Illustrative" not in sheet.one("article").text


def test_what_is_archived_or_due_for_review_says_so(small: Site, sheet: Element) -> None:
    archived = small.page("/practice/put-away/briefing")
    assert "Archived." in archived.one("article").text
    assert archived.one("meta", name="robots").attributes["content"] == "noindex"
    assert "Review due." in small.page("/practice/breakfast/briefing").one("article").text
    assert "Review due." not in sheet.one("article").text
    assert not sheet.all("meta", name="robots")


def test_what_a_study_does_not_say_is_left_out(small: Site) -> None:
    page = small.page("/practice/breakfast/briefing").one("article")
    assert "What it takes" not in page.text
    assert "The school in" not in page.text
    assert "None" not in page.text


def test_the_print_button_is_for_those_with_javascript(small: Site, sheet: Element) -> None:
    for page in (sheet, small.page("/practice/gate")):
        buttons = [b for b in page.all("button") if "data-print" in b.attributes]
        assert len(buttons) == 1
        assert "scripted" in buttons[0].attributes["class"].split()


def test_every_shipped_study_has_a_briefing_that_says_what_was_done(shipped: Site) -> None:
    for path in sorted((SHIPPED / "case-studies").glob("*.md")):
        page = shipped.page(f"/practice/{path.stem}/briefing")
        did, watch = page.one(class_="told").all("ul")
        assert len(did.all("li")) >= 2
        assert len(watch.all("li")) >= 2
        assert "Illustrative" in page.one("article").text
