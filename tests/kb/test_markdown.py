"""Markdown: sections and plain text for the index, and HTML that can do no harm."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.markdown import Link, MarkdownTooDeep, media_path, render, site_address

TEXT = """\
Before.

## Context

We are **small** and by the [sea](https://example.org).
The line goes on.

- first *point*
- second

## Impact

| term | late |
|:-----|-----:|
| autumn | 41 |

It fell.[^1]

[^1]: Other things changed too.
"""


class Tags(HTMLParser):
    """Every tag of a page with its attributes, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def harm(html: str) -> list[str]:
    """What in a page could run, restyle it, or lead to where nobody meant to go."""
    found = []
    for tag, attributes in Tags(html).found:
        if tag in {"script", "style", "iframe", "object", "embed", "form", "svg", "base", "link"}:
            found.append(f"<{tag}>")
        for name, value in attributes.items():
            if name.startswith("on") or name in {"style", "srcset", "formaction", "srcdoc"}:
                found.append(f"{name} on <{tag}>")
            # Browsers drop these before they read an address.
            address = re.sub(r"[\t\r\n]", "", value).strip().lower()
            if name in {"href", "src"} and not re.match(
                r"https?:|mailto:|#|/(?![/\\])|/$", address
            ):
                found.append(f"{name}={value!r}")
    return found


def test_text_becomes_sections_of_plain_blocks() -> None:
    rendered = render(TEXT)
    assert [block.text for block in rendered.preamble] == ["Before."]
    assert [(section.heading, section.anchor) for section in rendered.sections] == [
        ("Context", "s-context"),
        ("Impact", "s-impact"),
    ]
    assert [block.text for block in rendered.sections[0].blocks] == [
        "We are small and by the sea. The line goes on.",
        "first point",
        "second",
    ]
    assert [block.text for block in rendered.sections[1].blocks] == [
        "term late",
        "autumn 41",
        "It fell.",
        "Other things changed too.",
    ]


def test_only_a_paragraph_may_be_cut() -> None:
    context, impact = render(TEXT).sections
    assert [block.is_paragraph for block in context.blocks] == [True, False, False]
    assert [block.is_paragraph for block in impact.blocks] == [False, False, True, False]


def test_rows_and_footnotes_are_not_of_the_running_text() -> None:
    context, impact = render(TEXT).sections
    assert all(block.is_running for block in context.blocks)
    assert [block.is_running for block in impact.blocks] == [False, False, True, False]
    noted = render("## Impact\n\nIt fell[^1].\n\n[^1]: So they say.").sections[0]
    assert [(block.text, block.is_running) for block in noted.blocks] == [
        ("It fell.", True),
        ("So they say.", False),
    ]


def test_words_of_the_text_are_counted_without_headings() -> None:
    assert render("## What we did\n\nOne two.\n\n- three\n").word_count == 3


def test_headings_get_anchors_that_never_repeat_nor_clash_with_the_page() -> None:
    rendered = render("## Impact\n\n### Main\n\n## Impact\n\n## Café & co!\n")
    ids = [attributes["id"] for tag, attributes in Tags(rendered.html).found if "id" in attributes]
    assert len(set(ids)) == len(ids) == 4
    assert all(each.startswith("s-") for each in ids)
    assert [section.anchor for section in rendered.sections] == [ids[0], ids[2], ids[3]]


def test_every_id_of_a_rendered_study_has_the_prefix() -> None:
    ids = [
        attributes["id"] for _, attributes in Tags(render(TEXT).html).found if "id" in attributes
    ]
    assert all(each.startswith("s-") for each in ids)


def test_tables_are_aligned_without_a_style() -> None:
    html = render(TEXT).html
    assert '<td align="right">41</td>' in html
    assert "style" not in html


def test_pictures_load_late_and_from_the_site_alone() -> None:
    html = render("![A gate](../media/gate/photo.png)").html
    assert html.strip() == '<p><img alt="A gate" src="/media/gate/photo.png" loading="lazy"></p>'


def test_links_and_pictures_are_listed_as_written() -> None:
    assert render("[a](other.md) ![b](../media/x/y.png) <https://c.org>").links == (
        Link("other.md", is_image=False),
        Link("../media/x/y.png", is_image=True, alt="b"),
        Link("https://c.org", is_image=False),
    )


def test_raw_html_is_shown_as_the_text_it_is() -> None:
    html = render("Hi <script>alert(1)</script>\n\n<div onclick=x>there</div>\n").html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;div onclick=x&gt;there&lt;/div&gt;" in html


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        ("other-study.md", "/practice/other-study"),
        ("./other-study.md", "/practice/other-study"),
        ("../case-studies/other-study.md#s-impact", "/practice/other-study#s-impact"),
        ("../media/gate/photo.png", "/media/gate/photo.png"),
        ("https://www.gov.uk/a?b=c#d", "https://www.gov.uk/a?b=c#d"),
        ("HTTPS://www.gov.uk", "HTTPS://www.gov.uk"),
        ("mailto:hub@example.org", "mailto:hub@example.org"),
        ("#s-impact", "#s-impact"),
        ("/search?q=late", "/search?q=late"),
        (" https://a.org ", "https://a.org"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("blob:https://a.org/x", None),
        ("ftp://a.org", None),
        ("//evil.example", None),
        (" //evil.example", None),
        ("/\\evil.example", None),
        ("\\\\evil.example", None),
        ("www.gov.uk", None),
        ("?q=x", None),
        ("", None),
        ("https://[half", None),
        ("../case-studies/../secret.md", None),
        ("Other Study.md", None),
    ],
)
def test_a_link_leads_to_the_web_or_the_site_or_nowhere(written: str, leads_to: str | None) -> None:
    assert site_address(written) == leads_to


