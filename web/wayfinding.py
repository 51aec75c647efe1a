"""What an address that leads nowhere was perhaps meant to lead to."""

import re
from dataclasses import dataclass

from indexer.request import SearchRequest, Sort, clean, is_askable
from indexer.results import Result
from kb.errors import KbError
from web.addresses import PRACTICE, practice_address
from web.cards import Tag
from web.context import searcher

STUDIES = 4
_MAX_CHARS = 100
_ENDING = re.compile(r"\.\w{1,5}$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WayOn:
    """What to search for instead, and studies to look at: ones like it, or the newest."""

    words: str
    are_alike: bool
    studies: tuple[Tag, ...]


def way_on(path: str) -> WayOn:
    """The way on from an address; without an index, its words alone.

    Only the addresses of studies are searched for: most others that lead nowhere are asked for
    by programs, and to understand a query costs more than all else on the page.
    """
    words = words_of(path)
    try:
        alike = _alike(words) if path.startswith(f"{PRACTICE}/") else ()
        return WayOn(words, bool(alike), _links(alike or _newest()))
    except KbError:
        return WayOn(words, are_alike=False, studies=())


def words_of(path: str) -> str:
    """What the last part of an address says in words; the name of a place says nothing."""
    *places, last = [part for part in path.split("/") if part] or [""]
    # /practice/ alone, or /search/: where somebody was going, not what for.
    if not places and path.endswith("/"):
        return ""
    text = " ".join(_WORD.findall(_ENDING.sub("", clean(last))))
    return clean(text, max_chars=_MAX_CHARS)


def _alike(words: str) -> tuple[Result, ...]:
    if not is_askable(words):
        return ()
    return searcher().search(SearchRequest(words, page_size=STUDIES)).results


def _newest() -> tuple[Result, ...]:
    return searcher().search(SearchRequest(sort=Sort.NEWEST, page_size=STUDIES)).results


def _links(results: tuple[Result, ...]) -> tuple[Tag, ...]:
    documents = (result.document for result in results)
    return tuple(Tag(each.meta.title, practice_address(each.slug)) for each in documents)
