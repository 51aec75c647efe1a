"""A study's text on its page: the author's words as they were, sections set apart."""

import re

import pytest

from kb.domain import SECTION_HEADINGS
from kb.frontmatter import parse as parse_file
from kb.glossary import Explanation, Glossary
from kb.markdown import render
from tests.factories import SHIPPED
from tests.web.html import Element, parse
from tests.web.site import STUDIES
from web.prose import GISTS, for_page

ADDED = re.compile(
    r'</?section[^>]*>|<p class="gist">[^<]*</p>'
    r'|<span class="tip"[^>]*>[^<]*</span></span>|<span class="term"[^>]*>'
)
GLOSSARY = Glossary.load(SHIPPED / "terms.toml")


def page_of(body: str) -> Element:
    return parse(for_page(render(body), GLOSSARY).html)


def explained(page: Element) -> list[str]:
    """The words with an explanation, as they stand in the text."""
    return [str(term.children[0]) for term in page.all("span", class_="term")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "No heading, R&D, 5 < 6 & a\u00a0b",
        "## \n\nNothing is named so.",
        "> ## Impact\n>\n> A heading in a quotation.\n\n## Impact\n\nYes.",
        "- ## Impact\n\n  in a list",
        "## Impact\n## Impact\n\nTwice.",
        "## What we learned\n\n![x](../media/a/b.png)  \nline\n\n---\n\n<section>&amp;lt;</div>",
        "SENCO &amp; SENCO, TA&#39;s <TA> \n\n## SEND\n\n**SEN**D *PEP* `PEP` R&D & PEP",
        "## Impact\n\n| a | b |\n|--|--|\n| 1 | `</section>` |\n\nNote[^1].\n\n[^1]: Said.",
    ],
)
def test_nothing_of_the_text_is_lost_or_torn_whatever_it_holds(body: str) -> None:
    rendered = render(body)
    page = for_page(rendered, GLOSSARY).html
    parse(page)
    assert ADDED.sub("", page) == rendered.html


def test_no_shipped_study_loses_anything() -> None:
    for path in sorted((SHIPPED / "case-studies").glob("*.md")):
        rendered = render(parse_file(path.read_text(encoding="utf-8")).body_md)
        page = for_page(rendered, GLOSSARY).html
        assert ADDED.sub("", page) == rendered.html
        assert len(parse(page).all("section")) == len(rendered.sections)


def test_what_changed_and_what_did_not_work_stand_in_frames_alike() -> None:
    page = page_of(STUDIES["gate"]["body"])
    sections = page.all("section")
    assert [section.one("h2").text for section in sections] == list(SECTION_HEADINGS)
    weighed = page.all("section", class_="weighed")
    assert [section.one("h2").text for section in weighed] == list(GISTS)
    assert [section.one("p", class_="gist").text for section in weighed] == list(GISTS.values())
    assert "Name a second adult." in weighed[1].text


def test_a_table_stays_with_its_section() -> None:
    page = page_of("## Impact\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nAfter it.")
    assert page.one("section").one("table")
    assert "After it." in page.one("section").text


def test_footnotes_belong_to_no_section() -> None:
    page = page_of(STUDIES["gate"]["body"])
    assert page.one("div", class_="footnote")
    for section in page.all("section"):
        assert not section.all("div", class_="footnote")


def test_a_heading_within_something_else_opens_no_section() -> None:
    page = page_of("> ## Impact\n>\n> Quoted.\n\n## Context\n\nYes.")
    assert [section.one("h2").text for section in page.all("section")] == ["Context"]


def test_a_term_is_explained_where_it_is_first_used_and_nowhere_else() -> None:
    page = page_of("Our SENCO met a special educational needs coordinator.\n\nTwo SENCOs, one PRU.")
    assert explained(page) == ["SENCO", "PRU"]
    first = page.all("span", class_="term")[0]
    assert first.attributes["tabindex"] == "0"
    tip = first.one("span", role="tooltip")
    assert first.attributes["aria-describedby"] == tip.attributes["id"]
    assert tip.text.startswith("The qualified teacher who coordinates")


@pytest.mark.parametrize(
    "body",
    [
        "## SENCO",
        "### SENCO",
        "[our SENCO](https://x.example/)",
        "[an **SENCO** too](other.md)",
        "`SENCO`",
        "    SENCO = 1",
        "| SENCO |\n|--|\n| SENCO |",
        "![SENCO](../media/a/b.png)",
    ],
)
def test_links_headings_code_tables_and_pictures_are_left_alone(body: str) -> None:
    assert explained(page_of(body)) == []
    assert explained(page_of(f"{body}\n\nThen the SENCO came.")) == ["SENCO"]


def test_lists_quotations_footnotes_and_emphasis_explain_too() -> None:
    body = "- a PRU\n\n> the SENCO\n\n**an IDACI** score[^1]\n\n[^1]: A PEP."
    assert explained(page_of(body)) == ["PRU", "SENCO", "IDACI", "PEP"]


def test_an_explanation_is_text() -> None:
    evil = Glossary({"XX": Explanation("XX", "<b>\"&'</b>")}, b"")
    page = parse(for_page(render("An XX."), evil).html)
    assert page.one("span", class_="tip").text == "<b>\"&'</b>"


def test_a_new_glossary_explains_anew() -> None:
    rendered = render("An XX.")
    for word in ("one", "two"):
        own = Glossary({"XX": Explanation("XX", word)}, word.encode())
        assert word in for_page(rendered, own).html