@pytest.mark.parametrize("written", ["/\t/evil.example", "/\n/evil.example", "/\r\\evil.example"])
def test_an_address_elsewhere_cannot_hide_behind_a_tab_or_newline(written: str) -> None:
    assert site_address(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "photo.png",
        "media/photo.png",
        "../media/gate/deeper/photo.png",
        "../media/gate/../x.png",
        "../media/gate/..",
        "../media/./x.png",
        "../../media/gate/x.png",
        "/media/gate/x.png",
        "../media/gate/x y.png",
        "../media/gate/x.png?a",
        "../media/gate/x.png\0",
        "",
    ],
)
def test_a_picture_lies_in_a_folder_of_media_and_nowhere_else(written: str) -> None:
    assert media_path(written) is None


@pytest.mark.parametrize("written", ["../media/../x.png", "media/../kb.sqlite"])
def test_a_picture_path_cannot_climb_out_of_media(written: str) -> None:
    assert media_path(written) is None


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://evil.example/pixel.png)",
    '![x](../media/a/b.png "t\\" onerror=alert(1)")',
    '[x](https://a.org "t\\" onclick=alert(1)")',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "## x {: onclick=alert(1) style=color:red }",
    "`<script>`\n\n    <script>alert(1)</script>",
    "|a|\n|-|\n|<script>alert(1)</script>|",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<<script>script>alert(1)<</script>/script>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_known_attacks_come_out_harmless(attack: str) -> None:
    assert harm(render(attack).html) == []


def test_the_judge_of_harm_sees_harm() -> None:
    bad = "<p style=a><script></script><a href='//x' onclick=y></a><a href='java\tscript:x'></a>"
    assert harm(bad) == [
        "style on <p>",
        "<script>",
        "href='//x'",
        "onclick on <a>",
        "href='java\\tscript:x'",
    ]


PIECES = st.sampled_from(
    [
        *ATTACKS,
        *(
            "<",
            ">",
            '"',
            "'",
            "`",
            "[",
            "](",
            ")",
            "![",
            "<!--",
            "-->",
            "&",
            ";",
            "\\",
            "\n",
            "\n\n",
        ),
        *(
            "javascript:",
            "data:",
            "vbscript:",
            "//",
            "/\\",
            " onerror=",
            " style=",
            "{: ",
            "}",
            "|",
        ),
        *("## ", "> ", "- ", "    ", "[^1]", "[^1]: ", "\x02", "\x03", "\0", "&#x3c;", "\u2028"),
    ]
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map("".join),
    )
)
def test_any_text_at_all_comes_out_harmless(text: str) -> None:
    try:
        rendered = render(text)
    except MarkdownTooDeep:
        return
    assert harm(rendered.html) == []
    for section in rendered.sections:
        assert all(block.text.strip() for block in section.blocks)


@pytest.mark.parametrize("text", ["*" * 4000 + "x" + "*" * 4000, "> " * 3000 + "x"])
def test_deep_nesting_is_refused_or_rendered_and_never_crashes(text: str) -> None:
    try:
        assert harm(render(text).html) == []
    except MarkdownTooDeep as error:
        assert "flatten it" in str(error)  # noqa: PT017 - either is an answer


def test_no_text_is_no_sections() -> None:
    rendered = render("")
    assert (rendered.html, rendered.sections, rendered.preamble, rendered.links) == ("", (), (), ())
