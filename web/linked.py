"""What search engines read of a study: JSON-LD by schema.org."""

from collections.abc import Iterator
from typing import Any

from kb.domain import FrontMatter, Published
from kb.vocabulary import Vocabularies
from web.addresses import HOME, practice_address
from web.assets import static_address
from web.cards import Tag
from web.citation import public_summary, public_title
from web.context import settings
from web.view import absolute

CARD = "card.png"


def linked_data(
    published: Published, theme: Tag | None, vocabularies: Vocabularies
) -> dict[str, Any]:
    """The study as an article, and where it stands in the site: under the theme of its page."""
    return {
        "@context": "https://schema.org",
        "@graph": [_article(published, vocabularies), _crumbs(published, theme)],
    }


def _article(published: Published, vocabularies: Vocabularies) -> dict[str, Any]:
    study, meta = published.study, published.study.meta
    address = absolute(practice_address(study.slug))
    site = {"@type": "Organization", "name": settings().site_name, "url": absolute(HOME)}
    # The authors of what is made up are as well.
    authors = () if meta.illustrative else meta.authors
    return {
        "@type": "Article",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": public_title(meta),
        "description": public_summary(meta),
        "inLanguage": "en-GB",
        "datePublished": published.since.isoformat(),
        "dateModified": max(published.since, meta.updated or published.since).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in authors] or [site],
        "publisher": site,
        "image": absolute(static_address(CARD)),
        "about": [*_about(meta, vocabularies)],
        "isAccessibleForFree": True,
    }


def _about(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[str]:
    kinds = {"need": meta.needs, "condition": meta.conditions, "theme": meta.themes}
    for kind, keys in kinds.items():
        yield from (vocabularies[kind].label(key) for key in keys)


def _crumbs(published: Published, theme: Tag | None) -> dict[str, Any]:
    here = Tag(published.study.meta.title, practice_address(published.study.slug))
    line = [Tag(settings().site_name, HOME), *([theme] if theme else []), here]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": label, "item": absolute(href)}
            for n, (label, href) in enumerate(line, 1)
        ],
    }
