"""A case study's page: all of the study, and nothing of what is not published."""

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kb.domain import SECTION_HEADINGS
from tests.factories import SHIPPED, write_study
from tests.web.html import Element
from tests.web.site import PLAIN, Site

FACETS_OF_GATE = {
    "disadvantage=fsm6",
    "disadvantage=young-carers",
    "focus=disadvantage",
    "phase=primary",
    "setting=mainstream",
    "region=north-east",
    "theme=attendance",
    "value=equity",
    "cost=low",
    "delivered_by=teaching-assistant",
}


@pytest.fixture(scope="module")
def gate(small: Site) -> Element:
    """The page of the study that has everything."""
    return small.page("/practice/gate")


def study(page: Element) -> Element:
    """The study itself, without what is related to it."""
    return next(article for article in page.all("article") if article.all("h1"))


def test_the_title_is_the_heading_and_begins_the_windows_title(gate: Element) -> None:
    assert gate.one("h1").text == "Meeting children at the gate"
    assert gate.one("title").text.startswith("Meeting children at the gate")


def test_the_sections_stand_in_order_and_are_linked_from_the_top(gate: Element) -> None:
    headings = gate.one(class_="prose").all("h2")
    assert [heading.text for heading in headings] == list(SECTION_HEADINGS)
    anchors = ["#" + heading.attributes["id"] for heading in headings]
    assert [link for link in gate.one("nav", class_="toc").links() if link in anchors] == anchors


