"""What comes over from a Word document, and what is said of the rest."""

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from kb.domain import SECTION_HEADINGS
from kb.errors import Invalid
from kb.word import FOLDER
from kb.word.conversion import convert
from tests.factories import read, study_text
from tests.kb.pictures import a_picture, opened
from tests.kb.word.documents import (
    a_document,
    a_package,
    paragraph,
    picture,
    shown,
    words_below,
)


def a_case_study(document: Any) -> None:
    document.add_heading("A calm start to the day", 0)
    document.add_paragraph("We are a primary school by the sea.")
    document.add_heading("Background", 1)
    document.add_paragraph("Two forms of entry.")
    document.add_heading("1. The problem:", 1)
    document.add_paragraph("Mondays were loud.")
    document.add_heading("What did we do?", 2)
    document.add_heading("The first term", 3)
    document.add_paragraph("One", style="List Bullet")
    document.add_paragraph("Two", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    document.add_heading("Resullts", 1)
    document.add_paragraph("Late marks fell.")
    document.add_heading("What we learnt", 1)
    document.add_paragraph("Name a second adult.")
    document.add_heading("Next steps", 1)
    document.add_paragraph("A third.")


def test_a_case_study_in_word_becomes_one_below_our_headings() -> None:
    imported = convert(a_document(a_case_study))
    assert imported.title == "A calm start to the day"
    assert [s.heading for s in shown(imported).sections] == list(SECTION_HEADINGS)
    assert words_below(imported, "Context") == [
        "We are a primary school by the sea.",
        "Two forms of entry.",
    ]
    assert words_below(imported, "Challenge") == ["Mondays were loud."]
    assert words_below(imported, "What we did") == ["The first term", "One", "Two", "First"]
    assert words_below(imported, "Impact") == ["Late marks fell."]
    assert words_below(imported, "What we learned") == [
        "Name a second adult.",
        "Next steps",
        "A third.",
    ]
    assert "\n### The first term\n\n- One\n- Two\n\n1. First\n" in imported.body_md
    assert imported.left_out == ()
    assert shown(imported).preamble == ()


def test_the_text_is_what_the_rules_let_pass(content: Path) -> None:
    picture = a_picture()

    def write(document: Any) -> None:
        a_case_study(document)
        document.add_paragraph("👩‍👧 <b>x</b> \u202e \u00a0 \u2028 ﷺ {x} <!-- y -->")
        document.add_table(2, 2).cell(0, 0).text = "x"
        document.add_picture(io.BytesIO(picture))

    imported = convert(a_document(write))
    folder = content / "media" / FOLDER
    folder.mkdir()
    for kept in imported.pictures:
        (folder / kept.name).write_bytes(kept.data)
    text = imported.body_md.replace("![](", "![A gate](")
    assert read(content, study_text(body=text, title=imported.title)).findings == ()


def test_sections_come_in_our_order_and_the_ones_that_are_missing_stand_empty() -> None:
    def write(document: Any) -> None:
        for heading in ("Contact", "Results", "Further reading", "Background"):
            document.add_heading(heading, 1)
            document.add_paragraph(f"On {heading}.")

    imported = convert(a_document(write))
    assert [s.heading for s in shown(imported).sections] == [
        *SECTION_HEADINGS,
        "Resources",
        "Contact",
    ]
    assert words_below(imported, "What we did") == []
    assert words_below(imported, "Resources") == ["On Further reading."]


def test_bold_lines_that_say_what_a_section_does_begin_it() -> None:
    def write(document: Any) -> None:
        document.add_paragraph().add_run("Context:").bold = True
        document.add_paragraph("By the sea.")
        document.add_paragraph("IMPACT")
        document.add_paragraph("Impact was large, and resulted in calm.")

    imported = convert(a_document(write))
    assert words_below(imported, "Context") == ["By the sea."]
    assert words_below(imported, "Impact") == ["Impact was large, and resulted in calm."]


def test_contents_typed_by_hand_do_not_divide_the_sections() -> None:
    def write(document: Any) -> None:
        for line in ("Context", "Impact"):
            document.add_paragraph(line)
        for line in ("Context", "Impact"):
            document.add_heading(line, 1)
            document.add_paragraph(f"On {line}.")

    imported = convert(a_document(write))
    assert words_below(imported, "Context") == ["On Context."]
    assert words_below(imported, "Impact") == ["On Impact."]


def test_a_title_is_what_front_matter_may_hold() -> None:
    title = convert(
        a_document(lambda d: (d.add_heading("👩‍👧 Calm", 0), d.add_paragraph("x")))
    ).title
    assert title == "👩👧 Calm"


def test_a_first_heading_of_the_authors_own_is_the_title() -> None:
    def write(document: Any) -> None:
        document.add_heading("Quiet corridors", 1)
        document.add_heading("Our corridors", 1)
        document.add_paragraph("Long.")

    imported = convert(a_document(write))
    assert imported.title == "Quiet corridors"
    assert words_below(imported, "Context") == ["Our corridors", "Long."]


def test_a_document_without_a_title_has_none() -> None:
    assert convert(a_document(lambda d: d.add_paragraph("Words."))).title is None


def test_emphasis_and_line_breaks_come_over() -> None:
    def write(document: Any) -> None:
        line = document.add_paragraph("It ")
        line.add_run(" was bold ").bold = True
        both = line.add_run("and both")
        both.bold = both.italic = True
        line.add_run(", un")
        line.add_run("believ").italic = True
        line.add_run("able.").add_break()
        line.add_run("- no list")

    html = shown(convert(a_document(write))).html
    assert "It <strong>was bold <em>and both</em></strong>, un<em>believ</em>able." in html
    assert "<br>\n- no list</p>" in html


def test_lists_within_lists_come_over() -> None:
    def item(text: str, level: int, kind: int) -> str:
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{kind}"/></w:numPr>'
        return f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{{0}}"/></w:lvl>' for level in range(3)
    )
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{levels.format(form)}</w:abstractNum>'
        for n, form in ((1, "bullet"), (2, "decimal"))
    ) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{kinds}</w:numbering>"
    )
    body = item("a", 0, 1) + item("b", 1, 2) + item("c", 2, 1) + item("d", 1, 2) + item("e", 0, 1)
    imported = convert(a_package(body, files={"word/numbering.xml": numbering}))
    squeezed = shown(imported).html.replace("\n", "")
    assert (
        "<ul><li>a<ol><li>b<ul><li>c</li></ul></li><li>d</li></ol></li><li>e</li></ul>" in squeezed
    )


