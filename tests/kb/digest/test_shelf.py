"""What a digest chooses from: what is published and can be found, with when it came."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kb.digest.shelf import Shelf, load_shelf
from kb.domain import CaseStudyId
from kb.library import Library
from kb.models import RevisionRow
from tests.factories import NOW, Installation, an_id, write_study
from tests.kb.digest.studies import VOCABULARIES, study

LATER = NOW + timedelta(days=3)


def on_shelf(site: Installation, *, show_illustrative: bool = True) -> Shelf:
    with site.database.read() as session:
        return load_shelf(session, VOCABULARIES, show_illustrative=show_illustrative)


def go_live(site: Installation, now: datetime, *slugs: str) -> None:
    site.sync()
    with site.database.begin() as session:
        Library(session).record_live([CaseStudyId(an_id(slug)) for slug in slugs], now)


def test_a_study_that_cannot_be_found_yet_or_any_more_is_not_on_the_shelf(
    site: Installation,
) -> None:
    for slug in ("live", "not-indexed-yet"):
        write_study(site.root, slug)
    write_study(site.root, "draft", status="draft")
    write_study(site.root, "put-away", status="archived")
    go_live(site, NOW, "live", "draft", "put-away")
    assert [each.slug for each in on_shelf(site).studies.values()] == ["live"]


def test_it_counts_from_when_it_first_went_live_or_was_changed_substantially(
    site: Installation,
) -> None:
    write_study(site.root, "first", first_published=date(2025, 9, 1))
    go_live(site, NOW, "first")
    write_study(site.root, "second", first_published=date(2025, 9, 1))
    go_live(site, LATER, "second")
    fresh = {each.slug: each.fresh_at for each in on_shelf(site).studies.values()}
    # What came with the installation counts from its own day.
    assert fresh == {"first": datetime(2025, 9, 1, tzinfo=UTC), "second": LATER}
    with site.database.begin() as session:
        row = session.scalars(select(RevisionRow).where(RevisionRow.slug == "first")).one()
        row.is_substantial = True
    changed = on_shelf(site).studies[an_id("first")]
    assert (changed.fresh_at, changed.changed_at) == (NOW, NOW)
    assert on_shelf(site).studies[an_id("second")].changed_at is None


@pytest.mark.parametrize("shown", [True, False])
def test_illustrative_studies_are_hidden_where_the_setting_says_so(
    site: Installation, *, shown: bool
) -> None:
    write_study(site.root, "made-up", illustrative=True)
    go_live(site, NOW, "made-up")
    assert len(on_shelf(site, show_illustrative=shown).studies) == shown


def test_a_study_has_the_terms_that_its_own_roll_up_into() -> None:
    found = study("a", subregion="south-yorkshire", needs=["SEMH"], values=["equity"])
    assert found.terms == {
        ("regions", "south-yorkshire"),
        ("regions", "yorkshire-and-the-humber"),
        ("needs", "SEMH"),
        ("values", "equity"),
    }


def test_a_school_is_one_by_its_number_or_its_name_and_place() -> None:
    same = [
        study("a", la="Leeds", school="St Mary"),
        study("b", la="leeds", school="ST MARY"),
    ]
    assert len({each.school for each in same}) == 1
    assert study("c", la="York", school="St Mary").school != same[0].school
    assert study("e").school != study("f").school