def test_every_link_within_the_page_has_its_target_and_no_id_stands_twice(gate: Element) -> None:
    ids = [e.attributes["id"] for e in gate.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    within = [link[1:] for link in gate.links() if link.startswith("#")]
    assert len(within) > 5
    assert set(within) <= set(ids)


def test_facts_link_to_searches_that_find_the_study(small: Site, gate: Element) -> None:
    links = {link for link in study(gate).links() if link.startswith("/search")}
    assert {urlsplit(link).query for link in links} == FACETS_OF_GATE
    for link in links:
        found = small.json("/api/v1/search?" + urlsplit(link).query)["results"]
        assert "gate" in {each["slug"] for each in found}


def test_the_school_is_shown_as_it_said_and_what_it_did_not_say_is_left_out(gate: Element) -> None:
    glance = gate.one("aside").text
    for shown in ("Harbour School", "1,412", "38.5%", "0%", "2024/25", "60 minutes a week"):
        assert shown in glance
    assert "EHC plans" not in glance
    assert "Training" not in glance
    assert "None" not in gate.text


def test_the_hub_is_the_contact(gate: Element) -> None:
    assert "Birmingham hub, which passes your question on" in gate.one("aside").text


def test_the_local_authority_is_part_of_the_schools_context(site: Site) -> None:
    assert "Local authority" not in site.page("/practice/gate").one("aside").text
    write_study(site.content, "breakfast", la="Bristol, City of")
    site.update()
    assert "Local authority Bristol, City of" in " ".join(
        row.text for row in site.page("/practice/breakfast").one("aside").all("div")
    )


def test_research_to_read_beside_stands_apart_and_says_what_it_is(gate: Element) -> None:
    note = study(gate).one(class_="beside")
    assert "EEF Toolkit, Parental engagement: Work with parents" in note.text
    assert "never this school’s result" in note.text
    assert "Parental engagement" not in gate.one(class_="prose").text
    assert "Parental engagement" not in gate.one("aside").text


def test_a_strand_that_the_vocabulary_dropped_is_not_shown(site: Site) -> None:
    strands = site.content / "vocabulary" / "eef-strand.toml"
    strands.write_text("", encoding="utf-8")
    site.update()
    assert not site.page("/practice/gate").all(class_="beside")


def test_tables_lists_pictures_and_footnotes_are_rendered(gate: Element) -> None:
    prose = gate.one(class_="prose")
    assert [cell.text for cell in prose.one("table").all("td")] == ["Monday", "2"]
    assert [item.text for item in prose.all("ol")[0].all("li")] == [
        "Stand at the gate.",
        "Say each name.",
    ]
    assert prose.one("strong").text == "loud"
    picture = prose.one("img").attributes
    assert (picture["src"], picture["alt"]) == ("/media/gate/photo.png", "The gate on a Monday")
    assert prose.one("sup").one("a").attributes["href"].startswith("#")
    assert "It has since grown." in prose.text


def test_the_pictures_of_the_page_are_answered(small: Site, shipped: Site) -> None:
    assert small.get("/media/gate/photo.png").mimetype == "image/png"
    pictures = [
        image.attributes["src"]
        for folder in sorted((SHIPPED / "media").iterdir())
        for image in shipped.page(f"/practice/{folder.name}").all("img")
    ]
    assert len(pictures) >= 4
    for address in pictures:
        assert shipped.get(address).status_code == 200


def test_a_link_to_another_study_leads_to_its_page(small: Site, gate: Element) -> None:
    assert "/practice/quiet-room" in gate.one(class_="prose").links()
    assert small.get("/practice/quiet-room").status_code == 200


def test_related_studies_are_others_that_are_published(small: Site, gate: Element) -> None:
    related = [
        card.one("h3").links()[0] for card in gate.one("section", class_="related").all("article")
    ]
    assert 1 <= len(related) == len(set(related)) <= 3
    assert "/practice/gate" not in related
    for address in related:
        assert small.get(address).status_code == 200


def test_an_illustrative_study_says_so_and_a_real_one_does_not(small: Site) -> None:
    assert "Illustrative" in small.page("/practice/quiet-room").one("header", class_="head").text
    assert "Illustrative" not in small.page("/practice/gate").one("header", class_="head").text


@pytest.mark.parametrize(("days", "due"), [(-1, True), (0, True), (2, False)])
def test_a_study_is_due_from_its_day_of_review(site: Site, days: int, due: bool) -> None:
    review_by = date.today() + timedelta(days=days)  # noqa: DTZ011
    write_study(site.content, "breakfast", review_by=review_by, title="Breakfast")
    site.update()
    assert ("Review due" in site.page("/practice/breakfast").one("header", class_="head").text) is (
        due
    )


@pytest.mark.parametrize("slug", ["half-done", "no-such", "Gate", "gate.", "gate%20"])
def test_what_is_not_published_is_not_found(small: Site, slug: str) -> None:
    assert small.get(f"/practice/{slug}").status_code == 404
    assert small.get(f"/practice/{slug}.md").status_code == 404
    assert "Half done" not in small.get(f"/practice/{slug}").text


def test_an_alias_leads_to_the_study_for_good(small: Site) -> None:
    answer = small.get("/practice/old-gate")
    assert (answer.status_code, answer.location) == (301, "/practice/gate")


def test_the_address_before_a_new_name_leads_to_the_new_one(site: Site) -> None:
    folder = site.content / "case-studies"
    (folder / "breakfast.md").rename(folder / "toast.md")
    site.update()
    answer = site.get("/practice/breakfast")
    assert (answer.status_code, answer.location) == (301, "/practice/toast")
    assert site.page("/practice/toast").one("h1").text == "Breakfast before the bell"


def test_a_study_that_is_taken_back_is_gone_under_all_its_names(site: Site) -> None:
    (site.content / "case-studies" / "gate.md").unlink()
    site.update()
    for slug in ("gate", "old-gate", "gate.md"):
        assert site.get(f"/practice/{slug}").status_code == 404


def test_the_markdown_is_the_file_byte_for_byte(small: Site) -> None:
    answer = small.get("/practice/gate.md")
    assert answer.data == (small.content / "case-studies" / "gate.md").read_bytes()
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gate.md"'


def test_every_shipped_study_downloads_as_its_file(shipped: Site) -> None:
    for path in sorted((SHIPPED / "case-studies").glob("*.md")):
        assert shipped.get(f"/practice/{path.name}").data == path.read_bytes()


def test_a_file_from_windows_downloads_with_plain_line_ends(site: Site) -> None:
    path = site.content / "case-studies" / "gate.md"
    plain = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    site.update()
    assert site.get("/practice/gate.md").data == plain


def test_the_page_offers_its_markdown(small: Site, gate: Element) -> None:
    assert "/practice/gate.md" in gate.links()


def test_a_file_that_breaks_leaves_its_last_good_version(site: Site) -> None:
    path = site.content / "case-studies" / "gate.md"
    path.write_text(path.read_text().replace("title:", "titel:"))
    site.update()
    assert site.page("/practice/gate").one("h1").text == "Meeting children at the gate"


def test_every_shipped_study_has_a_page_with_its_title(shipped: Site) -> None:
    found = shipped.json("/api/v1/search", limit=100)["results"]
    assert len(found) == len(list(Path(SHIPPED / "case-studies").glob("*.md"))) == 72
    for each in found:
        page = shipped.page(f"/practice/{each['slug']}")
        assert page.one("h1").text == each["title"]
        assert page.one(class_="standfirst").text == each["summary"]


def test_a_study_says_that_a_policy_changed_since_it_was_looked_at(site: Site) -> None:
    key = "send-code-of-practice-2015"
    write_study(site.content, "carries", body=PLAIN, policies=[key], first_published="2025-01-01")
    path = site.content / "vocabulary" / "policy.toml"
    site.update()
    assert "A policy changed" not in site.page("/practice/carries").text
    path.write_text(path.read_text().replace(f"[{key}]\n", f"[{key}]\nchanged = 2026-10-01\n"))
    site.update()
    assert "SEND code of practice (2015), which changed" in site.page("/practice/carries").text


def test_search_engines_are_led_to_the_page_and_not_to_its_file(small: Site) -> None:
    assert small.get("/practice/gate.md").headers["X-Robots-Tag"] == "noindex"
