"""Which studies interests match: worked out once for equal interests, however many share them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from kb.digest import wording
from kb.digest.interests import KINDS, TOPICS, Interests, SavedSearch
from kb.digest.issue import Passage
from kb.digest.shelf import Shelf, Study
from kb.domain import CaseStudyId, TermKey

# What came since a moment is searched for within the youngest of these that holds it, so that
# readers share their searches whose last issues came at different times. The first holds the four
# weeks that a first issue looks back, and two more until it is due.
_AGES = (timedelta(days=45), timedelta(days=100), timedelta(days=400))
_MOST_FOUND = 200
# What is on a followed topic counts as the fourth that a search finds: the first three are what was
# meant, those far down no more than like it, and would fill every issue.
_ON_TOPIC = 3
# Terms by which a passage can be found; a value is no word of practice.
_TELLING = ("needs", "disadvantage", "themes")

# None for any age.
_Age = timedelta | None
# The place and the passage of each study that a search found.
_Found = Mapping[CaseStudyId, tuple[int, Passage]]


class Finder(Protocol):
    """Something that searches as the browser does, floor and all."""

    def find(
        self, search: SavedSearch, among: Collection[CaseStudyId], limit: int
    ) -> Mapping[CaseStudyId, Passage]:
        """What a search finds of some studies, so many at most, best first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A study that fits interests.

    Attributes:
        place: the best place that a followed search gave it, from 0, or that its topics do.
        on: what makes it fit, as the end of a sentence; None where nothing in particular was
            chosen.
    """

    study: Study
    passage: Passage
    on: str | None
    place: int
    topics: int

    @property
    def order(self) -> tuple[int, int, int, float, str]:
        """Sorts the best first: found best, on most topics, strongest, newest."""
        fresh = self.study.fresh_at.timestamp()
        return (self.place, -self.topics, -self.study.strength, -fresh, self.study.id)


class Matcher:
    """Matches interests with a shelf: what equal ones share is searched for and worked out once."""

    def __init__(self, shelf: Shelf, finder: Finder, until: datetime) -> None:
        self._shelf = shelf
        self._finder = finder
        self._until = until
        self._pools: dict[_Age, tuple[Study, ...]] = {}
        self._found: dict[tuple[SavedSearch, _Age], _Found] = {}
        self._matched: dict[tuple[Interests, _Age], tuple[Match, ...]] = {}
        self._unmatched: dict[tuple[Interests, _Age], tuple[Study, ...]] = {}

    def news(self, interests: Interests, since: datetime) -> Iterator[Match]:
        """What came after a moment and fits, best first."""
        for match in self._matches(interests, self._age(since)):
            if match.study.fresh_at > since:
                yield match

    def earlier(self, interests: Interests, since: datetime) -> Iterator[Match]:
        """What had come by then and fits, best first."""
        for match in self._matches(interests, None):
            if match.study.fresh_at <= since:
                yield match

    def other_news(self, interests: Interests, since: datetime) -> Iterator[Study]:
        """What came after a moment and does not fit: of the reader's phases and regions first."""
        for study in self._others(interests, self._age(since)):
            if study.fresh_at > since:
                yield study

    def other_earlier(self, interests: Interests, since: datetime) -> Iterator[Study]:
        """What had come by then and does not fit, in the same order."""
        for study in self._others(interests, None):
            if study.fresh_at <= since:
                yield study

    def _matches(self, interests: Interests, age: _Age) -> tuple[Match, ...]:
        key = (interests, age)
        if key not in self._matched:
            within = [study for study in self._pool(age) if is_within(study, interests)]
            found = [(search, self._find(search, age)) for search in interests.searches]
            one = self._match_one if interests.has_topics else _unasked
            matches = [match for study in within if (match := one(study, interests, found, age))]
            self._matched[key] = tuple(sorted(matches, key=lambda match: match.order))
        return self._matched[key]

    def _others(self, interests: Interests, age: _Age) -> tuple[Study, ...]:
        key = (interests, age)
        if key not in self._unmatched:
            fit = {match.study.id for match in self._matches(interests, age)}
            others = [study for study in self._pool(age) if study.id not in fit]
            others.sort(key=lambda study: _remoteness(study, interests))
            self._unmatched[key] = tuple(others)
        return self._unmatched[key]

    def _match_one(
        self,
        study: Study,
        interests: Interests,
        found: Sequence[tuple[SavedSearch, _Found]],
        age: _Age,
    ) -> Match | None:
        topics = [*_topics(study, interests)]
        places = [
            (of_search[study.id][0], search) for search, of_search in found if study.id in of_search
        ]
        words = self._shelf.vocabularies
        if places:
            place, search = min(places)
            _, passage = dict(found)[search][study.id]
            if topics:
                place = min(place, _ON_TOPIC)
            return Match(study, passage, wording.on_search(search, words), place, len(topics))
        if topics:
            on = wording.on_topics(topics, words)
            return Match(study, self._passage(study, topics, age), on, _ON_TOPIC, len(topics))
        return None

    def _passage(self, study: Study, topics: Sequence[tuple[str, TermKey]], age: _Age) -> Passage:
        """What a study says on the first of some topics that words can find; else its summary."""
        for field, key in topics:
            if field in _TELLING:
                kind = KINDS[field]
                label = self._shelf.vocabularies[kind].label(key)
                found = self._find(SavedSearch(label, ((kind, key),)), age)
                if study.id in found:
                    return found[study.id][1]
        return Passage(study.meta.summary)

    def _find(self, search: SavedSearch, age: _Age) -> _Found:
        if (search, age) not in self._found:
            among = [study.id for study in self._pool(age)]
            found = self._finder.find(search, among, _MOST_FOUND) if among else {}
            self._found[search, age] = {
                case_id: (place, passage) for place, (case_id, passage) in enumerate(found.items())
            }
        return self._found[search, age]

    def _age(self, since: datetime) -> _Age:
        """The youngest age that holds all since a moment."""
        return next((age for age in _AGES if self._until - age <= since), None)

    def _pool(self, age: _Age) -> tuple[Study, ...]:
        """Studies not older than that, and none from after the issue was due."""
        if age not in self._pools:
            oldest = self._until - age if age else None
            self._pools[age] = tuple(
                study
                for study in self._shelf.studies.values()
                if study.fresh_at <= self._until and (oldest is None or study.fresh_at > oldest)
            )
        return self._pools[age]


def is_within(study: Study, interests: Interests) -> bool:
    """Whether a study is from the phases and from the regions that were chosen, if any were."""
    return all(
        not keys or any((field, key) in study.terms for key in keys)
        for field, keys in (("phases", interests.phases), ("regions", interests.regions))
    )


def _topics(study: Study, interests: Interests) -> Iterator[tuple[str, TermKey]]:
    for field in TOPICS:
        keys: tuple[TermKey, ...] = getattr(interests, field)
        yield from ((field, key) for key in keys if (field, key) in study.terms)


def _unasked(study: Study, *_: object) -> Match:
    """A study for a reader who chose nothing in particular."""
    return Match(study, Passage(study.meta.summary), None, _ON_TOPIC, 0)


def _remoteness(study: Study, interests: Interests) -> tuple[bool, int, float, str]:
    fresh = study.fresh_at.timestamp()
    return (not is_within(study, interests), -study.strength, -fresh, study.id)
