"""What readers may see: published studies, where they are now, and since when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kb.database import AT_ONCE
from kb.domain import CaseStudyId, Published, Status
from kb.errors import CaseStudyNotFound
from kb.library import Library
from kb.models import PublicationRow
from tests.factories import NOW, Installation, an_id, study_text, write_study

LATER = NOW + timedelta(days=30)


def get(site: Installation, slug: str, *, show_illustrative: bool = True) -> Published:
    with site.database.begin() as session:
        return Library(session, show_illustrative=show_illustrative).get(slug)


def fingerprint(site: Installation) -> str:
    with site.database.begin() as session:
        return Library(session).fingerprint()


def stamps(site: Installation) -> dict[CaseStudyId, str]:
    with site.database.read() as session:
        return Library(session).published_stamps()


def record_live(site: Installation, *slugs: str, now: datetime = NOW) -> None:
    with site.database.begin() as session:
        Library(session).record_live([an_id(slug) for slug in slugs], now)


def first_live(site: Installation) -> dict[str, datetime]:
    with site.database.begin() as session:
        rows = session.scalars(select(PublicationRow))
        return {row.case_study_id: row.first_live_at for row in rows}


def test_a_published_study_is_found_at_its_address(site: Installation) -> None:
    write_study(site.root, "a-study", title="At the gate", values=["equity"])
    site.sync()
    found = get(site, "a-study")
    assert found.study.slug == "a-study"
    assert found.study.id == an_id("a-study")
    assert found.study.meta.title == "At the gate"
    assert found.study.body_md.startswith("## Context\n")
    assert found.since == date(2025, 9, 1)


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_what_is_not_published_is_not_found(site: Installation, status: str) -> None:
    write_study(site.root, "a-study", status=status, aliases=["old-name"])
    site.sync()
    with pytest.raises(CaseStudyNotFound, match=r"no published case study at “a-study”") as caught:
        get(site, "a-study")
    assert caught.value.slug == "a-study"
    with pytest.raises(CaseStudyNotFound):
        site.moved_to("old-name")
    assert site.live() == {}


def test_an_archived_study_keeps_its_addresses_and_is_not_live(site: Installation) -> None:
    write_study(site.root, "a-study", status="archived", aliases=["old-name"])
    site.sync()
    assert get(site, "a-study").study.meta.status is Status.ARCHIVED
    assert site.moved_to("old-name") == "a-study"
    assert site.live() == {}


@pytest.mark.parametrize("slug", ["nowhere", "", "../a-study", "A-STUDY", "a-study.md", "%"])
def test_an_address_that_is_nobodys_is_not_found(site: Installation, slug: str) -> None:
    write_study(site.root, "a-study")
    site.sync()
    with pytest.raises(CaseStudyNotFound):
        get(site, slug)
    with pytest.raises(CaseStudyNotFound):
        site.moved_to(slug)


def test_one_setting_hides_illustrative_studies(site: Installation) -> None:
    write_study(site.root, "real-study")
    write_study(site.root, "made-up-study", illustrative=True)
    site.sync()
    assert get(site, "made-up-study").study.meta.illustrative
    assert get(site, "real-study", show_illustrative=False)
    with pytest.raises(CaseStudyNotFound):
        get(site, "made-up-study", show_illustrative=False)
    with pytest.raises(CaseStudyNotFound), site.database.begin() as session:
        Library(session, show_illustrative=False).source("made-up-study")


def test_old_addresses_of_hidden_studies_are_not_found_either(site: Installation) -> None:
    write_study(site.root, "made-up-study", illustrative=True, aliases=["old-name"])
    site.sync()
    with pytest.raises(CaseStudyNotFound), site.database.begin() as session:
        Library(session, show_illustrative=False).moved_to("old-name")


def test_all_published_studies_come_in_order_of_id(site: Installation) -> None:
    write_study(site.root, "a-study", id="ID0000000002", illustrative=True)
    write_study(site.root, "b-study", id="ID0000000001")
    write_study(site.root, "c-study", id="ID0000000003", status="draft")
    site.sync()
    assert list(site.live()) == ["b-study", "a-study"]


def test_of_the_published_studies_only_some_may_be_asked_for(site: Installation) -> None:
    for slug in ("a-study", "b-study", "c-study"):
        write_study(site.root, slug)
    write_study(site.root, "d-study", status="draft")
    site.sync()
    record_live(site, "a-study", "b-study", "c-study")
    asked = [an_id(slug) for slug in ("c-study", "a-study", "a-study", "d-study", "nobody")]
    with site.database.read() as session:
        library = Library(session)
        some = library.published(asked)
        assert some == [each for each in library.published() if each.study.slug != "b-study"]
        assert library.published([]) == []
    assert {each.study.slug for each in some} == {"a-study", "c-study"}


def test_more_studies_may_be_asked_for_than_one_statement_takes(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    many = [CaseStudyId(f"ID{n:08d}") for n in range(AT_ONCE * 2)]
    with site.database.read() as session:
        found = Library(session).published([*many, an_id("a-study"), CaseStudyId("zzzzzzzzzzzz")])
    assert [each.study.slug for each in found] == ["a-study"]


def test_the_source_is_the_file_as_it_was_approved(site: Installation) -> None:
    path = write_study(site.root, "a-study")
    text = path.read_text()
    site.sync()
    path.write_text("broken since")
    site.sync()
    with site.database.begin() as session:
        assert Library(session).source("a-study") == text


def test_a_digest_changes_with_its_study_and_the_fingerprint_with_any(site: Installation) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    site.sync()
    seen = [fingerprint(site)]
    assert fingerprint(site) == seen[0]
    digests = (get(site, "a-study").digest, get(site, "b-study").digest)
    write_study(site.root, "b-study", title="Changed")
    site.sync()
    seen.append(fingerprint(site))
    assert get(site, "a-study").digest == digests[0]
    assert get(site, "b-study").digest != digests[1]
    path = site.root / "case-studies" / "b-study.md"
    path = path.rename(path.with_stem("c-study"))
    site.sync()
    seen.append(fingerprint(site))
    path.unlink()
    site.sync()
    seen.append(fingerprint(site))
    assert len(set(seen)) == 4


def test_a_draft_does_not_change_the_fingerprint(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    before = fingerprint(site)
    write_study(site.root, "b-study", status="draft")
    site.sync()
    assert fingerprint(site) == before


def test_a_study_goes_by_its_id_and_its_slug(site: Installation) -> None:
    for slug in ("a-study", "b-study"):
        write_study(site.root, slug)
    write_study(site.root, "c-study", status="draft")
    site.sync()
    every = {"a-study", "b-study", an_id("a-study"), an_id("b-study")}
    with site.database.read() as session:
        library = Library(session)
        assert library.published_names() == every
        assert library.published_names(["a-study", "c-study", "nobody"]) == {"a-study"}
        assert library.published_names({an_id("b-study"), an_id("c-study")}) == {an_id("b-study")}
        assert library.published_names([]) == set()


# Stamps


def test_stamps_are_of_published_studies_in_order_of_id(site: Installation) -> None:
    write_study(site.root, "a-study", id="ID0000000002", illustrative=True)
    write_study(site.root, "b-study", id="ID0000000001")
    write_study(site.root, "c-study", id="ID0000000003", status="draft")
    site.sync()
    assert list(stamps(site)) == ["ID0000000001", "ID0000000002"]
    assert stamps(site) == stamps(site)


def test_a_stamp_changes_with_text_and_slug_of_its_study_alone(site: Installation) -> None:
    write_study(site.root, "a-study")
    path = write_study(site.root, "b-study")
    site.sync()
    seen = [stamps(site)]
    path.write_text(path.read_text().replace("title: ", "title: The "))
    site.sync()
    seen.append(stamps(site))
    path.rename(path.with_stem("c-study"))
    site.sync()
    seen.append(stamps(site))
    assert len({each[an_id("a-study")] for each in seen}) == 1
    assert len({each[an_id("b-study")] for each in seen}) == 3


def test_a_stamp_changes_with_the_day_from_which_its_study_counts(site: Installation) -> None:
    write_study(site.root, "a-study", first_published=None)
    write_study(site.root, "b-study")
    site.sync()
    today = stamps(site)
    record_live(site, "a-study", "b-study", now=datetime.now(UTC) - timedelta(days=3))
    assert stamps(site)[an_id("a-study")] != today[an_id("a-study")]
    # The front matter says the day: when it went live here does not matter.
    assert stamps(site)[an_id("b-study")] == today[an_id("b-study")]


def test_a_stamp_stays_when_it_is_recorded_that_its_study_went_live_today(
    site: Installation,
) -> None:
    write_study(site.root, "a-study", first_published=None)
    write_study(site.root, "b-study", first_published=date(2020, 1, 1))
    site.sync()
    before = stamps(site)
    record_live(site, "a-study", "b-study", now=datetime.now(UTC))
    assert stamps(site) == before


# Since when


def test_studies_of_a_first_install_count_from_their_first_published(site: Installation) -> None:
    write_study(site.root, "a-study", first_published=date(2025, 9, 1))
    write_study(site.root, "b-study", first_published=None)
    write_study(site.root, "c-study", first_published=date(2026, 9, 1))
    site.sync()
    record_live(site, "a-study", "b-study", "c-study")
    assert first_live(site) == {
        an_id("a-study"): datetime(2025, 9, 1, tzinfo=UTC),
        an_id("b-study"): NOW,
        # Nothing has been live since a day that has not come.
        an_id("c-study"): NOW,
    }


def test_later_studies_count_from_the_moment_they_went_live_here(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    record_live(site, "a-study")
    write_study(site.root, "b-study", first_published=date(2020, 1, 1))
    site.sync()
    record_live(site, "a-study", "b-study", now=LATER)
    assert first_live(site)[an_id("b-study")] == LATER


def test_what_is_published_and_was_never_live_is_known(site: Installation) -> None:
    for slug in ("a-study", "b-study"):
        write_study(site.root, slug)
    write_study(site.root, "c-study", status="draft")
    site.sync()
    record_live(site, "a-study")
    with site.database.read() as session:
        assert Library(session).not_yet_live() == [an_id("b-study")]


def test_the_first_moment_is_kept_whatever_happens_after(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    record_live(site, "a-study")
    before = first_live(site)
    site.sync(LATER, from_scratch=True)
    record_live(site, "a-study", now=LATER)
    assert first_live(site) == before


def test_recording_nothing_and_an_unknown_id_do_no_harm(site: Installation) -> None:
    record_live(site)
    assert first_live(site) == {}
    with site.database.begin() as session:
        Library(session).record_live([CaseStudyId("IDgone0000")], NOW)
    assert first_live(site) == {"IDgone0000": NOW}


def test_a_study_without_a_date_counts_from_the_day_it_went_live(site: Installation) -> None:
    text = study_text(id=an_id("a-study"), first_published=None)
    (site.root / "case-studies" / "a-study.md").write_text(text)
    site.sync()
    record_live(site, "a-study", now=LATER)
    assert get(site, "a-study").since == LATER.date()


@pytest.mark.parametrize(
    ("slug", "is_known"),
    [("a-study", True), ("old-name", True), ("put-away", True), ("draft", False), ("no", False)],
)
def test_an_address_is_known_if_it_leads_to_what_may_be_read(
    site: Installation, slug: str, is_known: bool
) -> None:
    write_study(site.root, "a-study", aliases=["old-name"])
    write_study(site.root, "put-away", status="archived")
    write_study(site.root, "draft", status="draft")
    write_study(site.root, "hidden", illustrative=True)
    site.sync()
    with site.database.read() as session:
        assert Library(session).knows(slug) == is_known
        assert Library(session).knows("hidden")
        assert not Library(session, show_illustrative=False).knows("hidden")
