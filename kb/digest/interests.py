"""What somebody wants to hear about, in one form, so that equal interests are known as equal."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.domain import TermKey
from kb.errors import Invalid
from kb.vocabulary import Vocabularies

MOST_SEARCHES = 10
# Every facet's every term would not be so many.
_MOST_FILTERS = 100
_MOST_CHARS = 500

# The vocabulary of each field.
KINDS = {
    "values": "value",
    "needs": "need",
    "disadvantage": "disadvantage",
    "themes": "theme",
    "phases": "phase",
    "regions": "region",
}
# Any of these is reason enough; the others narrow what comes.
TOPICS = ("needs", "disadvantage", "themes", "values")


@dataclass(frozen=True, slots=True, order=True)
class SavedSearch:
    """A search that is followed, of the browser's kind.

    Attributes:
        text: what was typed, cleaned; empty where filters alone are followed.
        filters: parameters of the search's address with their values, in order, none twice.
    """

    text: str
    filters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str, filters: Iterable[tuple[str, str]]) -> "SavedSearch":
        """The search in the one form that equal ones share.

        Raises:
            Invalid: it asks for nothing, or for too much.
        """
        kept = tuple(sorted(set(filters)))
        if not text and not kept:
            raise Invalid("There is nothing to follow in a search without words and filters.")
        if len(text) > _MOST_CHARS or len(kept) > _MOST_FILTERS:
            raise Invalid("That search is too long to be followed. Use fewer words or filters.")
        return cls(text, kept)


@dataclass(frozen=True, slots=True)
class Interests:
    """Keys of vocabularies and searches; made by `of`, which brings them into one form."""

    values: tuple[TermKey, ...] = ()
    needs: tuple[TermKey, ...] = ()
    disadvantage: tuple[TermKey, ...] = ()
    themes: tuple[TermKey, ...] = ()
    phases: tuple[TermKey, ...] = ()
    regions: tuple[TermKey, ...] = ()
    searches: tuple[SavedSearch, ...] = ()

    @classmethod
    def of(
        cls,
        keys: Mapping[str, Iterable[str]],
        searches: Iterable[SavedSearch],
        vocabularies: Vocabularies,
    ) -> "Interests":
        """Interests in their one form: sorted, none twice.

        Args:
            keys: chosen keys by name of the field.
            searches: at most `MOST_SEARCHES` different ones.
            vocabularies: say which keys there are.

        Raises:
            UnknownTerm: a key that its vocabulary does not have.
            Invalid: too many searches.
        """
        followed = tuple(sorted(set(searches)))
        if len(followed) > MOST_SEARCHES:
            raise Invalid(
                f"At most {MOST_SEARCHES} searches can be followed, and these are "
                f"{len(followed)}. Untick {len(followed) - MOST_SEARCHES}."
            )
        read = {
            name: tuple(sorted({vocabularies[kind].read(key) for key in keys.get(name, ())}))
            for name, kind in KINDS.items()
        }
        return cls(**read, searches=followed)

    @property
    def key(self) -> str:
        """The same for equal interests, on any machine, and else another."""
        text = json.dumps(dump_interests(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def has_topics(self) -> bool:
        """Whether anything is chosen that is a reason by itself."""
        return bool(self.searches) or any(getattr(self, name) for name in TOPICS)


def dump_interests(interests: Interests) -> dict[str, Any]:
    """Plain JSON values that `load_interests` turns back into the same thing."""
    dumped: dict[str, Any] = {name: list(getattr(interests, name)) for name in KINDS}
    dumped["searches"] = [
        {"text": each.text, "filters": [list(pair) for pair in each.filters]}
        for each in interests.searches
    ]
    return dumped


def load_interests(dumped: Mapping[str, Any]) -> Interests:
    """What `dump_interests` wrote; keys dropped from a vocabulary since match nothing."""
    searches = (
        SavedSearch(each["text"], tuple((name, value) for name, value in each["filters"]))
        for each in dumped["searches"]
    )
    keys = {name: tuple(map(TermKey, dumped[name])) for name in KINDS}
    return Interests(**keys, searches=tuple(searches))
