"""How a study is cited: who, what, when and where, and whether it is made up."""

from datetime import date
from pathlib import Path

from tests.factories import write_study
from tests.web.site import Site, a_site


def citation(site: Site, slug: str) -> str:
    return site.page(f"/practice/{slug}").one(id="citation").text


def test_a_citation_says_who_what_where_when_and_at_which_address(small: Site) -> None:
    assert citation(small, "gate") == (
        "Deputy head. “Meeting children at the gate”. Practice Library. 1 September 2025. "
        "http://127.0.0.1:8000/practice/gate"
    )


def test_an_illustrative_study_is_cited_as_such_and_nobody_is_made_up(small: Site) -> None:
    assert citation(small, "quiet-room") == (
        "“A quiet room for anxious pupils”. Illustrative case study: no real school, person or "
        "result. Practice Library. 1 October 2025. http://127.0.0.1:8000/practice/quiet-room"
    )


def test_site_name_and_address_are_the_installations(small: Site, tmp_path: Path) -> None:
    own = a_site(
        small.content,
        small.home,
        update=False,
        KB_SITE_NAME="Our <b>schools</b>",
        KB_BASE_URL="https://kb.example.org/shelf/",
    )
    said = citation(own, "gate")
    assert "Our <b>schools</b>." in said
    assert said.endswith(" https://kb.example.org/shelf/practice/gate")
    own.services.database.close()


def test_a_later_change_is_dated(site: Site) -> None:
    write_study(
        site.content,
        "breakfast",
        first_published="2026-01-01",
        updated=date(2026, 3, 2),
        authors=["Head", "SENCO"],
    )
    site.update()
    said = citation(site, "breakfast")
    assert said.startswith("Head, SENCO. “Breakfast”. ")
    assert "1 January 2026, updated 2 March 2026." in said


def test_the_button_copies_what_is_shown_and_needs_javascript(small: Site) -> None:
    cite = small.page("/practice/gate").one("section", class_="cite")
    button = cite.one(class_="scripted").one("button")
    assert button.attributes["data-copy"] == citation(small, "gate")
