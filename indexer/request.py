"""A search as it is asked for: typed, from the parameters of an address or a command line."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum

from indexer.facets import FACETS, LIMITS, Facet, terms
from indexer.query import parse, without_filters
from kb.domain import CaseStudyId, TermKey
from kb.vocabulary import Vocabularies

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
# A long paragraph. The model reads some 1,200 letters, and a longer query only blurs.
MAX_CHARS = 500
MIN_CHARS = 2
_MAX_NUMBER = 10_000


@dataclass(frozen=True, slots=True)
class SchoolContext:
    """What is known of the asker's school; None where it was not said. Percentages, 0 to 100."""

    phase: TermKey | None = None
    region: TermKey | None = None
    pupils: float | None = None
    fsm6_percent: float | None = None
    sen_support_percent: float | None = None
    eal_percent: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything was said."""
        return any(getattr(self, field.name) is not None for field in fields(self))


# The asker's school as parameters: the name of each, and the field it fills.
SCHOOL_TERMS = {"school_phase": "phase", "school_region": "region"}
SCHOOL_NUMBERS = {
    "school_pupils": "pupils",
    "school_fsm6": "fsm6_percent",
    "school_sen_support": "sen_support_percent",
    "school_eal": "eal_percent",
}


class Sort(StrEnum):
    """The order of results."""

    BEST = "best"
    NEWEST = "newest"
    EVIDENCE = "evidence"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for.

    Attributes:
        text: the need, cleaned by `clean`; empty for all studies.
        filters: chosen keys by facet name.
        limits: the most allowed, by name of `LIMITS`.
        page: counted from 1.
        school: the asker's own, for the order `Sort.SIMILAR`.
        as_typed: never to search for a likely spelling instead.
        explain: whether results say what made up their scores.
        among: only of these studies, as a filter; None for all.
        ignored: what of the parameters was not understood, as people wrote it.
    """

    text: str = ""
    filters: Mapping[str, tuple[TermKey, ...]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    sort: Sort = Sort.BEST
    page: int = 1
    page_size: int = PAGE_SIZE
    school: SchoolContext = field(default_factory=SchoolContext)
    as_typed: bool = False
    explain: bool = False
    among: frozenset[CaseStudyId] | None = None
    ignored: tuple[str, ...] = ()

    def chosen(self, facet: Facet) -> tuple[TermKey, ...]:
        """The keys chosen of a facet."""
        return self.filters.get(facet.name, ())


def read_request(params: Mapping[str, Sequence[str]], vocabularies: Vocabularies) -> SearchRequest:
    """The request that parameters ask for; what they get wrong is ignored and named.

    Filters typed into `q` (`value:equity`, a key or a label) are taken out of it and join the
    others.

    Args:
        params: repeatable parameters by name: q, the facets', the limits', the school's, sort,
            page, limit, as_typed. Others are no business of the search.
        vocabularies: say which keys there are.
    """
    ignored: list[str] = []
    text = clean(_last(params, "q"))
    if len(clean(_last(params, "q"), max_chars=None)) > MAX_CHARS:
        ignored.append(f"everything after the first {MAX_CHARS} letters")
    typed: dict[str, list[str]] = {}
    while (parsed := parse(text)).filters or parsed.refused:
        for name, values in parsed.filters.items():
            typed.setdefault(name, []).extend(values)
        ignored += parsed.refused
        text = without_filters(text)
    filters = {}
    for facet in FACETS:
        if facet.name not in params and facet.name not in typed:
            continue
        keys, by_name = _names(facet, vocabularies)
        given = [(v, keys.get(v), "=") for v in params.get(facet.name, ()) if v]
        given += [(v, by_name.get(v.casefold()), ":") for v in typed.get(facet.name, ())]
        filters[facet.name] = tuple(dict.fromkeys(key for _, key, _ in given if key is not None))
        ignored += dict.fromkeys(
            f"{facet.name}{sign}{_shown(v)}" for v, key, sign in given if key is None
        )
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
        school=_school(params, vocabularies, ignored),
        as_typed=_number(params, "as_typed", 0, 1, ignored) == 1,
        ignored=tuple(ignored),
    )


def _names(
    facet: Facet, vocabularies: Vocabularies
) -> tuple[dict[str, TermKey], dict[str, TermKey]]:
    """The keys of a facet by themselves; and by themselves and their labels, whatever the case."""
    found = terms(facet, vocabularies)
    labels = {label.casefold(): key for key, label in found}
    return {str(key): key for key, _ in found}, {key.casefold(): key for key, _ in found} | labels


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


def _school(
    params: Mapping[str, Sequence[str]], vocabularies: Vocabularies, ignored: list[str]
) -> SchoolContext:
    keys: dict[str, TermKey] = {}
    for name, kind in SCHOOL_TERMS.items():
        if raw := _last(params, name):
            if raw in vocabularies[kind]:
                keys[kind] = TermKey(raw)
            else:
                ignored.append(f"{name}={_shown(raw)}")
    numbers = {
        field: _measure(params, name, _MAX_NUMBER if field == "pupils" else 100, ignored)
        for name, field in SCHOOL_NUMBERS.items()
    }
    return SchoolContext(keys.get("phase"), keys.get("region"), **numbers)


def _measure(
    params: Mapping[str, Sequence[str]], name: str, high: int, ignored: list[str]
) -> float | None:
    """A number of the census, which may have decimals; 0 pupils say nothing."""
    raw = _last(params, name).strip().removesuffix("%")
    if not raw:
        return None
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", raw) and float(raw) <= high:
        return float(raw)
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
