"""What people type, as it is kept."""

import unicodedata


def plain_line(raw: str) -> str:
    """A text on one line, single-spaced, without what controls how a text is shown."""
    return " ".join("".join(map(_printable, raw)).split())


def _printable(character: str) -> str:
    return " " if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} else character
