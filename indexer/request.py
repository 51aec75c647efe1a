"""A search as it is asked for: typed, from the parameters of an address or a command line."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from indexer.facets import FACETS, LIMITS, Facet, terms
from kb.domain import TermKey
from kb.vocabulary import Vocabularies

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
# A long paragraph. The model reads some 1,200 letters, and a longer query only blurs.
MAX_CHARS = 500
MIN_CHARS = 2
_MAX_NUMBER = 10_000


class Sort(StrEnum):
    """The order of results."""

    BEST = "best"
    NEWEST = "newest"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for.

    Attributes:
        text: the need, cleaned by `clean`; empty for all studies.
        filters: chosen keys by facet name.
        limits: the most allowed, by name of `LIMITS`.
        page: counted from 1.
        ignored: what of the parameters was not understood, as people wrote it.
    """

    text: str = ""
    filters: Mapping[str, tuple[TermKey, ...]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    sort: Sort = Sort.BEST
    page: int = 1
    page_size: int = PAGE_SIZE
    ignored: tuple[str, ...] = ()

    def chosen(self, facet: Facet) -> tuple[TermKey, ...]:
        """The keys chosen of a facet."""
        return self.filters.get(facet.name, ())


def read_request(params: Mapping[str, Sequence[str]], vocabularies: Vocabularies) -> SearchRequest:
    """The request that parameters ask for; what they get wrong is ignored and named.

    Args:
        params: repeatable parameters by name: q, the facets', the limits', sort, page, limit.
            Others are no business of the search.
        vocabularies: say which keys there are.
    """
    ignored: list[str] = []
    text = clean(_last(params, "q"))
    if len(clean(_last(params, "q"), max_chars=None)) > MAX_CHARS:
        ignored.append(f"everything after the first {MAX_CHARS} letters")
    filters = {}
    for facet in FACETS:
        known = {key for key, _ in terms(facet, vocabularies)}
        given = list(dict.fromkeys(v for v in params.get(facet.name, ()) if v))
        filters[facet.name] = tuple(TermKey(v) for v in given if v in known)
        ignored += [f"{facet.name}={_shown(v)}" for v in given if v not in known]
    return SearchRequest(
        text=text,
        filters={name: keys for name, keys in filters.items() if keys},
        limits={
            name: number
            for name in LIMITS
            if (number := _number(params, name, 0, _MAX_NUMBER, ignored)) is not None
        },
        sort=_sort(_last(params, "sort"), ignored),
        page=_number(params, "page", 1, _MAX_NUMBER, ignored) or 1,
        page_size=_number(params, "limit", 1, MAX_PAGE_SIZE, ignored) or PAGE_SIZE,
        ignored=tuple(ignored),
    )


def clean(raw: str, *, max_chars: int | None = MAX_CHARS) -> str:
    """A query without control characters and doubled spaces, in one Unicode form, not too long."""
    normal = unicodedata.normalize("NFKC", raw)
    kept = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in normal)
    return " ".join(kept.split())[:max_chars].strip()


def is_askable(text: str) -> bool:
    """Whether there is anything to search for: at least two letters or digits."""
    return sum(c.isalnum() for c in text) >= MIN_CHARS


def _last(params: Mapping[str, Sequence[str]], name: str) -> str:
    values = params.get(name) or ("",)
    return values[-1]


def _number(
    params: Mapping[str, Sequence[str]], name: str, low: int, high: int, ignored: list[str]
) -> int | None:
    raw = _last(params, name).strip()
    if not raw:
        return None
    # isdecimal alone lets through digits of other scripts, which int() reads too.
    if raw.isdecimal() and len(raw) < 10 and low <= int(raw) <= high:
        return int(raw)
    ignored.append(f"{name}={_shown(raw)}")
    return None


def _sort(raw: str, ignored: list[str]) -> Sort:
    if not raw:
        return Sort.BEST
    try:
        return Sort(raw)
    except ValueError:
        ignored.append(f"sort={_shown(raw)}")
        return Sort.BEST


def _shown(raw: str) -> str:
    return clean(raw, max_chars=60)
