"""What changed, in words: found, kept apart by heading, and never slow."""

from dataclasses import replace

import pytest

from kb.domain import CaseStudy
from tests.indexer.builders import a_published, vocabularies
from web.diff import Change, Kind, changes


def study(body: str = "", **front_matter: object) -> CaseStudy:
    published = a_published("a-study", **front_matter).study  # type: ignore[arg-type]
    return replace(published, body_md=body) if body else published


def told(before: CaseStudy, after: CaseStudy) -> dict[str, list[list[tuple[str, str]]]]:
    """Each heading's changed paragraphs as pairs of fate and text."""
    return {change.heading: _plain(change) for change in changes(before, after, vocabularies())}


def _plain(change: Change) -> list[list[tuple[str, str]]]:
    return [[(piece.kind.value, piece.text) for piece in p] for p in change.paragraphs]


def test_the_same_study_has_no_changes() -> None:
    assert told(study(), study()) == {}


def test_words_are_compared_within_a_paragraph() -> None:
    before = study("## Impact\n\nLate marks fell a little.\n\nNothing else.\n")
    after = study("## Impact\n\nLate marks fell from 41 to 12.\n\nNothing else.\n")
    assert told(before, after) == {
        "Impact": [
            [("kept", "Late marks fell"), ("removed", "a little."), ("added", "from 41 to 12.")]
        ]
    }


def test_paragraphs_that_came_or_went_are_shown_whole() -> None:
    before = study("## Context\n\nOne.\n\nTwo.\n")
    after = study("## Context\n\nTwo.\n\n## Resources\n\nThree.\n")
    assert told(before, after) == {
        "Context": [[("removed", "One.")]],
        "Resources": [[("added", "Three.")]],
    }


def test_front_matter_is_told_in_labels() -> None:
    before = study(title="A", focus=["send"], needs=["ASD"])
    after = study(title="B", focus=["send"], needs=["SLCN"], effort={"staff": 2})
    found = told(before, after)
    assert found["Title"] == [[("removed", "A"), ("added", "B")]]
    (need,) = found["What it is about"]
    assert need[0] == ("kept", "SEND needs:")
    assert need[1:] == [("removed", "Autism"), ("added", "Speech, language and communication")]
    assert found["What it takes"] == [[("added", "Staff: 2")]]


@pytest.mark.parametrize("size", [3_000, 60_000])
def test_an_enormous_paragraph_is_shown_as_another(size: int) -> None:
    before = study("## Context\n\n" + " ".join(f"a{n}" for n in range(size)) + "\n")
    after = study("## Context\n\n" + " ".join(f"b{n}" for n in range(size)) + "\n")
    (paragraph,) = changes(before, after, vocabularies())[0].paragraphs
    assert [piece.kind for piece in paragraph] == [Kind.REMOVED, Kind.ADDED]
