"""An issue as it is kept, so that its reader can see it in a browser later."""

from collections.abc import Iterable, Mapping
from typing import Any

from kb.digest.issue import Choice, Issue, Kind, Passage
from kb.digest.shelf import Study
from kb.domain import CaseStudyId


def dump_issue(issue: Issue) -> list[dict[str, Any]]:
    """Plain JSON values, in the order of reading."""
    return [
        {
            "id": each.study.id,
            "kind": each.kind.value,
            "why": each.why,
            "text": each.passage.text,
            "heading": each.passage.heading,
            "highlights": [list(pair) for pair in each.passage.highlights],
        }
        for each in issue.choices
    ]


def load_issue(kept: Iterable[Mapping[str, Any]], studies: Mapping[CaseStudyId, Study]) -> Issue:
    """What `dump_issue` wrote, without studies that are no longer among these."""
    choices = [
        Choice(studies[each["id"]], Kind(each["kind"]), _passage(each), each["why"])
        for each in kept
        if each["id"] in studies
    ]
    news = tuple(each for each in choices if each.kind is not Kind.AGAIN)
    return Issue(news, next((each for each in choices if each.kind is Kind.AGAIN), None))


def _passage(kept: Mapping[str, Any]) -> Passage:
    highlights = tuple((start, end) for start, end in kept["highlights"])
    return Passage(kept["text"], kept["heading"], highlights)
