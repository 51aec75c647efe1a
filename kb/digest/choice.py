"""Choosing an issue for a reader: what is new and fits, varied, and one from earlier."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice

from kb.digest import wording
from kb.digest.interests import Interests
from kb.digest.issue import Choice, Issue, Kind, Passage
from kb.digest.matching import Finder, Match, Matcher
from kb.digest.shelf import Shelf, Study
from kb.domain import CaseStudyId

MOST = 7
MOST_OF_A_SCHOOL = 2


class Chooser:
    """Chooses issues that are due at one moment, for any number of readers.

    Matching is done once for equal interests; what is left for each reader is to leave out what
    they were sent.
    """

    def __init__(self, shelf: Shelf, finder: Finder, until: datetime) -> None:
        """Take what there is.

        Args:
            shelf: the studies.
            finder: searches as the browser does.
            until: when the issues are due; what came later is for the next.
        """
        self._matcher = Matcher(shelf, finder, until)

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
        matcher, selection = self._matcher, _Selection(sent_before)
        news = (_fitting(match, interests) for match in matcher.news(interests, since))
        more = selection.sendable(news)
        fitting = [*islice(more, MOST - 1)]
        if not fitting and not always:
            return None
        outside = (_outsider(study) for study in matcher.other_news(interests, since))
        last = [*islice(selection.sendable(outside), 1)] or [*islice(more, 1)]
        earlier = (_again(match) for match in matcher.earlier(interests, since))
        another = next(selection.sendable(earlier), None)
        if another is None and not fitting:
            rest = (_unmatched(study) for study in matcher.other_earlier(interests, since))
            another = next(selection.sendable(rest), None)
        issue = Issue((*fitting, *last), another)
        return issue if issue.choices else None


class _Selection:
    """What is taken for one reader, as it grows."""

    def __init__(self, sent_before: Mapping[CaseStudyId, datetime]) -> None:
        self._sent = sent_before
        self._schools: Counter[str] = Counter()

    def sendable(self, choices: Iterable[Choice]) -> Iterator[Choice]:
        """Those that may be sent beside what was taken already, each counted as it is taken."""
        for choice in choices:
            school = choice.study.school
            if self._schools[school] < MOST_OF_A_SCHOOL and (as_sent := self._as_sent(choice)):
                self._schools[school] += 1
                yield as_sent

    def _as_sent(self, choice: Choice) -> Choice | None:
        """The choice as it is to be sent; None if this reader has had it."""
        sent_at, changed_at = self._sent.get(choice.study.id), choice.study.changed_at
        if sent_at is None:
            return choice
        if changed_at is None or changed_at <= sent_at:
            return None
        return replace(choice, why=wording.CHANGED)


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
