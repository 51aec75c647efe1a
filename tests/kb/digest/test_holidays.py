"""`school-holidays.toml`: read with its mistakes named by line, the rest of it kept."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from kb.digest.holidays import HOLIDAYS, Holiday, SchoolHolidays
from kb.domain import TermKey
from kb.vocabulary import Vocabularies, Vocabulary
from tests.factories import SHIPPED

SOUND = '[[default]]\nname = "Half-term"\nfrom = 2026-10-26\nto = 2026-10-30\n'
OVERLAPPING = SOUND.replace("10-30", "11-02").replace("10-26", "10-30")
HALF_TERM = Holiday(date(2026, 10, 24), date(2026, 10, 30), "Half-term")


@pytest.fixture(scope="module")
def regions() -> Vocabulary:
    return Vocabularies.load(SHIPPED / "vocabulary")["region"]


def load(folder: Path, text: str, regions: Vocabulary) -> SchoolHolidays:
    (folder / HOLIDAYS).write_text(text, encoding="utf-8")
    return SchoolHolidays.load(folder / HOLIDAYS, regions)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[default]\n", 1, "not TOML"),
        ('[[narnia]]\nname = "x"\n', 1, "“narnia” is no region"),
        ("default = 3\n", 1, "a holiday needs"),
        (SOUND.replace("2026-10-26", '"26 October"'), 1, "a holiday needs"),
        (SOUND.replace("2026-10-26", "2026-10-26T09:00:00"), 1, "a holiday needs"),
        (SOUND.replace('"Half-term"', '" "'), 1, "a holiday needs"),
        (SOUND + "days = 5\n", 1, "no more"),
        (SOUND.replace("2026-10-30", "2026-10-20"), 1, "before it begins"),
        (SOUND.replace("2026-10-30", "2027-10-30"), 1, "mend a year"),
        ("# ours\n\n" + SOUND + OVERLAPPING, 3, "overlap"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, regions: Vocabulary, text: str, line: int, said: str
) -> None:
    found = load(tmp_path, text, regions).findings("content")
    assert [(each.path, each.line) for each in found] == [(f"content/{HOLIDAYS}", line)]
    assert said in found[0].message


def test_a_faulty_entry_leaves_the_others_standing(tmp_path: Path, regions: Vocabulary) -> None:
    text = SOUND + '[[default]]\nname = "No end"\n' + SOUND.replace("2026", "2027")
    holidays = load(tmp_path, text, regions)
    assert [line for line, _ in holidays.problems] == [5]
    assert [each.last.year for each in holidays.of(None)] == [2026, 2027]


def test_without_the_file_no_school_is_ever_closed(tmp_path: Path, regions: Vocabulary) -> None:
    holidays = SchoolHolidays.load(tmp_path / HOLIDAYS, regions)
    assert (holidays.of(TermKey("london")), holidays.problems) == ((), ())


def test_the_weekend_before_a_monday_is_free_as_well(tmp_path: Path, regions: Vocabulary) -> None:
    assert load(tmp_path, SOUND, regions).of(None) == (HALF_TERM,)


def test_a_region_has_its_own_list_its_parents_or_everybodys(
    tmp_path: Path, regions: Vocabulary
) -> None:
    own = SOUND.replace("default", "yorkshire-and-the-humber").replace("10-26", "10-19")
    holidays = load(tmp_path, SOUND + own, regions)
    for region, first in (
        ("yorkshire-and-the-humber", 17),
        ("south-yorkshire", 17),
        ("london", 24),
        ("no-such-region", 24),
    ):
        assert [each.first.day for each in holidays.of(TermKey(region))] == [first], region


def test_the_shipped_dates_cover_two_school_years_of_six_half_terms(regions: Vocabulary) -> None:
    holidays = SchoolHolidays.load(SHIPPED / HOLIDAYS, regions)
    assert holidays.problems == ()
    found = holidays.of(None)
    assert len(found) == 13
    for one, other in pairwise(found):
        assert 4 <= (other.first - one.last).days / 7 <= 9, other
