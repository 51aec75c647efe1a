"""What changed, for editors: nothing is left out, and no fault of a text stands in the way."""

import pytest

from tests.factories import study_text
from tests.indexer.builders import vocabularies
from web.diff import Change
from web.edit.differences import differences


def told(before: str, after: str) -> dict[str, list[str]]:
    """Each heading's changed paragraphs, words that came in [+…], those that went in [-…]."""
    return {c.heading: _plain(c) for c in differences(before, after, vocabularies())}


def _plain(change: Change) -> list[str]:
    marks = {"kept": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return [
        " ".join(marks[piece.kind.value].format(piece.text) for piece in paragraph)
        for paragraph in change.paragraphs
    ]


def test_the_same_text_has_none() -> None:
    assert told(study_text(), study_text()) == {}


def test_keys_that_readers_do_not_see_are_told() -> None:
    before, after = study_text(review_by="2028-01-01"), study_text(review_by="2030-01-01")
    assert told(before, after) == {
        "The rest of the front matter": ["Review by: [-2028-01-01] [+2030-01-01]"]
    }


def test_keys_that_readers_see_are_told_in_labels() -> None:
    found = told(study_text(title="A"), study_text(title="B", focus=["send"], needs=["ASD"]))
    assert found["Title"] == ["[-A] [+B]"]
    assert "Autism" in " ".join(found["What it is about"])


def test_the_text_is_compared_as_it_is_written() -> None:
    before = "---\ntitle: T\n---\n\nTop.\n\n## Impact\n\nIt fell.\n\n![A](a.png)\n"
    after = before.replace("Top.", "Bottom.").replace("(a.png)", "(b.png)")
    assert told(before, after) == {
        "Above the first heading": ["[-Top.] [+Bottom.]"],
        "Impact": ["[-![A](a.png)] [+![A](b.png)]"],
    }


def test_a_heading_within_code_is_no_heading() -> None:
    before = "---\ntitle: T\n---\n\n## Impact\n\n```\n## Not\n```\n"
    assert set(told(before, before.replace("Not", "Nor"))) == {"Impact"}


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no front matter",
        "---\ntitle: [\n---\n\nx",
        "---\ntitle: 3\nvalues: none\nregion: mars\n---\n\n## Context\n",
        "---\nevidence: no\nschool: no\neffort: {cost: x}\nnew: {a: {b: 1}}\n---\n",
        "---\ntitle: T\n---\n\n" + "[" * 5000,
    ],
)
def test_a_text_full_of_faults_is_compared_all_the_same(broken: str) -> None:
    assert told(broken, study_text())
    assert told(study_text(), broken)
    assert told(broken, broken) == {}


def test_a_key_that_no_vocabulary_knows_is_told_as_it_stands() -> None:
    found = told(study_text(region="london"), study_text(region="mars", needs=["NONE"]))
    assert "mars" in " ".join(found["What it is about"])


def test_a_value_that_cannot_be_right_is_told_as_it_stands() -> None:
    found = told(study_text(), study_text(values=3))
    assert "[+Values: 3]" in found["The rest of the front matter"]
