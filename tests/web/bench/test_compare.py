"""Two runs side by side."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import Invalid
from tests.web.bench.a_report import a_report, a_size, as_json
from web.bench.compare import changes, read_report
from web.bench.figures import Edit, Report, Throughput


def compared(tmp_path: Path, before: Report, after: Report) -> dict[str, float]:
    """How much worse each figure became; those that did not are left out."""
    read = []
    for name, report in (("before", before), ("after", after)):
        path = tmp_path / name
        path.write_text(as_json(report))
        read.append(read_report(path))
    found = changes(read[0], read[1])
    return {change.name: round(change.worse_by, 3) for change in found if change.worse_by > 0}


def test_the_same_run_is_not_slower_than_itself(tmp_path: Path) -> None:
    report = a_report(a_size(1000), a_size(10_000))
    assert compared(tmp_path, report, report) == {}


def test_a_slower_search_is_named_with_its_size(tmp_path: Path) -> None:
    slower = a_report(a_size(1000, rest_ms=3.0))
    found = compared(tmp_path, a_report(a_size(1000)), slower)
    assert found == {
        f"1,000: {kind} search without encoding, x": 0.5
        for kind in ("short", "long", "filtered", "phrase")
    }
    assert compared(tmp_path, slower, a_report(a_size(1000))) == {}


def test_a_smaller_share_of_the_encoders_is_worse(tmp_path: Path) -> None:
    [load] = a_size(1000).throughput
    slower = a_size(1000, throughput=[replace(load, share_of_encoders=0.25)])
    found = compared(tmp_path, a_report(a_size(1000)), a_report(slower))
    assert found == {"1,000: 16 clients, share of encoders": 1.0}


def test_a_first_error_is_worse_by_any_measure(tmp_path: Path) -> None:
    [load] = a_size(1000).throughput
    assert isinstance(load, Throughput)
    failing = a_size(1000, throughput=[replace(load, errors=1)])
    found = compared(tmp_path, a_report(a_size(1000)), a_report(failing))
    assert found == {"1,000: 16 clients, errors": float("inf")}


def test_only_sizes_of_both_are_compared(tmp_path: Path) -> None:
    slow = a_size(10_000, edit=Edit(9.0, 3000.0, 9, 5, 5, 1.0))
    assert compared(tmp_path, a_report(a_size(1000)), a_report(a_size(1000), slow)) == {}
    with pytest.raises(Invalid, match="no number of case studies in common"):
        compared(tmp_path, a_report(a_size(1000)), a_report(slow))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', "null"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(Invalid, match="is not what kb bench --json prints"):
        read_report(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(json.loads(as_json(a_report(a_size(1000)))) | {"format": 0}))
    with pytest.raises(Invalid, match="has format 0"):
        read_report(path)