def test_tables_come_over_with_merged_cells_left_blank() -> None:
    def write(document: Any) -> None:
        table = document.add_table(3, 3)
        for number, cell in enumerate(table._cells):
            cell.text = f"{number} | x"
        table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"
        table.cell(1, 0).text = "one"
        table.cell(1, 0).add_paragraph("two", style="List Bullet")

    html = shown(convert(a_document(write))).html.replace("\n", "")
    assert "<th>wide</th><th></th><th>2 | x</th>" in html
    assert "<td>one • two</td><td>4 | x</td><td>tall</td>" in html
    assert "<td>6 | x</td><td>7 | x</td><td></td>" in html


def test_a_box_of_one_column_is_paragraphs() -> None:
    def write(document: Any) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "Impact"
        cell.add_paragraph("Calm.")

    assert words_below(convert(a_document(write)), "Impact") == ["Calm."]


def test_pictures_are_made_anew_and_shown_where_they_stood() -> None:
    image = a_picture((300, 200), "JPEG")

    def write(document: Any) -> None:
        document.add_paragraph("Before.")
        document.add_picture(io.BytesIO(image))
        document.add_picture(io.BytesIO(image))

    imported = convert(a_document(write))
    (kept,) = imported.pictures
    assert opened(kept.data).size == (300, 200)
    assert [(link.target, link.alt) for link in shown(imported).links] == [
        (f"../media/{FOLDER}/{kept.name}", "")
    ] * 2
    assert imported.left_out == (
        "2 pictures without a description. Write for each what it shows, for those who cannot "
        "see it.",
    )


@pytest.mark.parametrize(
    ("alt", "comes_over"),
    [
        ("A gate", "A gate"),
        ('The "old" gate\n\nby [the] sea](javascript:alert(1)) |', None),
        ("<b>x</b> *a* _b_ `c` \\d &amp; !", None),
        ("A person\n\nDescription automatically generated", ""),
    ],
)
def test_descriptions_of_pictures_come_over_as_the_words_they_are(
    alt: str, comes_over: str | None
) -> None:
    wanted = " ".join(alt.split()) if comes_over is None else comes_over
    imported = convert(
        a_package(
            f"<w:p>{picture('i', alt)}</w:p>",
            images={"i": "media/a.png"},
            files={"word/media/a.png": a_picture()},
        )
    )
    (link,) = shown(imported).links
    assert (link.is_image, link.alt) == (True, wanted)


def test_links_to_the_web_and_to_addresses_come_over_and_no_others() -> None:
    targets = {
        "a": "https://example.org/a_(b)?q=1&r=[x] y",
        "b": "mailto:office@example.org",
        "c": "javascript:alert(1)",
        "d": "JaVaScRiPt:alert(1)",
        "e": "file:///etc/passwd",
        "f": "data:text/html,<script>alert(1)</script>",
        "g": "//evil.example/x",
        "h": "../secret.html",
        "i": "vbscript:x",
        "j": "https://example.org/</a><script>",
        "k": "http://[",
        "l": "java\tscript:alert(1)",
    }
    body = "".join(
        f'<w:p><w:hyperlink r:id="{key}"><w:r><w:t>link {key}!</w:t></w:r></w:hyperlink></w:p>'
        for key in targets
    )
    imported = convert(a_package(body, links=targets))
    assert [link.target for link in shown(imported).links] == [
        "https://example.org/a_%28b%29?q=1&r=%5Bx%5D%20y",
        "mailto:office@example.org",
        "https://example.org/%3C/a%3E%3Cscript%3E",
    ]
    assert words_below(imported, "Context") == [f"link {key}!" for key in targets]
    assert imported.left_out == (
        "9 links that lead neither to the web nor to an email address: the words came over "
        "without the link.",
    )


