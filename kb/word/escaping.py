"""Words of a document as Markdown that means nothing but these words."""

import re
from urllib.parse import quote, urlsplit

from kb.markdown import SAFE_SCHEMES

_SPECIAL = re.compile(r"[\\`*_\[\]|]")
# What would become a character: &lt; written by somebody who means these four.
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What begins a heading, quote, list or rule where a line begins.
_AT_START = re.compile(r"#|>|[-+](?=[\s-]|$)")
_NUMBER = re.compile(r"(\d+)\.(?=\s|$)")
_UNDERLINE = re.compile(r"=+\s*$")
# Joiners that scripts and emoji need; other invisible characters may turn text around.
_JOINERS = {"\u200c", "\u200d"}
_MAX_ADDRESS = 2000
_SAFE_IN_ADDRESS = "%/:=&?~#+!$,;@-._"


def plain(text: str) -> str:
    """Text on one line, without characters that nobody sees."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if c.isprintable() or c in _JOINERS)


def printable(text: str) -> str:
    """Text as front matter may hold it."""
    return "".join(c for c in text if c.isprintable())


def one_spaced(text: str) -> str:
    """Text whose parts each brought a space, with one."""
    return re.sub(" {2,}", " ", text)


def escaped(text: str) -> str:
    """Text that may stand within a line of Markdown."""
    marked = _SPECIAL.sub(r"\\\g<0>", _ENTITY.sub("&amp;", plain(text))).replace("<", "&lt;")
    # Before a link, it would make the link a picture.
    return f"{marked[:-1]}\\!" if marked.endswith("!") else marked


def line_start(line: str) -> str:
    """An escaped line that may stand where a paragraph or one of its lines begins."""
    line = line.strip(" ")
    if _AT_START.match(line):
        return f"\\{line}"
    if _UNDERLINE.match(line):
        return f"&#61;{line[1:]}"
    return _NUMBER.sub(r"\1\\.", line, count=1) if _NUMBER.match(line) else line


def heading(text: str) -> str:
    """Plain text as that of a heading."""
    marked = line_start(escaped(text))
    return f"{marked[:-1]}\\#" if marked.endswith("#") else marked


def safe_address(raw: str) -> str | None:
    """An address as it can stand in Markdown's brackets; None if it must not be followed."""
    raw = raw.strip()
    if len(raw) > _MAX_ADDRESS or not raw.isprintable():
        return None
    try:
        parts = urlsplit(raw)
    except ValueError:
        return None
    if parts.scheme.lower() not in SAFE_SCHEMES or not (parts.netloc or parts.path):
        return None
    return quote(raw, safe=_SAFE_IN_ADDRESS)
