"""The map of practice: every study as a point and as a row, and the row whatever befalls the
picture."""

import re
import shutil
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from indexer.chart import FEWEST, Chart
from tests.factories import content_folder, write_study
from tests.web.html import Element
from tests.web.site import PLAIN, PUBLISHED, Site, a_site
from web.cartography import Label, labels, outline

CSS = (Path(__file__).parents[2] / "web" / "static" / "site.css").read_text()


def points(page: Element) -> dict[str, str]:
    """What each point of the picture leads to, and its name."""
    return {
        a.attributes["href"]: a.attributes["aria-label"]
        for picture in page.all("svg", class_="picture")
        for a in picture.all("a")
    }


def rows(page: Element) -> dict[str, list[str]]:
    return {
        row.one("a").attributes["href"]: [cell.text for cell in row.all("td")]
        for row in page.one("tbody").all("tr")
    }


def key(page: Element) -> dict[str, int]:
    found = (each.text.rsplit(" ", 1) for each in page.one("ul", class_="key").all("li"))
    return {label: int(count) for label, count in found}


def test_every_study_is_a_point_and_a_row(shipped: Site) -> None:
    page = shipped.page("/map")
    slugs = {f"/practice/{each}" for each in shipped.services.searcher.slugs()}
    assert points(page).keys() == rows(page).keys() == slugs


def test_a_point_says_what_it_is(small: Site) -> None:
    page = small.page("/map")
    assert points(page)["/practice/gate"] == (
        "Meeting children at the gate. Equity. Disadvantage. North East. Between the groups"
    )
    assert points(page)["/practice/quiet-room"].endswith("Illustrative")
    quiet = next(r for r in page.one("tbody").all("tr") if "/practice/quiet-room" in r.links())
    assert quiet.one(class_="badge").text == "Illustrative"
    assert rows(page)["/practice/quiet-room"][:3] == [
        "Equity, Challenge",
        "SEND",
        "Yorkshire and the Humber",
    ]


def test_the_key_counts_what_is_drawn_and_names_every_colour_and_shape(shipped: Site) -> None:
    for address in ("/map", "/map?by=focus"):
        page = shipped.page(address)
        found = key(page)
        marks = Counter(
            mark.attributes["class"]
            for mark in page.one("svg", class_="picture").all("path", class_="mark")
        )
        assert sum(found.values()) == 72
        assert sorted(marks.values()) == sorted(filter(None, found.values()))
    assert list(key(shipped.page("/map")))[:2] == ["Excellence", "Equity"]
    assert list(found) == ["SEND", "Disadvantage", "SEND and Disadvantage", "Neither"]
    shapes = {m.attributes["d"] for m in page.one("ul", class_="key").all("path", class_="mark")}
    assert len(shapes) == len(found)


@pytest.mark.parametrize("by", ["", "nonsense", "value", "<script>", "\x00", "a" * 5000])
def test_any_other_way_to_see_it_is_by_value(small: Site, by: str) -> None:
    page = small.page("/map", by=by)
    current = [a.text for a in page.all("a") if a.attributes.get("aria-current") == "true"]
    assert current == ["Main value"]


def test_groups_are_named_in_picture_and_table(shipped: Site) -> None:
    page = shipped.page("/map")
    chart = shipped.services.chart.read()
    assert chart is not None
    named = [text.text for text in page.one("g", class_="names").all("text")]
    assert sorted(named) == sorted(name.replace(", ", ",") for name in chart.names)
    groups = Counter(cells[3] for cells in rows(page).values())
    assert groups.keys() - {"Between the groups"} == set(chart.names)
    assert len(page.all("path", class_="land")) == len(chart.names)


def test_points_come_group_by_group(shipped: Site) -> None:
    page = shipped.page("/map")
    groups = [rows(page)[href][3] for href in points(page)]
    changes = sum(one != other for one, other in pairwise(groups))
    assert changes == len(set(groups)) - 1


def test_fewer_than_a_picture_needs_are_a_table_and_the_page_says_so(tmp_path: Path) -> None:
    content = content_folder(tmp_path)
    for number in range(FEWEST - 1):
        write_study(content, f"study-{number}", body=PLAIN)
    page = a_site(content, tmp_path / "home").page("/map")
    assert len(rows(page)) == FEWEST - 1
    assert not page.all("svg", class_="picture")
    assert f"at least {FEWEST}" in page.one("main").text


def test_an_empty_library_has_a_page(tmp_path: Path) -> None:
    content = content_folder(tmp_path)
    write_study(content, "begun", status="draft")
    page = a_site(content, tmp_path / "home").page("/map")
    assert "/search" in page.one("main").links()


