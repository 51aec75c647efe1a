"""What the tests of sync ask of a catalogue, in the words of its rows."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from kb.models import RedirectRow, RevisionRow
from kb.sync import SyncReport
from tests.factories import NOW, Installation

LATER = NOW + timedelta(days=1)


def changes(report: SyncReport) -> dict[str, object]:
    """What a run says that it did, without what it left alone."""
    told = {
        name: getattr(report, name) for name in ("added", "changed", "renamed", "removed", "kept")
    }
    return {name: value for name, value in told.items() if value}


def study_path(site: Installation, slug: str) -> Path:
    return site.root / "case-studies" / f"{slug}.md"


def break_study(site: Installation, slug: str) -> None:
    """The kind of slip an editor makes: a key of no vocabulary, the id still readable."""
    path = study_path(site, slug)
    path.write_text(path.read_text().replace('["equity"]', '["eqity"]'))


def revisions(site: Installation) -> list[tuple[str, int, datetime]]:
    with site.database.begin() as session:
        rows = session.scalars(select(RevisionRow).order_by(RevisionRow.id))
        return [(row.slug, row.number, row.recorded_at) for row in rows]


def redirects(site: Installation) -> set[str]:
    with site.database.begin() as session:
        return set(session.scalars(select(RedirectRow.slug)))
