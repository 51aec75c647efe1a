"""`home.toml`: read with its mistakes named, and shown in turn."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.errors import VocabularyInvalid
from kb.prompts import Prompts
from tests.factories import SHIPPED

CONCERN = '[[concern]]\nlabel = "A"\nsearch = "a"\nmonths = [9]\n'
DAY = date(2026, 11, 27)


def load(folder: Path, text: str) -> Prompts:
    path = folder / "home.toml"
    path.write_text(text, encoding="utf-8")
    return Prompts.load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("examples = [", "home.toml"),
        ('examples = "one"', "list of texts"),
        ("examples = [1]", "list of texts"),
        ('examples = [" "]', "list of texts"),
        ('exampels = ["x"]', "exampels"),
        ("concern = 3", "[[concern]]"),
        ("concern = [3]", "needs a label"),
        (CONCERN.replace("9", "13"), "months from 1 to 12"),
        (CONCERN.replace("9", "true"), "months from 1 to 12"),
        (CONCERN.replace('"a"', '""'), "needs a label"),
        (CONCERN + 'more = "x"\n', "needs a label"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(VocabularyInvalid) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)


def test_without_the_file_nothing_is_offered(tmp_path: Path) -> None:
    prompts = Prompts.load(tmp_path / "home.toml")
    assert prompts.examples_on(DAY, 4) == ()
    assert prompts.concerns_of(9) == ()


def test_every_example_has_its_turn_and_none_stands_twice_on_a_day(tmp_path: Path) -> None:
    prompts = load(tmp_path, f"examples = {[f'e{n}' for n in range(7)]}")
    days = [prompts.examples_on(DAY + timedelta(n), 3) for n in range(7)]
    assert all(len(set(each)) == 3 for each in days)
    assert {example for each in days for example in each} == set(prompts.examples)
    assert days[0] != days[1]


def test_fewer_examples_than_are_wanted_are_all_shown_once(tmp_path: Path) -> None:
    assert sorted(load(tmp_path, 'examples = ["a", "b"]').examples_on(DAY, 4)) == ["a", "b"]


@pytest.mark.parametrize("month", range(1, 13))
def test_the_shipped_file_has_concerns_for_every_month(month: int) -> None:
    assert len(Prompts.load(SHIPPED / "home.toml").concerns_of(month)) >= 3


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    prompts = load(tmp_path, CONCERN)
    prompts.save(tmp_path / "again.toml")
    again = Prompts.load(tmp_path / "again.toml")
    assert (again.concerns, again.fingerprint) == (prompts.concerns, prompts.fingerprint)
