"""What the home page offers: refused with a clear word, turned over by the day and the month."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.errors import VocabularyInvalid
from kb.prompts import MONTHS, Prompts
from tests.factories import SHIPPED

CONCERN = '[[concern]]\nlabel = "{}"\nsearch = "{}"\nmonths = {}\n'


def load(folder: Path, text: str) -> Prompts:
    path = folder / "home.toml"
    path.write_text(text, encoding="utf-8")
    return Prompts.load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("needs = [", "home.toml: "),
        ('needs = "late"', "needs must be a list"),
        ('needs = ["late", 7]', "each of needs must be a text"),
        ('needs = [" "]', "each of needs must be a text"),
        ('need = ["late"]', "“need” is neither needs nor"),
        ("concern = 7", "concern must be a list"),
        ("concern = [7]", "needs label, search and months"),
        (CONCERN.format("Late", " ", '["May"]'), "the concern “Late” needs"),
        (CONCERN.format("", "late", '["May"]'), "the concern “” needs"),
        (CONCERN.format("Late", "late", "[]"), "the concern “Late” needs"),
        (CONCERN.format("Late", "late", '"May"'), "the concern “Late” needs"),
        (CONCERN.format("Late", "late", '["Mai"]'), "“Mai” of the concern “Late” is not a month"),
        (CONCERN.format("Late", "late", "[5]"), "“5” of the concern “Late” is not a month"),
        (CONCERN.format("Late", "late", '["May"]') + "month = 5", "and nothing else"),
    ],
)
def test_a_faulty_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(VocabularyInvalid) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)
    assert "home.toml" in str(caught.value)


def test_without_the_file_nothing_is_offered(tmp_path: Path) -> None:
    prompts = Prompts.load(tmp_path / "home.toml")
    assert prompts.needs_on(date(2026, 3, 1), 4) == ()
    assert prompts.concerns_on(date(2026, 3, 1)) == ()


def test_each_need_has_its_turn_and_a_day_stays_as_it_is(tmp_path: Path) -> None:
    prompts = load(tmp_path, f"needs = {[str(n) for n in range(7)]}")
    day = date(2026, 3, 1)
    assert prompts.needs_on(day, 3) == prompts.needs_on(day, 3)
    assert prompts.needs_on(day, 3) != prompts.needs_on(day + timedelta(1), 3)
    week = [prompts.needs_on(day + timedelta(n), 3) for n in range(7)]
    assert {need for needs in week for need in needs} == set(prompts.needs)
    assert all(len(set(needs)) == 3 for needs in week)


def test_fewer_needs_than_are_asked_for_are_shown_once(tmp_path: Path) -> None:
    assert sorted(load(tmp_path, 'needs = ["a", "b"]').needs_on(date.min, 4)) == ["a", "b"]


def test_a_concern_has_its_months_whatever_their_case(tmp_path: Path) -> None:
    prompts = load(tmp_path, CONCERN.format("Late", "late again", '["MAY", "june"]'))
    asked = [[c.search for c in prompts.concerns_on(date(2026, m, 28))] for m in (4, 5, 6, 7)]
    assert asked == [[], ["late again"], ["late again"], []]


def test_what_is_saved_is_read_again_as_it_was(tmp_path: Path) -> None:
    shipped = Prompts.load(SHIPPED / "home.toml")
    shipped.save(tmp_path / "home.toml")
    again = Prompts.load(tmp_path / "home.toml")
    assert again == shipped
    assert again.fingerprint == shipped.fingerprint != load(tmp_path, "").fingerprint


def test_the_shipped_file_has_a_dozen_needs_and_concerns_for_each_month() -> None:
    shipped = Prompts.load(SHIPPED / "home.toml")
    assert len(set(shipped.needs)) == len(shipped.needs) >= 12
    for month in range(1, len(MONTHS) + 1):
        labels = [concern.label for concern in shipped.concerns_on(date(2026, month, 1))]
        assert len(set(labels)) == len(labels) >= 3, MONTHS[month - 1]
