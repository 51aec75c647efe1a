"""Who a study is: through a rebuild, beside a copy of itself, under a name not its own."""

import pytest
from sqlalchemy import select

from kb.models import FileRow
from tests.factories import BODY, Installation, an_id, study_text, write_picture, write_study
from tests.kb.catalogue import LATER, changes, redirects, revisions, study_path

# From scratch


def test_a_rebuild_gives_the_same_catalogue_and_no_new_revision(site: Installation) -> None:
    write_study(site.root, "a-study", aliases=["old-name"])
    path = write_study(site.root, "b-study")
    site.sync()
    path.rename(study_path(site, "c-study"))
    site.sync()
    before, history = site.live(), revisions(site)
    report = site.sync(LATER, from_scratch=True)
    assert report.total == 2
    assert site.live() == before
    assert revisions(site) == history
    assert (site.moved_to("old-name"), site.moved_to("b-study")) == ("a-study", "c-study")


def test_a_rebuild_restores_a_broken_file_from_its_last_good_revision(site: Installation) -> None:
    write_study(site.root, "a-study", title="One")
    site.sync()
    path = write_study(site.root, "a-study", title="Two")
    site.sync()
    text = path.read_text()
    path.write_text("broken")
    report = site.sync(from_scratch=True)
    assert changes(report) == {"kept": ("a-study",)}
    assert site.live() == {"a-study": "Two"}
    path.write_text(text)
    assert changes(site.sync()) == {"changed": ("a-study",)}
    assert len(revisions(site)) == 2


def test_a_rebuild_forgets_files_that_are_gone(site: Installation) -> None:
    write_study(site.root, "a-study")
    path = write_study(site.root, "b-study")
    site.sync()
    path.unlink()
    site.sync(from_scratch=True)
    assert list(site.live()) == ["a-study"]
    with site.database.begin() as session:
        assert list(session.scalars(select(FileRow.path))) == ["content/case-studies/a-study.md"]


def test_a_file_that_is_gone_is_forgotten_without_a_rebuild_too(site: Installation) -> None:
    write_study(site.root, "a-study")
    path = write_study(site.root, "b-study")
    site.sync()
    path.unlink()
    site.sync()
    with site.database.read() as session:
        assert list(session.scalars(select(FileRow.path))) == ["content/case-studies/a-study.md"]


# One id, two files


def test_a_copied_id_is_refused_and_the_original_stays_live(site: Installation) -> None:
    write_study(site.root, "m-study", title="The original")
    site.sync()
    # A copy whose name comes first, as a copy's may.
    write_study(site.root, "a-copy", id=an_id("m-study"), title="The copy")
    for _ in range(2):
        report = site.sync()
        assert site.live() == {"m-study": "The original"}
        (fault,) = report.faults
        assert (fault.path, fault.line) == ("content/case-studies/a-copy.md", 2)
        assert "belongs to content/case-studies/m-study.md" in fault.message
    assert redirects(site) == set()


def test_on_a_first_install_the_first_by_name_keeps_a_repeated_id(site: Installation) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study", id=an_id("a-study"))
    for _ in range(2):
        report = site.sync()
        assert list(site.live()) == ["a-study"]
        assert [fault.path for fault in report.faults] == ["content/case-studies/b-study.md"]


def test_a_copy_that_is_broken_too_does_not_touch_the_original(site: Installation) -> None:
    write_study(site.root, "m-study")
    site.sync()
    write_study(site.root, "a-copy", id=an_id("m-study"), values=["nonsense"])
    site.sync()
    assert site.live() == {"m-study": "M study"}


def test_a_copy_given_an_id_of_its_own_joins_the_original(site: Installation) -> None:
    write_study(site.root, "m-study")
    write_study(site.root, "n-copy", id=an_id("m-study"))
    site.sync()
    write_study(site.root, "n-copy")
    report = site.sync()
    assert changes(report) == {"added": ("n-copy",)}
    assert report.findings == ()


