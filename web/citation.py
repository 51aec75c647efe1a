"""A study as others name it, away from its page."""

from kb.domain import FrontMatter, Published
from web.addresses import practice_address
from web.context import settings
from web.view import absolute, long_date

MADE_UP = "Illustrative: written for this project; no real school, person or result is claimed."


def public_title(meta: FrontMatter) -> str:
    """The title where nothing else of the page is seen: made-up must not pass for real."""
    return f"Illustrative: {meta.title}" if meta.illustrative else meta.title


def public_summary(meta: FrontMatter) -> str:
    """The summary where nothing else of the page is seen."""
    return f"{MADE_UP} {meta.summary}" if meta.illustrative else meta.summary


def cite(published: Published) -> str:
    """Who, what, where, when and at which address; says so where it is illustrative."""
    study, meta, since = published.study, published.study.meta, published.since
    changed = meta.updated if meta.updated and meta.updated > since else None
    dates = f"{long_date(since)}, updated {long_date(changed)}" if changed else long_date(since)
    parts = (
        ", ".join(meta.authors),
        f"“{meta.title}”",
        "Illustrative case study: no real school, person or result" if meta.illustrative else "",
        settings().site_name,
        dates,
    )
    said = " ".join(f"{part}." for part in parts if part)
    return f"{said} {absolute(practice_address(study.slug))}"
