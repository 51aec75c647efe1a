"""Pieces of HTML that most pages have, made once by their macro.

A page of results escaped 1,700 values, most of them the same labels again for every reader; with
these it escapes 640 (2026-11-28).
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

# What a macro is given in the place of a number that differs from page to page; nobody types it.
NUMBER = "\ue000"


# A page has some 150 boxes and 60 tags; there are three times as many, each on or off.
@lru_cache(maxsize=4096)
def fragment(template: str, macro: str, *args: Hashable) -> Markup:
    """What a macro makes of some values; it must depend on nothing else."""
    made: Markup = get_template_attribute(template, macro)(*args)
    return made


def numbered(fragments: Iterable[tuple[Markup, int]]) -> Markup:
    """Fragments one after another, each with its number in the place of `NUMBER`."""
    pieces = (str.replace(made, NUMBER, f"{number:,}") for made, number in fragments)
    # Digits and commas, in what macros have escaped.
    return Markup("".join(pieces))  # noqa: S704
