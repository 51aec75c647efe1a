"""The digest's search: the browser's own, floor and all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from indexer.request import SearchRequest, read_request
from indexer.results import Result
from indexer.search import Searcher
from kb.digest.interests import SavedSearch
from kb.digest.issue import Passage
from kb.domain import CaseStudyId
from kb.vocabulary import Vocabularies
from web.highlights import excerpt


class SearcherFinder:
    """Finds for `kb.digest.matching` by the searcher that pages use."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def find(
        self, search: SavedSearch, among: Collection[CaseStudyId], limit: int
    ) -> Mapping[CaseStudyId, Passage]:
        """What the browser would find of some studies, as typed; see `Finder`."""
        request = request_of(search, self._searcher.vocabularies())
        page = self._searcher.search(
            replace(request, among=frozenset(among), page_size=limit, as_typed=True)
        )
        return {result.document.id: _passage(result) for result in page.results}


def _passage(result: Result) -> Passage:
    text, highlights = excerpt(result.passage.text, result.passage.highlights)
    return Passage(text, result.passage.heading if result.matched else None, highlights)


def request_of(search: SavedSearch, vocabularies: Vocabularies) -> SearchRequest:
    """A followed search as the searcher takes it; filters that are no longer known are ignored."""
    return read_request(parameters(search), vocabularies)


def parameters(search: SavedSearch) -> dict[str, Sequence[str]]:
    """A followed search as the parameters of an address."""
    found: dict[str, list[str]] = {"q": [search.text]} if search.text else {}
    for name, value in search.filters:
        found.setdefault(name, []).append(value)
    return dict(found)


def followed(request: SearchRequest) -> SavedSearch:
    """What is followed of a search: its words and its filters, whatever its order and page.

    Raises:
        Invalid: it asks for nothing, or for too much.
    """
    filters = [(name, str(key)) for name, keys in request.filters.items() for key in keys]
    limits = [(name, str(most)) for name, most in request.limits.items()]
    return SavedSearch.of(request.text, (*filters, *limits))
