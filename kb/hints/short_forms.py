"""Short forms that are explained neither in the text nor by the library."""

import re
from collections.abc import Iterator

from kb.glossary import Glossary
from kb.hints.hint import Hint, HintKind
from kb.hints.written import Written

_SHORT = re.compile(r"(?<![\w’'@/.-])[A-Z][A-Za-z]{0,4}[A-Z](?=s?(?![\w@-]|\.\w))")
# What every reader knows; terms.toml explains what a parent or a new teacher may not.
_ALLOWED = frozenset(
    """ADHD AI AM BBC CD CV DVD DIY EU GP HR ICT ID IQ IT LED MP NHS NOT OK PC PDF PE PM PSHE RE TV
    UK US USA USB WC GCSE BTEC RSPCA QR DJ UN VE""".split()  # noqa: SIM905
)
# A notice in capitals holds no short forms.
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?:\s+[A-Z]{2,}){2,}")


def hints(written: Written, glossary: Glossary) -> Iterator[Hint]:
    """The first use of each short form that nobody explains."""
    seen: set[str] = set()
    everything = written.text_of()
    for piece in written.pieces:
        if piece.field == "answers":
            # In a teacher's words, as they would type them.
            continue
        shouted = [match.span() for match in _SHOUTED.finditer(piece.text)]
        for match in _SHORT.finditer(piece.text):
            short = match[0]
            if short in seen or any(a <= match.start() < b for a, b in shouted):
                continue
            seen.add(short)
            if not _is_known(short, glossary) and not _is_explained(short, everything):
                message = (
                    f"“{short}” is explained nowhere. Write it out where it first stands, with the "
                    "short form in brackets."
                )
                yield written.hint(HintKind.SHORT_FORM, message, piece, short)


def _is_known(short: str, glossary: Glossary) -> bool:
    return short in _ALLOWED or glossary.explain(short) is not None


def _is_explained(short: str, text: str) -> bool:
    """Whether brackets stand around the short form somewhere, or behind it."""
    form = re.escape(short)
    return bool(re.search(rf"\(\s*(?:the )?{form}s?\b[^)]*\)|\b{form}s? \([^)]{{6,}}\)", text))
