"""Choosing an issue for a reader: what is new and fits, varied, and one from earlier."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from typing import TypeVar

from kb.digest import wording
from kb.digest.interests import Interests
from kb.digest.issue import Choice, Issue, Kind, Passage
from kb.digest.matching import Finder, Match, Matcher, is_within
from kb.digest.shelf import Shelf, Study
from kb.domain import CaseStudyId

_T = TypeVar("_T")

MOST = 7
MOST_OF_A_SCHOOL = 2
# Of each kind that are kept ready: who was sent all of these gets no more of them.
_KEPT = 300


@dataclass(frozen=True, slots=True)
class _Ready:
    """What equal interests share, each best first; the rest is seldom needed."""

    fitting: tuple[Choice, ...]
    outside: tuple[Choice, ...]
    earlier: tuple[Choice, ...]
    rest: Callable[[], tuple[Choice, ...]]


class Chooser:
    """Chooses issues that are due at one moment, for any number of readers.

    Matching is done once for equal interests since the same moment; what is left for each reader
    is to leave out what they were sent.
    """

    def __init__(self, shelf: Shelf, finder: Finder, until: datetime) -> None:
        """Take what there is.

        Args:
            shelf: the studies.
            finder: searches as the browser does.
            until: when the issues are due; what came later is for the next.
        """
        self._matcher = Matcher(shelf, finder, until)
        self._ready: dict[tuple[Interests, datetime], _Ready] = {}

    def choose(
        self,
        interests: Interests,
        since: datetime,
        sent_before: Mapping[CaseStudyId, datetime],
        *,
        always: bool = False,
    ) -> Issue | None:
        """The issue for a reader; the same for the same, whenever it is asked for.

        Args:
            interests: what they want to hear about.
            since: when their last issue was due (`schedule.news_since`).
            sent_before: when each study was last sent to them. It comes again only where it was
                changed substantially since.
            always: whether they want one even if nothing new fits.

        Returns:
            None where there is nothing to send.
        """
        key = (interests, since)
        if key not in self._ready:
            self._ready[key] = self._make_ready(interests, since)
        issue = _Selection(sent_before).issue(self._ready[key], always=always)
        return issue if issue.choices else None

    def _make_ready(self, interests: Interests, since: datetime) -> _Ready:
        matcher, nearness = self._matcher, _nearness(interests)
        news = matcher.match_news(interests, since)
        fit = {match.study.id for match in news}
        outside = [study for study in matcher.news(since) if study.id not in fit]
        return _Ready(
            _kept(news, lambda match: _fitting(match, interests)),
            _kept(sorted(outside, key=nearness), _outsider),
            _kept(matcher.match_earlier(interests, since), _again),
            cache(lambda: _kept(sorted(matcher.earlier(since), key=nearness), _unmatched)),
        )


class _Selection:
    """What is taken for one reader, as it grows."""

    def __init__(self, sent_before: Mapping[CaseStudyId, datetime]) -> None:
        self._sent = sent_before
        self._schools: Counter[str] = Counter()

    def issue(self, ready: _Ready, *, always: bool) -> Issue:
        """The issue; without choices if nothing new fits, unless one is always wanted."""
        more = self._sendable_of(ready.fitting)
        fitting = [*islice(more, MOST - 1)]
        if not fitting and not always:
            return Issue(())
        last = [*islice(self._sendable_of(ready.outside), 1)] or [*islice(more, 1)]
        another = next(self._sendable_of(ready.earlier), None)
        if another is None and not fitting:
            another = next(self._sendable_of(ready.rest()), None)
        return Issue((*fitting, *last), another)

    def _sendable_of(self, choices: Iterable[Choice]) -> Iterator[Choice]:
        """Those that may be sent beside what was taken already, each counted as it is taken."""
        for choice in choices:
            school = choice.study.school
            if self._schools[school] < MOST_OF_A_SCHOOL and (as_sent := self._sendable(choice)):
                self._schools[school] += 1
                yield as_sent

    def _sendable(self, choice: Choice) -> Choice | None:
        """The choice as it is to be sent; None if this reader has had it."""
        sent_at, changed_at = self._sent.get(choice.study.id), choice.study.changed_at
        if sent_at is None:
            return choice
        if changed_at is None or changed_at <= sent_at:
            return None
        return replace(choice, why=wording.CHANGED)


def _kept(found: Iterable[_T], choice: Callable[[_T], Choice]) -> tuple[Choice, ...]:
    return tuple(choice(each) for each, _ in zip(found, range(_KEPT), strict=False))


def _fitting(match: Match, interests: Interests) -> Choice:
    narrowed = interests.phases or interests.regions
    why = f"It {match.on}." if match.on else wording.NEW_WITHIN if narrowed else wording.NEW
    return Choice(match.study, Kind.FITS, match.passage, why)


def _again(match: Match) -> Choice:
    why = f"It is from earlier, and {match.on}." if match.on else wording.EARLIER
    return Choice(match.study, Kind.AGAIN, match.passage, why)


def _outsider(study: Study) -> Choice:
    return Choice(study, Kind.OUTSIDE, Passage(study.meta.summary), wording.OUTSIDE)


def _unmatched(study: Study) -> Choice:
    return Choice(study, Kind.AGAIN, Passage(study.meta.summary), wording.EARLIER)


def _nearness(interests: Interests) -> Callable[[Study], tuple[bool, int, float, str]]:
    """Sorts what does not fit: of a reader's phases and regions first, strongest, newest."""
    return lambda study: (
        not is_within(study, interests),
        -study.strength,
        -study.fresh_at.timestamp(),
        study.id,
    )
