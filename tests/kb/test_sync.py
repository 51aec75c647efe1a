"""From files to catalogue: every change is seen, and a bad file stops only itself."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.content import ContentFolder, Reading
from kb.database import AT_ONCE
from kb.errors import CaseStudyNotFound, ContentMissing
from kb.findings import Severity
from kb.sync import read_ahead, sync
from tests.factories import (
    BODY,
    NOW,
    Installation,
    an_id,
    open_folder,
    study_text,
    write_picture,
    write_study,
)
from tests.kb.catalogue import LATER, break_study, changes, redirects, revisions, study_path


def files_read(site: Installation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that the next runs read in full."""
    seen: list[str] = []
    real: Callable[[ContentFolder, Path], Reading] = ContentFolder.read

    def watched(folder: ContentFolder, path: Path) -> Reading:
        seen.append(path.stem)
        return real(folder, path)

    monkeypatch.setattr(ContentFolder, "read", watched)
    return seen


# Ordinary changes


def test_a_first_run_takes_every_sound_file(site: Installation) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    report = site.sync()
    assert changes(report) == {"added": ("a-study", "b-study")}
    assert report.total == 2
    assert site.live() == {"a-study": "A study", "b-study": "B study"}
    assert revisions(site) == [("a-study", 1, NOW), ("b-study", 1, NOW)]


