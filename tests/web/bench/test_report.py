"""What is printed of a run."""

from tests.web.bench.a_report import a_report, a_size
from web.bench.figures import Edit, Spread, growth
from web.bench.report import bulk_table, growth_table, introduction, size_table


def test_percentiles_are_medians_over_runs_in_ms() -> None:
    spread = Spread.of([[0.001] * 100, [0.003] * 100, [0.002] * 99 + [0.9]])
    assert (spread.p50, spread.p95) == (2.0, 2.0)
    # One bad run of three moves no figure.
    assert spread.p99 < 20


def test_growth_is_that_of_the_largest_over_the_smallest() -> None:
    grown = growth([a_size(1000), a_size(100_000, rest_ms=9.0), a_size(10_000, rest_ms=3.0)])
    assert grown is not None
    assert grown.documents_x == 100
    assert set(grown.rest_x.values()) == {4.5}
    assert "For 100 x the case studies" in growth_table(grown)


def test_one_size_does_not_grow() -> None:
    assert growth([a_size(1000)]) is None


def test_the_table_says_what_stands_in_and_shows_every_figure() -> None:
    table = size_table(a_size(10_000), 2000)
    assert "10,000 case studies, 70,000 passages" in table
    assert "The model read 2,000 of the passages" in table
    for shown in ("short, no encoding", "page over HTTP", "50.0%", "300 MB", "1.20 x", "0.80 s"):
        assert shown in table


def test_columns_stand_below_each_other() -> None:
    lines = size_table(a_size(10_000), 2000).splitlines()
    rows = [line for line in lines if line.startswith(("short", "phrase", "API"))]
    assert len({len(line) for line in rows}) == 1


def test_what_was_not_measured_is_said() -> None:
    size = a_size(1000, memory=None, edit=Edit(None, None, 9, 0, 0, 12.0))
    table = size_table(size, 2000)
    assert "this system does not tell it" in table
    assert "not found in time" in table
    assert "by the run that made the kept sample" in bulk_table(None)


def test_the_introduction_names_the_machine() -> None:
    assert "a cpu, 2 cores" in introduction(a_report(a_size(1000)))
