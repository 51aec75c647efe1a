"""Columns: what orders documents is read without reading one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.columns import MEASURES, Columns, read_stamps, write_columns
from indexer.documents import document_of
from indexer.snapshot import Snapshot
from kb.domain import Published
from tests.factories import an_id
from tests.indexer.builders import a_published, a_store


def at_school(slug: str, **measures: Any) -> Published:
    school: Mapping[str, Any] = {"name": slug, "type": "community-school"}
    return a_published(slug, school={**school, "academic_year": "2024/25", **measures})


def written(folder: Path, *studies: Published) -> Path:
    folder.mkdir(exist_ok=True)
    rows = [document_of(study) for study in studies]
    write_columns(folder, rows, [f"stamp of {study.study.slug}" for study in studies])
    return folder


def in_order(home: Path, studies: list[Published], name: str) -> list[str]:
    """The slugs of a snapshot of these studies, in one of its orders."""
    snapshot = Snapshot(a_store(home, studies).current())
    places = getattr(snapshot, name)
    assert sorted(places) == list(range(len(studies)))
    return [snapshot.columns.slugs[number] for number in np.argsort(places)]


def test_no_documents_have_columns(tmp_path: Path) -> None:
    columns = Columns(written(tmp_path))
    assert len(columns) == 0
    assert columns.since.shape == columns.measure("pupils").shape == (0,)
    assert read_stamps(tmp_path) == {}


def test_what_a_school_does_not_say_is_no_number(tmp_path: Path) -> None:
    columns = Columns(
        written(tmp_path, at_school("said", pupils=0, fsm6_percent=12.5), a_published("no-school"))
    )
    assert columns.measure("pupils")[0] == 0.0
    assert columns.measure("fsm6_percent")[0] == 12.5
    assert np.isnan(columns.measure("eal_percent")[0])
    assert np.isnan(columns.measure("sen_support_percent")[0])
    assert all(np.isnan(columns.measure(name)[1]) for name in MEASURES)


def test_columns_are_those_of_the_documents_in_their_order(tmp_path: Path) -> None:
    day = date(2025, 3, 4)
    columns = Columns(
        written(
            tmp_path,
            a_published("gate", since=day, illustrative=True),
            a_published("pager", evidence={"strength": "comparison"}),
        )
    )
    assert columns.slugs == ["gate", "pager"]
    assert columns.ids == [an_id("gate"), an_id("pager")]
    assert columns.since[0] == day.toordinal()
    assert columns.illustrative.tolist() == [True, False]
    assert columns.evidence[0] == 0 < columns.evidence[1]
    assert list(read_stamps(tmp_path).items()) == [
        (an_id("gate"), "stamp of gate"),
        (an_id("pager"), "stamp of pager"),
    ]


def test_documents_are_numbered_on_through_the_folders(tmp_path: Path) -> None:
    studies = [at_school(f"study-{n}", pupils=n) for n in range(5)]
    base, recent = written(tmp_path / "base", *studies[:3]), written(tmp_path / "r", *studies[3:])
    both, whole = Columns(base, recent), Columns(written(tmp_path / "whole", *studies))
    assert (both.ids, both.slugs) == (whole.ids, whole.slugs)
    assert both.measure("pupils").tolist() == [0, 1, 2, 3, 4]
    assert both.since.tolist() == whole.since.tolist()


def test_columns_of_two_lengths_are_not_opened(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one", a_published("a")), written(tmp_path / "two")
    (one / "names.json").write_bytes((two / "names.json").read_bytes())
    with pytest.raises(ValueError, match="not of one length"):
        Columns(one)


def test_the_newest_come_first_and_equals_by_id(tmp_path: Path) -> None:
    days = {"a": date(2024, 1, 1), "b": date(2025, 1, 1), "c": date(2024, 1, 1)}
    studies = [a_published(slug, since=day) for slug, day in days.items()]
    for number, given in enumerate((studies, studies[::-1])):
        first, *equal = in_order(tmp_path / str(number), given, "newest_first")
        assert first == "b"
        assert equal == sorted(["a", "c"], key=an_id)


def test_the_strongest_come_first_then_the_newest_then_by_id(tmp_path: Path) -> None:
    old, new = date(2024, 1, 1), date(2025, 1, 1)
    studies = [
        a_published("silent", since=date(2026, 1, 1)),
        a_published("weak-new", since=new, evidence={"strength": "described"}),
        a_published("strong-old", since=old, evidence={"strength": "external"}),
        a_published("strong-new", since=new, evidence={"strength": "external"}),
        a_published("strong-too", since=new, evidence={"strength": "external"}),
    ]
    found = in_order(tmp_path, studies, "strongest_first")
    equals = sorted(["strong-new", "strong-too"], key=an_id)
    assert found == [*equals, "strong-old", "weak-new", "silent"]
