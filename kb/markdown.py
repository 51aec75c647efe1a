"""Markdown into sections, plain text and safe HTML: for checks, passages and pages alike."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
from markdown import Markdown
from markdown.extensions.toc import TocExtension

from kb.errors import Invalid

# Every id in a rendered study begins so, and can never be one of the page's own.
ID_PREFIX = "s-"
BLOCK_TAGS = {"p", "li", "tr", "pre", "blockquote", "h1", "h3", "h4", "h5", "h6", "dd", "dt"}
# A wide table scrolls in a box of its own, by keyboard too.
_TABLE = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
_TAGS = {
    *[
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "del",
        "hr",
        "br",
        "a",
        "img",
        "sup",
        "sub",
    ],
    *["table", "thead", "tbody", "tr", "th", "td", "section", "div"],
}
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class", "role"},
    "img": {"src", "alt", "title", "loading"},
    "th": {"align", "scope"},
    "td": {"align"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
    "div": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
SAFE_SCHEMES = {"http", "https", "mailto"}
_SLUG_LINK = re.compile(r"^(?:\.\./case-studies/|\./)?(?P<slug>[a-z0-9-]+)\.md(?P<fragment>#.*)?$")
_MEDIA = re.compile(r"(?:\.\./)?media/(?P<path>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)", re.ASCII)
# Python-Markdown looks for a link behind each: 20,000 of them took it 55 s (2026-11-23).
_MAX_BRACKETS = 2000


class MarkdownTooDeep(Invalid):
    """The text nests deeper, or holds more brackets, than can be rendered in good time."""

    def __init__(self) -> None:
        super().__init__("the text nests lists, quotes or brackets too deeply; flatten it")


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image of the text: where it points, as written, and an image's alt text."""

    target: str
    is_image: bool
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or table row as plain text; only a paragraph may be cut.

    Rows of tables and footnotes are not of the running text: they say little by themselves.
    """

    text: str
    is_paragraph: bool
    is_running: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one second-level heading, as blocks of plain text."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text in the three forms that the product needs."""

    html: str
    sections: tuple[Section, ...]
    preamble: tuple[Block, ...]
    links: tuple[Link, ...]

    @property
    def word_count(self) -> int:
        """Words of the running text, headings left out."""
        return sum(len(block.text.split()) for s in self.sections for block in s.blocks)


# A check, a sync, an index build and a page each want the same text in several forms.
@lru_cache(maxsize=64)
def render(body_md: str) -> Rendered:
    """Turn a study's Markdown into safe HTML, sections of plain text, and its links.

    Raw HTML is not interpreted: it is shown as the text it is. Links keep only http, https,
    mailto and relative addresses; `other-study.md` and `../media/…` become site addresses.

    Raises:
        MarkdownTooDeep: beyond what the parser can follow in good time.
    """
    if body_md.count("[") > _MAX_BRACKETS:
        raise MarkdownTooDeep
    try:
        unsafe = _parser().convert(body_md)
    except RecursionError as error:
        raise MarkdownTooDeep from error
    reader = _Reader()
    reader.feed(unsafe)
    reader.close()
    return Rendered(
        html=_cleaner(unsafe).replace("<table>", _TABLE).replace("</table>", "</table></div>"),
        sections=tuple(Section(h, a, tuple(blocks)) for h, a, blocks in reader.sections),
        preamble=tuple(reader.preamble),
        links=tuple(reader.links),
    )


def site_address(target: str) -> str | None:
    """Where a link as written leads on the site; None if it must not be followed."""
    target = target.strip()
    if not target.isprintable():
        # Browsers drop tabs and newlines: /<tab>/host would lead elsewhere.
        return None
    if target.startswith("#"):
        return _own_fragment(target)
    if match := _SLUG_LINK.match(target):
        return f"/practice/{match['slug']}{_own_fragment(match['fragment'] or '')}"
    if path := media_path(target):
        return f"/media/{path}"
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme.lower() in SAFE_SCHEMES or target.startswith("/"):
        # Browsers read //host and /\host as an address elsewhere.
        return None if target.startswith(("//", "/\\")) else target
    return None


def media_path(target: str) -> str | None:
    """`<slug>/<file>` of an image written as `../media/<slug>/<file>`, else None."""
    match = _MEDIA.fullmatch(target)
    return match["path"] if match else None


def _own_fragment(fragment: str) -> str:
    """A fragment as our ids are: with the prefix, whether its author wrote it or not."""
    name = fragment.removeprefix("#")
    return f"#{_own_id(name)}" if name else ""


def _own_id(name: str) -> str:
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def _parser() -> Markdown:
    markdown = Markdown(
        extensions=[
            "tables",
            "footnotes",
            "sane_lists",
            TocExtension(slugify=_anchor, permalink=False),
        ],
        extension_configs={
            # The default writes style="", which the site's Content-Security-Policy refuses.
            "tables": {"use_align_attribute": True},
            "footnotes": {
                "BACKLINK_TEXT": "↩",
                "UNIQUE_IDS": False,
                "BACKLINK_TITLE": "Back to the text",
            },
        },
        output_format="html",
    )
    # Without these two, raw HTML is escaped like any other text.
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    return markdown


def _anchor(value: str, separator: str) -> str:
    return ID_PREFIX + re.sub(r"[^a-z0-9]+", separator, value.lower()).strip(separator)


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("a", "href"):
        return site_address(value)
    if attribute == "id":
        return _own_id(value)
    if (tag, attribute) == ("img", "src"):
        path = media_path(value)
        return f"/media/{path}" if path else None
    return value


def _make_cleaner() -> Callable[[str], str]:
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SAFE_SCHEMES,
        link_rel="noopener",
        set_tag_attribute_values={"img": {"loading": "lazy"}},
    )
    return cleaner.clean


_cleaner = _make_cleaner()


class _Reader(HTMLParser):
    """Collects sections, their blocks of plain text, and links from rendered Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[tuple[str, str, list[Block]]] = []
        self.preamble: list[Block] = []
        self.links: list[Link] = []
        self._text: list[str] = []
        self._heading: str | None = None
        self._skipping = 0
        self._whole = 0
        self._in_row = False
        self._in_notes = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(Link(given["href"], is_image=False))
        elif tag == "img":
            self.links.append(Link(given.get("src", ""), is_image=True, alt=given.get("alt", "")))
        # The footnotes come last.
        self._in_notes |= given.get("class") == "footnote"
        # Only footnotes make <sup>: a reference number is not a word of the text.
        self._skipping += tag == "sup"
        if tag == "h2":
            self._end_block()
            self._heading = given.get("id", "")
        elif tag == "p" and self._whole:
            # A further paragraph of the same list item.
            self._text.append(" ")
        elif tag in BLOCK_TAGS:
            self._end_block()
            self._whole += tag in {"li", "tr"}
            self._in_row = tag == "tr"
        elif tag in {"td", "th", "br"}:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self._skipping -= 1
        elif tag == "h2" and self._heading is not None:
            self.sections.append((self._take(), self._heading, []))
            self._heading = None
        elif tag in BLOCK_TAGS and not (tag == "p" and self._whole):
            self._end_block()
            self._whole -= tag in {"li", "tr"}
            self._in_row = False

    def handle_data(self, data: str) -> None:
        if not self._skipping and data != "↩":
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()

    def _take(self) -> str:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        return text

    def _end_block(self) -> None:
        if self._heading is None and (text := self._take()):
            (self.sections[-1][2] if self.sections else self.preamble).append(
                Block(
                    text,
                    is_paragraph=not self._whole,
                    is_running=not (self._in_row or self._in_notes),
                )
            )
