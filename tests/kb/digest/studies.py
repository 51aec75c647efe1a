"""Studies on a shelf, and a small honest search over them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.digest.interests import SavedSearch
from kb.digest.issue import Issue, Passage
from kb.digest.shelf import Shelf, Study, a_study
from kb.domain import CaseStudyId
from kb.schema import read_front_matter
from kb.vocabulary import Vocabularies
from tests.factories import SHIPPED, an_id

VOCABULARIES = Vocabularies.load(SHIPPED / "vocabulary")
UNTIL = datetime(2026, 11, 9, 7, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)
OLD = UNTIL - timedelta(days=300)


def study(
    name: str, live_at: datetime = SINCE + timedelta(days=1), *, school: str = "", **given: Any
) -> Study:
    """A study by its name, which is its slug; new unless it is said when it went live."""
    changed_at = given.pop("changed_at", None)
    if school:
        kind = {"type": "community-school", "academic_year": "2024/25"}
        given["school"] = {"name": school, **kind}
    meta = {
        "id": an_id(name),
        "title": name.replace("-", " ").capitalize(),
        "summary": f"What {name} did.",
        "status": "published",
        **given,
    }
    return a_study(an_id(name), name, read_front_matter(meta), live_at, changed_at, VOCABULARIES)


def shelf(*studies: Study) -> Shelf:
    return Shelf(studies, VOCABULARIES)


def names(issue: Issue | None) -> list[str]:
    """The slugs of an issue's news, in order."""
    return [choice.study.slug for choice in issue.news] if issue else []


def another(issue: Issue | None) -> str | None:
    return issue.another_look.study.slug if issue and issue.another_look else None


class WordFinder:
    """Finds the studies of which title and summary hold every word, in order of their slugs.

    `asked` lists every search, so that a test can count them.
    """

    def __init__(self, of: Shelf) -> None:
        self._shelf = of
        self.asked: list[SavedSearch] = []

    def find(
        self, search: SavedSearch, among: Collection[CaseStudyId], limit: int
    ) -> Mapping[CaseStudyId, Passage]:
        self.asked.append(search)
        found = [each for each in self._shelf.studies.values() if each.id in set(among)]
        wanted = search.text.casefold().split()
        hits = [
            each
            for each in sorted(found, key=lambda each: each.slug)
            if all(word in f"{each.meta.title} {each.meta.summary}".casefold() for word in wanted)
        ]
        return {each.id: Passage(f"Found in {each.slug}", "Impact") for each in hits[:limit]}
