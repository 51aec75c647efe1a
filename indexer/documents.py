"""What a snapshot keeps of each study: enough to show a result without the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from indexer.facets import FACETS, terms
from indexer.keyword import WordsOf
from indexer.passages import cut
from indexer.textpart import TextOf
from kb.domain import CaseStudyId, FrontMatter, Published, TermKey
from kb.markdown import render
from kb.vocabulary import Vocabularies


@dataclass(frozen=True, slots=True)
class Document:
    """One published study as the index knows it; `since` orders equals."""

    id: CaseStudyId
    slug: str
    since: date
    words: int
    meta: FrontMatter

    @property
    def school_name(self) -> str | None:
        """The school's name, if the study gives it."""
        return self.meta.school.name if self.meta.school else None


_ADAPTER = TypeAdapter(Document)


def document_of(published: Published) -> Document:
    """The document of a published study."""
    study = published.study
    return Document(
        study.id, study.slug, published.since, render(study.body_md).word_count, study.meta
    )


def dump(document: Document) -> dict[str, Any]:
    """Plain JSON values, of which a `Document` is read."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(document, mode="json", exclude_defaults=True)
    return dumped


def text_of(published: Published, vocabularies: Vocabularies) -> TextOf:
    """A study's text as it is indexed."""
    return TextOf(_words_of(published, vocabularies), cut(published.study))


def _words_of(published: Published, vocabularies: Vocabularies) -> WordsOf:
    study, meta = published.study, published.study.meta
    sections = render(study.body_md).sections
    return WordsOf(
        title=meta.title,
        summary=meta.summary,
        answers=_joined(meta.answers),
        labels=_joined(_labels(meta, vocabularies)),
        headings=_joined(section.heading for section in sections),
        body=_joined(block.text for section in sections for block in section.blocks),
    )


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _labels(meta: FrontMatter, vocabularies: Vocabularies) -> list[str]:
    """The labels of a study's terms: teachers type them, and studies seldom spell them out."""
    found = []
    for facet in FACETS:
        chosen = {TermKey(str(key)) for key in facet.keys(meta)}
        found += [label for key, label in terms(facet, vocabularies) if key in chosen]
    # Census codes are what specialists type: SEMH, SLCN.
    found += meta.needs
    found += [vocabularies["key-stage"].label(key) for key in meta.key_stages]
    if meta.la:
        found.append(meta.la)
    return found
