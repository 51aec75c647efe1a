"""Edits alone: taken up without a look at every other file, with the same outcome."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.catalogue import Changes
from kb.content import ContentFolder
from kb.models import AliasRow, CatalogueRow, FileRow
from kb.sync import SyncReport, sync_edits
from tests.factories import Installation, an_id, an_installation, open_folder, write_study
from tests.kb.catalogue import LATER, break_study, changes, redirects, revisions, study_path

NAMES = [f"{letter}-study" for letter in "abcde"]


@pytest.fixture
def hurried(site: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Five live studies; what looks at every file fails from now on."""
    for name in NAMES:
        write_study(site.root, name, aliases=[f"old-{name}"])
    site.sync()

    def refuse(*_: object, **__: object) -> Changes:
        pytest.fail("all files are compared")

    monkeypatch.setattr("kb.sync.decide", refuse)
    return site


def edit(site: Installation, name: str, text: str = "One more line.") -> None:
    path = study_path(site, name)
    path.write_text(f"{path.read_text()}\n{text}\n")


def test_an_edited_text_is_live_without_a_look_at_the_others(hurried: Installation) -> None:
    edit(hurried, "b-study")
    edit(hurried, "d-study", "<script>alert(1)</script> is told of as ever.")
    report = hurried.sync(LATER)
    assert changes(report) == {"changed": ("b-study", "d-study")}
    assert report.total == 5
    assert [finding.path for finding in report.findings] == [
        "content/case-studies/d-study.md" for _ in report.findings
    ]
    assert ("b-study", 2, LATER) in revisions(hurried)
    assert hurried.moved_to("old-b-study") == "b-study"
    assert changes(hurried.sync(LATER)) == {}


def test_a_file_touched_but_not_changed_changes_nothing(hurried: Installation) -> None:
    path = study_path(hurried, "a-study")
    path.write_text(path.read_text())
    assert changes(hurried.sync(LATER)) == {}
    assert len(revisions(hurried)) == 5


@pytest.mark.parametrize("trouble", ["broken", "copied", "alias", "taken"])
def test_trouble_elsewhere_is_told_of_with_every_edit(site: Installation, trouble: str) -> None:
    for name in NAMES:
        write_study(site.root, name)
    site.sync()
    if trouble == "broken":
        break_study(site, "e-study")
    elif trouble == "copied":
        write_study(site.root, "f-study", id=an_id("e-study"))
    elif trouble == "alias":
        write_study(site.root, "f-study", aliases=["e-study"])
    else:
        # Sound by itself, and live as it was before.
        write_study(site.root, "e-study", aliases=["a-study"])
    first = site.sync()
    assert first.faults
    for _ in range(2):
        edit(site, "a-study")
        again = site.sync()
        assert again.findings == first.findings
        assert (again.kept, again.total) == (first.kept, first.total)
        assert again.changed == ("a-study",)


# Told which files were saved


def take_up(site: Installation, *names: str) -> SyncReport | None:
    with site.database.begin() as session:
        paths = [study_path(site, name) for name in names]
        return sync_edits(session, open_folder(site.root), LATER, paths)


def test_files_that_are_named_are_taken_up_and_no_other_is_looked_at(
    hurried: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContentFolder, "listing", lambda _: pytest.fail("the folder is read"))
    edit(hurried, "b-study")
    edit(hurried, "c-study")
    report = take_up(hurried, "b-study")
    assert report
    assert (changes(report), report.total) == ({"changed": ("b-study",)}, 5)
    again = take_up(hurried, "b-study")
    assert again
    assert changes(again) == {}
    monkeypatch.undo()
    assert changes(hurried.sync(LATER)) == {"changed": ("c-study",)}


@pytest.mark.parametrize("does", ["new", "gone", "broken", "renamed", "alias", "another"])
def test_what_is_more_than_an_edit_is_left_to_a_look_at_all_files(
    site: Installation, does: str
) -> None:
    for name in NAMES:
        write_study(site.root, name)
    site.sync()
    before, names = _rows(site), ["b-study"]
    if does == "new":
        write_study(site.root, "f-study")
        names = ["f-study"]
    elif does == "gone":
        study_path(site, "b-study").unlink()
    elif does == "broken":
        break_study(site, "b-study")
    elif does == "renamed":
        study_path(site, "b-study").rename(study_path(site, "f-study"))
        names = ["b-study", "f-study"]
    elif does == "alias":
        write_study(site.root, "b-study", aliases=["old-name"])
    else:
        write_study(site.root, "b-study", id=an_id("f-study"))
    assert take_up(site, *names) is None
    assert _rows(site) == before
    site.sync(LATER)
    assert _rows(site) != before


# As a look at all files would


def _turn(site: Installation, chance: random.Random, turn: int) -> None:
    """Something that editors do to files."""
    paths = sorted((site.root / "case-studies").glob("*.md"))
    path = chance.choice(paths)
    does = chance.choice(
        ["edit", "edit", "edit", "break", "mend", "rename", "alias", "copy", "add", "remove"]
    )
    if does == "edit":
        path.write_text(f"{path.read_text()}\nTurn {turn}.\n")
    elif does == "break":
        path.write_text(path.read_text().replace('["equity"]', '["eqity"]'))
    elif does == "mend":
        path.write_text(path.read_text().replace('["eqity"]', '["equity"]'))
    elif does == "rename":
        path.rename(path.with_stem(f"renamed-{turn}"))
    elif does == "alias":
        wanted = chance.choice(["old-name", paths[0].stem, f"alias-{turn}"])
        lines = [line for line in path.read_text().split("\n") if not line.startswith("aliases:")]
        path.write_text("\n".join([lines[0], f'aliases: ["{wanted}"]', *lines[1:]]))
    elif does == "copy":
        path.with_stem(f"copy-{turn}").write_text(path.read_text())
    elif does == "add":
        write_study(site.root, f"new-{turn}")
    elif len(paths) > 1:
        path.unlink()


def _rows(site: Installation) -> list[set[tuple[object, ...]]]:
    wanted = (
        (CatalogueRow.id, CatalogueRow.slug, CatalogueRow.path, CatalogueRow.digest),
        (CatalogueRow.id, CatalogueRow.body_md),
        (AliasRow.slug, AliasRow.case_study_id),
        (FileRow.path, FileRow.digest, FileRow.claimed_id),
    )
    with site.database.read() as session:
        return [{tuple(row) for row in session.execute(select(*columns))} for columns in wanted]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_editors_do_the_outcome_is_that_of_a_look_at_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    sites = []
    for most_edits in (50, -1):
        folder = tmp_path / str(most_edits)
        folder.mkdir()
        site = an_installation(folder)
        sites.append((site, most_edits))
        for name in NAMES:
            write_study(site.root, name)
        site.sync()
    for turn in range(14):
        reports = []
        for site, most_edits in sites:
            monkeypatch.setattr("kb.catalogue._MOST_EDITS", most_edits)
            _turn(site, random.Random(100 * seed + turn), turn)
            reports.append(site.sync(LATER))
        assert reports[0] == reports[1], turn
        assert _rows(sites[0][0]) == _rows(sites[1][0]), turn
        assert redirects(sites[0][0]) == redirects(sites[1][0]), turn
    assert revisions(sites[0][0]) == revisions(sites[1][0])