def test_a_second_run_changes_nothing_and_makes_no_revision(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    report = site.sync(LATER)
    assert changes(report) == {}
    assert report.total == 1
    assert len(revisions(site)) == 1


def test_every_change_makes_a_revision(site: Installation) -> None:
    write_study(site.root, "a-study", title="One")
    site.sync()
    write_study(site.root, "a-study", title="Two and more")
    assert changes(site.sync(LATER)) == {"changed": ("a-study",)}
    assert site.live() == {"a-study": "Two and more"}
    assert revisions(site) == [("a-study", 1, NOW), ("a-study", 2, LATER)]


def test_a_file_touched_but_not_changed_makes_no_revision(site: Installation) -> None:
    path = write_study(site.root, "a-study")
    site.sync()
    os.utime(path, ns=(1, 1))
    assert changes(site.sync(LATER)) == {}
    assert len(revisions(site)) == 1


def test_other_line_ends_are_no_change_of_the_text(site: Installation) -> None:
    path = write_study(site.root, "a-study")
    site.sync()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    site.sync(LATER)
    assert len(revisions(site)) == 1


def test_a_study_whose_file_is_gone_is_removed_and_its_history_stays(site: Installation) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    site.sync()
    study_path(site, "b-study").unlink()
    assert changes(site.sync()) == {"removed": ("b-study",)}
    assert site.live() == {"a-study": "A study"}
    assert ("b-study", 1, NOW) in revisions(site)


def test_a_removed_study_comes_back_as_the_same_one(site: Installation) -> None:
    write_study(site.root, "a-study")
    path = write_study(site.root, "b-study")
    text = path.read_text()
    site.sync()
    path.unlink()
    site.sync()
    path.write_text(text)
    assert changes(site.sync(LATER)) == {"added": ("b-study",)}
    assert len(revisions(site)) == 2


def test_unchanged_files_are_not_read_again(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    site.sync()
    read = files_read(site, monkeypatch)
    site.sync()
    assert read == []
    write_study(site.root, "b-study", title="Another")
    site.sync()
    assert read == ["b-study"]


def test_files_with_findings_are_read_again_because_their_cause_may_lie_elsewhere(
    site: Installation,
) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study", body=f"{BODY}\n![A gate](../media/gate/photo.png)\n")
    assert changes(site.sync()) == {"added": ("a-study",)}
    write_picture(site.root)
    assert changes(site.sync()) == {"added": ("b-study",)}


def test_a_changed_vocabulary_reads_every_file_again(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    site.sync()
    path = site.root / "vocabulary" / "value.toml"
    path.write_text(path.read_text().replace("[equity]", "[fairness]"))
    read = files_read(site, monkeypatch)
    report = site.sync()
    assert read == ["a-study", "b-study"]
    assert changes(report) == {"kept": ("a-study", "b-study")}
    assert "did you mean fairness?" in report.faults[0].message


def test_progress_is_told_of_every_file(site: Installation) -> None:
    write_study(site.root, "a-study")
    write_study(site.root, "b-study")
    told: list[tuple[str, int, int]] = []
    with site.database.begin() as session:
        sync(session, open_folder(site.root), NOW, progress=lambda *step: told.append(step))
    assert [(done, total) for _, done, total in told] == [(1, 2), (2, 2)]


def test_a_file_that_changes_after_it_was_looked_at_is_read_by_the_next_run(
    site: Installation,
) -> None:
    path = write_study(site.root, "a-study", title="One")
    write_study(site.root, "b-study")
    folder = open_folder(site.root)
    with site.database.read() as session:
        ahead = read_ahead(session, folder)
    path.write_text(path.read_text().replace("One", "Two, after the look"))
    with site.database.begin() as session:
        assert sync(session, folder, NOW, ahead=ahead).total == 2
    assert site.live()["a-study"] == "One"
    assert changes(site.sync()) == {"changed": ("a-study",)}
    assert site.live()["a-study"] == "Two, after the look"


def test_more_studies_than_one_statement_takes_are_stored_changed_and_removed(
    site: Installation,
) -> None:
    slugs = [f"study-{n:04d}" for n in range(AT_ONCE + 1)]
    for slug in slugs:
        write_study(site.root, slug, aliases=[f"old-{slug}"])
    assert site.sync().total == len(slugs)
    for slug in slugs:
        write_study(site.root, slug, title="Another")
    assert site.sync().changed == tuple(slugs)
    assert site.live() == dict.fromkeys(slugs, "Another")
    with pytest.raises(CaseStudyNotFound):
        site.moved_to("old-study-0000")
    for slug in slugs[1:]:
        study_path(site, slug).unlink()
    assert set(site.sync().removed) == set(slugs[1:])
    assert list(site.live()) == slugs[:1]


# Other names


def test_a_renamed_file_stays_the_same_study_and_its_old_address_leads_to_it(
    site: Installation,
) -> None:
    path = write_study(site.root, "a-study")
    site.sync()
    path.rename(study_path(site, "z-study"))
    assert changes(site.sync(LATER)) == {"renamed": (("a-study", "z-study"),)}
    assert site.live() == {"z-study": "A study"}
    assert site.moved_to("a-study") == "z-study"
    assert [number for _, number, _ in revisions(site)] == [1, 2]


def test_a_file_renamed_and_changed_at_once_is_one_renaming(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    study_path(site, "a-study").unlink()
    write_study(site.root, "z-study", id=an_id("a-study"), title="New")
    assert changes(site.sync()) == {"renamed": (("a-study", "z-study"),)}
    assert site.live() == {"z-study": "New"}


def test_two_studies_may_swap_their_names(site: Installation) -> None:
    a, b = write_study(site.root, "a-study"), write_study(site.root, "b-study")
    site.sync()
    first, second = a.read_text(), b.read_text()
    a.write_text(second)
    b.write_text(first)
    report = site.sync()
    assert set(report.renamed) == {("a-study", "b-study"), ("b-study", "a-study")}
    assert site.live() == {"a-study": "B study", "b-study": "A study"}
    # Both names are in use: neither may lead away.
    assert redirects(site) == set()
    assert changes(site.sync()) == {}


def test_an_old_address_follows_a_study_through_many_names(site: Installation) -> None:
    path = write_study(site.root, "a-study")
    for name in ("b-study", "c-study"):
        site.sync()
        path = path.rename(study_path(site, name))
    site.sync()
    assert (site.moved_to("a-study"), site.moved_to("b-study")) == ("c-study", "c-study")


def test_a_study_that_takes_its_old_name_back_has_no_redirect_there(site: Installation) -> None:
    path = write_study(site.root, "a-study")
    site.sync()
    path = path.rename(study_path(site, "b-study"))
    site.sync()
    path.rename(study_path(site, "a-study"))
    site.sync()
    assert redirects(site) == {"b-study"}
    assert site.moved_to("b-study") == "a-study"


def test_a_study_may_take_the_name_of_one_that_is_removed(site: Installation) -> None:
    a, b = write_study(site.root, "a-study"), write_study(site.root, "b-study")
    site.sync()
    b.unlink()
    a.rename(b)
    assert changes(site.sync()) == {
        "renamed": (("a-study", "b-study"),),
        "removed": ("b-study",),
    }
    assert site.live() == {"b-study": "A study"}


# Aliases


def test_an_alias_leads_to_its_study(site: Installation) -> None:
    write_study(site.root, "a-study", aliases=["old-name", "older-name"])
    site.sync()
    assert (site.moved_to("old-name"), site.moved_to("older-name")) == ("a-study", "a-study")
    write_study(site.root, "a-study", aliases=["older-name"])
    site.sync()
    with pytest.raises(CaseStudyNotFound):
        site.moved_to("old-name")


def test_the_aliases_of_a_broken_file_go_on_working(site: Installation) -> None:
    write_study(site.root, "a-study", aliases=["old-name"])
    site.sync()
    break_study(site, "a-study")
    site.sync()
    assert site.moved_to("old-name") == "a-study"


def test_a_new_study_may_not_be_hidden_by_an_alias(site: Installation) -> None:
    write_study(site.root, "a-study", aliases=["b-study"])
    site.sync()
    write_study(site.root, "b-study")
    report = site.sync()
    assert changes(report) == {"added": ("b-study",), "kept": ("a-study",)}
    assert "the alias “b-study” is the name of" in report.faults[0].message
    assert site.live() == {"a-study": "A study", "b-study": "B study"}
    with pytest.raises(CaseStudyNotFound):
        site.moved_to("b-study")


def test_an_alias_passes_to_the_study_that_has_waited_for_it(site: Installation) -> None:
    write_study(site.root, "a-study", aliases=["old-name"])
    site.sync()
    break_study(site, "a-study")
    write_study(site.root, "old-name")
    site.sync()
    with pytest.raises(CaseStudyNotFound):
        site.moved_to("old-name")
    study_path(site, "old-name").unlink()
    site.sync()
    assert site.moved_to("old-name") == "a-study"


# Files that are not sound


@pytest.mark.parametrize(
    "raw", [b"", b"no fences", b"\xff\xfe\0", b"x" * 600_000, study_text(id=None).encode()]
)
def test_the_last_good_version_of_a_broken_file_stays_live(site: Installation, raw: bytes) -> None:
    write_study(site.root, "a-study")
    path = write_study(site.root, "b-study")
    text = path.read_text()
    site.sync()
    path.write_bytes(raw)
    for _ in range(2):
        report = site.sync(LATER)
        assert changes(report) == {"kept": ("b-study",)}
        assert report.faults[0].path == "content/case-studies/b-study.md"
        assert site.live() == {"a-study": "A study", "b-study": "B study"}
    path.write_text(text)
    site.sync(LATER)
    assert len(revisions(site)) == 2


def test_a_mended_file_takes_over_from_its_last_good_version(site: Installation) -> None:
    write_study(site.root, "a-study")
    site.sync()
    break_study(site, "a-study")
    site.sync()
    write_study(site.root, "a-study", title="Mended")
    report = site.sync(LATER)
    assert changes(report) == {"changed": ("a-study",)}
    assert report.findings == ()
    assert site.live() == {"a-study": "Mended"}
    assert [number for _, number, _ in revisions(site)] == [1, 2]


def test_a_bad_file_stops_only_itself(site: Installation) -> None:
    write_study(site.root, "a-study", title="")
    write_study(site.root, "b-study")
    report = site.sync()
    assert changes(report) == {"added": ("b-study",)}
    assert [finding.path for finding in report.faults] == ["content/case-studies/a-study.md"]
    assert len(revisions(site)) == 1


def test_a_warning_does_not_keep_a_study_out(site: Installation) -> None:
    write_study(site.root, "a-study", body=f"{BODY}\n<b>bold</b>\n")
    for _ in range(2):
        report = site.sync()
        assert [finding.severity for finding in report.findings] == [Severity.WARNING]
        assert report.faults == ()
    assert list(site.live()) == ["a-study"]


def test_a_dangling_link_and_a_link_outside_stop_only_themselves(site: Installation) -> None:
    write_study(site.root, "good-study")
    (site.root.parent / "secret.md").write_text(study_text())
    study_path(site, "dangling").symlink_to(site.root / "nowhere.md")
    study_path(site, "outside").symlink_to(site.root.parent / "secret.md")
    study_path(site, "folder").mkdir()
    for _ in range(2):
        report = site.sync()
        assert len(report.faults) == 3
        assert list(site.live()) == ["good-study"]


@pytest.mark.parametrize("missing", ["the files", "the folder"])
def test_an_empty_content_folder_is_a_mistake_and_removes_nothing(
    site: Installation, missing: str
) -> None:
    write_study(site.root, "a-study")
    site.sync()
    study_path(site, "a-study").unlink()
    if missing == "the folder":
        (site.root / "case-studies").rmdir()
    for from_scratch in (False, True):
        with pytest.raises(ContentMissing):
            site.sync(from_scratch=from_scratch)
    assert site.live() == {"a-study": "A study"}
