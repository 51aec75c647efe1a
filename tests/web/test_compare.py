"""Side by side: what is asked for and there, and a plain word about what is not."""

from pathlib import Path

import pytest

from tests.factories import write_study
from tests.web.html import Element
from tests.web.site import Site, a_site, small_content
from web.addresses import compare_address
from web.compare import MOST


def compared(site: Site, *slugs: str) -> Element:
    return site.page(compare_address(slugs))


def titles(page: Element) -> list[str]:
    return [each.one("a").text for each in page.all("th") if each.attributes["scope"] == "col"]


def rows(page: Element) -> dict[str, list[str]]:
    found = {}
    for row in page.one("tbody").all("tr"):
        found[row.one("th").text] = [cell.text for cell in row.all("td")]
    return found


def test_each_row_says_the_same_of_every_study(small: Site) -> None:
    page = compared(small, "gate", "quiet-room")
    assert titles(page)[0] == "Meeting children at the gate"
    table = rows(page)
    assert {len(cells) for cells in table.values()} == {2}
    assert table["Impact"][0].startswith("Late marks fell from 41 to 12.")
    assert "/practice/gate#s-impact" in page.one("tbody").links()
    assert "38.5%" in table["The school"][0]
    assert "2024/25" in table["The school"][0]
    assert table["What we learned"][0].startswith("Name a second adult.")


def test_what_a_study_does_not_say_is_said_to_be_so(tmp_path: Path) -> None:
    content = small_content(tmp_path)
    write_study(content, "plain", title="Plain", school=None, effort=None)
    table = rows(compared(a_site(content, tmp_path / "home"), "plain", "gate"))
    assert table["The school"][0] == table["What it takes"][0] == "Not said"
    assert table["The school"][1] != "Not said"


def test_a_study_that_is_gone_is_named_and_the_others_stay(small: Site) -> None:
    page = compared(small, "gate", "no-such", "quiet-room", "half-done")
    assert len(titles(page)) == 2
    notes = " ".join(note.text for note in page.all(class_="note"))
    assert "“no-such”" in notes
    assert "“half-done”" in notes


def test_an_earlier_address_leads_to_the_study_and_none_stands_twice(small: Site) -> None:
    assert titles(compared(small, "old-gate", "gate", "gate")) == ["Meeting children at the gate"]


def test_no_more_than_fit_are_shown_and_the_page_says_so(small: Site) -> None:
    found = [result["slug"] for result in small.json("/api/v1/search")["results"]]
    assert len(found) > MOST
    page = compared(small, *found)
    assert len(titles(page)) == MOST
    assert f"first {MOST}" in page.one("main").text
    assert f"first {MOST}" not in compared(small, *found[:MOST]).one("main").text


@pytest.mark.parametrize("slugs", [(), ("gate",), ("no-such",)])
def test_fewer_than_two_are_no_comparison_and_the_page_says_how_to_make_one(
    small: Site, slugs: tuple[str, ...]
) -> None:
    page = compared(small, *slugs)
    assert "/search" in page.one(class_="empty").links()


@pytest.mark.parametrize(
    "slug", ["../../etc/passwd", "<script>alert(1)</script>", "a" * 5000, "مدرسة", "😀", "\x00", ""]
)
def test_hostile_slugs_are_only_words(small: Site, slug: str) -> None:
    page = compared(small, slug, "gate", "quiet-room")
    assert len(titles(page)) == 2
    assert not [each for each in page.all("script") if "src" not in each.attributes]
    assert len(page.one(class_="note").text) < 300


def test_a_hundred_slugs_are_answered(small: Site) -> None:
    page = compared(small, *(f"no-{number}" for number in range(100)), "gate")
    assert titles(page) == ["Meeting children at the gate"]
    assert len(page.all(class_="note")) == MOST


def test_what_was_made_up_is_said_to_be_so(tmp_path: Path) -> None:
    content = small_content(tmp_path)
    write_study(content, "odd", title="Odd", illustrative=True)
    site = a_site(content, tmp_path / "home")
    assert "Illustrative" in compared(site, "odd", "gate").one("thead").text
    hidden = a_site(content, tmp_path / "hidden", KB_SHOW_ILLUSTRATIVE="no")
    assert titles(compared(hidden, "odd", "gate")) == ["Meeting children at the gate"]


def test_a_study_leads_to_the_comparison_with_its_relations(small: Site) -> None:
    page = small.page("/practice/gate")
    [href] = [link for link in page.links() if link.startswith("/compare")]
    assert href.startswith("/compare?slug=gate&slug=")
    assert titles(small.page(href))[0] == "Meeting children at the gate"