def test_an_id_changed_in_place_is_a_new_study_under_the_old_name(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    write_study(site.root, "a-study", id=an_id("another"), title="Another")
    assert changes(site.sync()) == {"added": ("a-study",), "removed": ("a-study",)}
    assert site.live() == {"a-study": "Another"}


# Faults of kb, each shown by a test that will pass when it is mended


def test_a_rebuild_does_not_give_the_id_to_the_copy(site: Installation) -> None:
    write_study(site.root, "m-study", title="The original")
    site.sync()
    write_study(site.root, "a-copy", id=an_id("m-study"), title="The copy")
    site.sync()
    site.sync(from_scratch=True)
    assert site.live() == {"m-study": "The original"}


def test_a_broken_file_does_not_take_the_id_of_a_sound_one(site: Installation) -> None:
    write_study(site.root, "a-copy", id=an_id("m-study"), values=["nonsense"])
    write_study(site.root, "m-study")
    site.sync()
    assert site.live() == {"m-study": "M study"}


@pytest.mark.parametrize("intruder", ["Gate", "Early/gate"])
def test_a_misnamed_file_does_not_take_the_address_of_a_sound_one(
    site: Installation, intruder: str
) -> None:
    study_path(site, intruder).parent.mkdir(exist_ok=True)
    study_path(site, intruder).write_text(study_text())
    write_study(site.root, "gate")
    site.sync()
    assert site.live() == {"gate": "Gate"}


def test_a_name_still_held_by_a_broken_study_stops_only_that_file(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    study_path(site, "a-study").unlink()
    # Renamed and broken at once: its last good version still lives at /practice/a-study.
    write_study(site.root, "b-study", id=an_id("a-study"), values=["nonsense"])
    write_study(site.root, "a-study", id=an_id("new"))
    write_study(site.root, "c-study")
    site.sync()
    assert "c-study" in site.live()


def test_a_file_stopped_by_a_held_name_keeps_its_own_from_a_third(site: Installation) -> None:
    for slug in ("a-study", "b-study"):
        write_study(site.root, slug)
    site.sync()
    study_path(site, "a-study").unlink()
    write_study(site.root, "z-study", id=an_id("a-study"), values=["nonsense"])
    # It cannot have the name that the first still holds, and so the third cannot have its own.
    write_study(site.root, "a-study", id=an_id("b-study"))
    write_study(site.root, "b-study", id=an_id("c-study"))
    report = site.sync()
    assert site.live() == {"a-study": "A study", "b-study": "B study"}
    assert {fault.path for fault in report.faults} == {
        f"content/case-studies/{slug}.md" for slug in ("a-study", "b-study", "z-study")
    }


def test_a_study_renamed_and_broken_at_once_is_reported_as_kept(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    study_path(site, "a-study").unlink()
    write_study(site.root, "b-study", id=an_id("a-study"), values=["nonsense"])
    report = site.sync()
    assert site.live() == {"a-study": "A study"}
    assert changes(report) == {"kept": ("a-study",)}


def test_a_rebuild_restores_a_study_renamed_and_broken_at_once(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    study_path(site, "a-study").unlink()
    write_study(site.root, "b-study", id=an_id("a-study"), values=["nonsense"])
    site.sync()
    site.sync(from_scratch=True)
    assert list(site.live().values()) == ["A study"]


@pytest.mark.parametrize("lost", ["a term", "a picture"])
def test_a_rebuild_keeps_live_what_was_live_before_it(site: Installation, lost: str) -> None:
    picture = write_picture(site.root)
    write_study(site.root, "a-study", body=f"{BODY}\n![A gate](../media/gate/photo.png)\n")
    site.sync()
    if lost == "a term":
        path = site.root / "vocabulary" / "value.toml"
        path.write_text(path.read_text().replace("[equity]", "[fairness]"))
    else:
        picture.unlink()
    site.sync()
    assert list(site.live()) == ["a-study"]
    site.sync(from_scratch=True)
    assert list(site.live()) == ["a-study"]


def test_an_id_that_is_no_text_stops_only_its_file(site: Installation) -> None:
    write_study(site.root, "a-study")
    study_path(site, "b-study").write_text(study_text(id="X").replace('"X"', '"\\ud800"'))
    site.sync()
    assert list(site.live()) == ["a-study"]


def test_a_claimed_id_fits_its_column_on_every_database(site: Installation) -> None:
    write_study(site.root, "a-study", id="x" * 400)
    site.sync()
    with site.database.begin() as session:
        claimed = session.scalars(select(FileRow.claimed_id)).one()
    # SQLite does not mind; PostgreSQL refuses the row, and with it the run.
    assert len(claimed or "") <= 26