def test_an_exclamation_before_a_link_makes_no_picture_of_it() -> None:
    link = '<w:hyperlink r:id="a"><w:r><w:t>Look</w:t></w:r></w:hyperlink>'
    imported = convert(a_package(paragraph("Wow!", link), links={"a": "https://example.org"}))
    assert [link.is_image for link in shown(imported).links] == [False]
    assert words_below(imported, "Context") == ["Wow!Look"]


def test_footnotes_come_over_as_footnotes() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Counted in May.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    imported = convert(
        a_package(paragraph("Late marks fell [^1]", note), files={"word/footnotes.xml": notes})
    )
    html = shown(imported).html
    assert 'class="footnote"' in html
    assert "Counted in May." in html
    assert "Late marks fell [^1]<sup" in html


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<w:r><w:commentReference w:id="1"/></w:r>', "1 comment left out"),
        ("<w:ins><w:r><w:t>new</w:t></w:r></w:ins>", "what was inserted came over"),
        ("<w:del><w:r><w:delText>old</w:delText></w:r></w:del>", "what was deleted did not"),
        ("<w:r><w:object/></w:r>" * 2, "2 embedded files left out"),
        ("<w:r><w:drawing><c:chart/></w:drawing></w:r>", "1 chart left out"),
        ("<m:oMath><m:r/></m:oMath>", "1 equation left out"),
        (
            "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
            "1 text box: the words came over",
        ),
        (
            "<w:r><mc:AlternateContent><mc:Choice><wps:wsp/></mc:Choice></mc:AlternateContent></w:r>",
            "1 drawn shape left out",
        ),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>x</w:t></w:r>", "struck through"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>", "that were hidden came over"),
    ],
)
def test_what_does_not_come_over_is_said(inside: str, said: str) -> None:
    imported = convert(a_package(paragraph("Words.", inside)))
    (sentence,) = imported.left_out
    assert said in sentence
    assert "old" not in imported.body_md
    for word in ("boxed", "new"):
        assert (word in imported.body_md) == (word in inside)


def test_what_is_switched_off_is_not_said() -> None:
    inside = '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>x</w:t></w:r>'
    assert convert(a_package(paragraph("Words.", inside))).left_out == ()


def test_the_words_of_a_header_are_left_out_and_said() -> None:
    def write(document: Any) -> None:
        document.add_paragraph("Words.")
        document.sections[0].header.paragraphs[0].text = "Confidential"

    imported = convert(a_document(write))
    assert imported.left_out == ("The header and footer of the pages left out.",)
    assert "Confidential" not in imported.body_md


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(Invalid, match="holds no text"):
        convert(a_document(lambda document: None))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- a -->",
        "&lt;b&gt; &amp; AT&T &#60;",
        "# no heading",
        "## no heading",
        "#hash",
        "> no quote",
        "- no item",
        "+ no item",
        "* no item",
        "---",
        "===",
        "***",
        "___",
        "1. no item",
        "2024. A year",
        "3.5 points",
        "-5 degrees",
        "    no code",
        "```\nno code\n```",
        "`no code`",
        "*a* **b** _c_ __d__",
        "[a](javascript:alert(1)) ![b](x.png)",
        "[a]: https://example.org",
        "[^1]: no note",
        "*[HTML]: no abbreviation",
        "| a | b |",
        "|---|---|",
        "<https://example.org> <a@b.example>",
        "back\\slash \\* \\",
        "Wow!",
        "a\u202eb\u200bc",
        "👩‍👩‍👧 é ß 漢字",
        "{: .class } {#id}",
        "term\n: definition",
        "!!! note",
        "[TOC]",
        "~~~",
        "$x$ %%",
    ],
)
def test_words_come_over_as_the_words_they_are(text: str) -> None:
    lines = [text, f"x {text} x", f"before {text}"]
    broken = paragraph("before", f"<w:r><w:br/><w:t>{escape(text)}</w:t></w:r>")
    imported = convert(a_package("".join(map(paragraph, lines[:2])) + broken))
    visible = [" ".join(t.replace("\u202e", "").replace("\u200b", "").split()) for t in lines]
    assert words_below(imported, "Context") == visible
    assert shown(imported).links == ()
    assert "<" not in imported.body_md