@pytest.mark.parametrize("raw", [None, b"", b"{}", b"\xff"])
def test_without_a_picture_there_is_the_table(site: Site, raw: bytes | None) -> None:
    folder = site.services.chart.folder
    (file,) = folder.iterdir()
    if raw is None:
        shutil.rmtree(folder)
    else:
        file.write_bytes(raw)
    page = site.page("/map")
    assert rows(page).keys() == {f"/practice/{slug}" for slug in PUBLISHED}
    assert not points(page)
    assert "not drawn yet" in page.one("main").text


def test_what_came_is_placed_and_what_went_is_gone_without_a_new_drawing(site: Site) -> None:
    assert "/practice/gate" in points(site.page("/map"))
    write_study(site.content, "marmalade", title="Marmalade at break", body=PLAIN)
    (site.content / "case-studies" / "gate.md").unlink()
    site.update()
    found = points(site.page("/map"))
    assert "/practice/marmalade" in found
    assert "/practice/gate" not in found


def test_more_than_fit_are_the_newest_and_the_page_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "newest" not in site.page("/map").one("main").text
    for module in ("indexer.atlas", "web.map"):
        monkeypatch.setattr(f"{module}.MOST", 6)
    other = a_site(site.content, site.home, update=False)
    page = other.page("/map")
    newest = [each["slug"] for each in other.json("/api/v1/search", sort="newest")["results"]]
    assert points(page).keys() == rows(page).keys() == {f"/practice/{s}" for s in newest[:6]}
    assert "newest 6 of 9" in page.one("main").text


def test_illustrative_studies_are_hidden_where_they_are_hidden(site: Site) -> None:
    other = a_site(site.content, site.home, update=False, KB_SHOW_ILLUSTRATIVE="no")
    page = other.page("/map")
    assert "/practice/quiet-room" not in points(page)
    assert len(rows(page)) == len(PUBLISHED) - 1


def test_a_group_whose_studies_are_all_gone_is_not_named(site: Site) -> None:
    chart = site.services.chart.read()
    assert chart is not None
    site.services.chart.write(replace(chart, names=("Nobody there",)))
    assert "Nobody there" not in site.get("/map").text


def test_a_name_with_signs_is_only_words(site: Site) -> None:
    chart = site.services.chart.read()
    assert chart is not None
    spots = {case_id: replace(spot, group=0) for case_id, spot in chart.spots.items()}
    hostile = Chart(chart.content, chart.made_at, ("<script>alert(1)</script>",), spots)
    site.services.chart.write(hostile)
    assert "<script>alert" not in site.get("/map").text
    assert len(site.page("/map").all("path", class_="land")) == 1


def test_nothing_of_the_page_needs_what_the_policy_forbids(shipped: Site) -> None:
    page = shipped.page("/map")
    assert not [each for each in page.walk() if "style" in each.attributes or each.tag == "style"]


def test_the_map_is_linked_from_every_page(small: Site) -> None:
    assert "/map" in small.page("/").links()


def test_names_keep_clear_of_each_other() -> None:
    groups = [[(500.0, 300.0), (520.0, 320.0)], [(510.0, 310.0), (530.0, 290.0)]]
    first, second = labels(["Reading, writing", "Attendance"], groups)
    assert first.lines == ("Reading,", "writing")
    assert not first.meets(second)
    assert Label(("one",), 0, 0).meets(Label(("two",), 5, 10))


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([(1.0, 2.0)], "M1 2Z"),
        ([(1.0, 2.0), (1.0, 2.0)], "M1 2Z"),
        ([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (2.0, 2.0)], "M0 0L4 0L4 4L0 4Z"),
    ],
)
def test_land_is_all_around_its_points(given: list[tuple[float, float]], path: str) -> None:
    assert outline(given) == path


def luminance(colour: str) -> float:
    whole = colour if len(colour) == 6 else "".join(2 * c for c in colour)
    parts = [int(whole[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def token(name: str) -> tuple[str, str]:
    found = re.search(rf"--{name}:light-dark\(#(\w+),#(\w+)\)", CSS)
    assert found, name
    return found[1], found[2]


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_every_colour_stands_out_from_the_ground(number: int, ground: str) -> None:
    for mark, under in zip(token(f"k{number}"), token(ground), strict=True):
        low, high = sorted((luminance(mark), luminance(under)))
        assert (high + 0.05) / (low + 0.05) >= 3
