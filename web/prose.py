"""A study's text as its page shows it: its sections set apart, its terms explained.

What changed and what did not work weigh the same.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from types import MappingProxyType

from kb.glossary import Glossary
from kb.markdown import Rendered

# What a reader is told that a section holds. These two decide, and stand in frames alike.
GISTS = MappingProxyType(
    {
        "Impact": "What changed, and how far we can be sure of it",
        "What we learned": "What did not work, and what we would change",
    }
)
_VOID = {"br", "hr", "img"}
# A link leads elsewhere, a heading is read in lists of headings, code is quoted, a table scrolls.
_UNEXPLAINED = {"a", "code", "h2", "h3", "h4", "h5", "h6", "pre", "sup", "table"}


@lru_cache(maxsize=64)
def for_page(rendered: Rendered, glossary: Glossary) -> Rendered:
    """The same text, each section an element of its own, terms with their explanations."""
    gists = {s.anchor: GISTS[s.heading] for s in rendered.sections if s.heading in GISTS}
    writer = _Writer(gists, glossary)
    writer.feed(rendered.html)
    return replace(rendered, html=writer.done())


class _Writer(HTMLParser):
    """Writes sanitised HTML again as it stands, and adds to it between its elements."""

    def __init__(self, gists: Mapping[str, str], glossary: Glossary) -> None:
        super().__init__(convert_charrefs=False)
        self._gists = gists
        self._glossary = glossary
        self._explained: list[str] = []
        self._out: list[str] = []
        self._open: list[str] = []
        self._in_section = False
        self._gist: str | None = None

    def done(self) -> str:
        """All that was written, its last section closed."""
        self.close()
        self._end_section()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._open and (tag == "h2" or given.get("class") == "footnote"):
            self._end_section()
            if tag == "h2":
                self._begin_section(given.get("id") or "")
        self._out.append(self.get_starttag_text() or "")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._out.append(f"</{tag}>")
        self._open.pop()
        if self._gist and not self._open:
            self._out.append(f'<p class="gist">{escape(self._gist)}</p>')
            self._gist = None

    def handle_data(self, data: str) -> None:
        at = 0
        if _UNEXPLAINED.isdisjoint(self._open):
            for mention in self._glossary.mentions(data):
                term = mention.explanation.term
                if term not in self._explained:
                    self._explained.append(term)
                    self._out.append(data[at : mention.start])
                    at = mention.end
                    self._explain(data[mention.start : at], mention.explanation.explanation)
        self._out.append(data[at:])

    def handle_entityref(self, name: str) -> None:
        self._out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._out.append(f"&#{name};")

    def _explain(self, word: str, explanation: str) -> None:
        tip = f"term-{len(self._explained)}"
        self._out.append(
            f'<span class="term" tabindex="0" aria-describedby="{tip}">{word}'
            f'<span class="tip" role="tooltip" id="{tip}">{escape(explanation)}</span></span>'
        )

    def _begin_section(self, anchor: str) -> None:
        self._gist = self._gists.get(anchor)
        self._out.append('<section class="weighed">' if self._gist else "<section>")
        self._in_section = True

    def _end_section(self) -> None:
        if self._in_section:
            self._out.append("</section>")
        self._in_section = False
