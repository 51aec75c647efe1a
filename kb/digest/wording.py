"""Interests and reasons in plain words."""

from collections.abc import Sequence

from kb.digest.interests import KINDS, SavedSearch
from kb.domain import Cost, EvidenceStrength, TermKey
from kb.vocabulary import KINDS as VOCABULARIES
from kb.vocabulary import Vocabularies

NEW = "It is new in the library."
NEW_WITHIN = "It is new, from the phases or regions that you chose."
CHANGED = "It was changed substantially since you were sent it."
OUTSIDE = "It is new and not on what you follow, for a wider view."
EARLIER = "It is from earlier, and you have not been sent it yet."
_MOST_NAMED = 3
_LIMITS = {"staff_max": "at most {} staff", "minutes_max": "at most {} minutes a week"}
_ENUMS: dict[str, type[EvidenceStrength] | type[Cost]] = {
    "evidence": EvidenceStrength,
    "cost": Cost,
}


def search_in_words(search: SavedSearch, vocabularies: Vocabularies) -> str:
    """What a search asks for: “late for school” (Primary, Equity)."""
    filters = ", ".join(_filter(name, value, vocabularies) for name, value in search.filters)
    if not search.text:
        return filters
    return f"“{search.text}” ({filters})" if filters else f"“{search.text}”"


def on_search(search: SavedSearch, vocabularies: Vocabularies) -> str:
    """What makes a study fit that a search finds."""
    return f"answers a search that you follow: {search_in_words(search, vocabularies)}"


def on_topics(topics: Sequence[tuple[str, TermKey]], vocabularies: Vocabularies) -> str:
    """What makes a study fit that has topics; there is at least one."""
    names = [vocabularies[KINDS[field]].label(key) for field, key in topics]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"is on what you follow: {listed}"


def _filter(name: str, value: str, vocabularies: Vocabularies) -> str:
    if name in _LIMITS:
        return _LIMITS[name].format(value)
    if name in _ENUMS:
        return next((each.label for each in _ENUMS[name] if each == value), value)
    kind = name.replace("_", "-")
    return vocabularies[kind].label(value) if kind in VOCABULARIES else value
