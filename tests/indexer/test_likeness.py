"""Near-duplicates of a draft: which studies, with which passages, and which are left out."""

from pathlib import Path

import pytest

from indexer.live import LiveSnapshot
from indexer.search import Searcher
from kb.domain import CaseStudyId, Published
from kb.errors import SnapshotMismatch
from kb.hints.draft import Draft
from tests.fakes import WordEncoder
from tests.indexer.builders import a_published, a_searcher, a_store

TEXTS = {
    "Context": "A primary school by the sea with boats and a market.",
    "Challenge": "Mondays were loud and some pupils came late to lessons.",
    "What we did": "An assistant stood at the gate with apples each morning.",
    "Impact": "Late marks fell from 41 to 12 in a term.",
}


def body(**changed: str) -> str:
    texts = TEXTS | {name.replace("_", " "): text for name, text in changed.items()}
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in texts.items() if text)


def a_draft(**changed: str) -> Draft:
    return Draft(title="Gate", body_md=body(**changed))


def a_gate(slug: str = "gate", *, illustrative: bool = False) -> Published:
    return a_published(slug, title="Gate", body=body(), illustrative=illustrative)


def alike(home: Path, draft: Draft, *studies: Published, own: str | None = None) -> list[str]:
    searcher = a_searcher(home, studies)
    return [like.slug for like in searcher.alike(draft, CaseStudyId(own) if own else None)]


@pytest.mark.parametrize(
    "draft",
    [
        Draft(),
        Draft(body_md="no heading"),
        Draft(body_md=body() + "[" * 3000),
        a_draft(Challenge="", Impact=""),
    ],
)
def test_a_draft_of_less_than_three_passages_is_like_nothing(tmp_path: Path, draft: Draft) -> None:
    assert alike(tmp_path, draft, a_gate()) == []


def test_an_empty_library_has_nothing_alike(tmp_path: Path) -> None:
    assert alike(tmp_path, a_draft()) == []


def test_a_copy_is_known_with_its_passages(tmp_path: Path) -> None:
    other = a_published("other", body="## Context\n\nZebra okapi tapir giraffe.\n")
    searcher = a_searcher(tmp_path, [other, a_gate()])
    (like,) = searcher.alike(a_draft(Impact="Quite other words stand here."), None)
    assert (like.slug, like.title, like.cosine) == ("gate", "Gate", 1.0)
    assert sorted((p.heading, p.text, p.other_heading, p.other_text) for p in like.passages) == [
        (name, TEXTS[name], name, TEXTS[name]) for name in ("Challenge", "Context", "What we did")
    ]
    assert {p.cosine for p in like.passages} == {1.0}


def test_two_passages_alike_are_not_enough(tmp_path: Path) -> None:
    draft = a_draft(Impact="Quite other words stand here.", Challenge="Okapi zebra giraffe.")
    assert alike(tmp_path, draft, a_gate()) == []


def test_resources_and_contact_are_not_compared(tmp_path: Path) -> None:
    extra = "\n\n## Resources\n\nA sheet of paper.\n\n## Contact\n\nWrite to the hub of the area."
    study = a_published("gate", title="Gate", body=body() + extra)
    short = {"What_we_did": "", "Challenge": "", "Impact": "Okapi zebra."}
    assert alike(tmp_path, Draft("Gate", body_md=body(**short) + extra), study) == []


def test_a_study_is_not_like_itself(tmp_path: Path) -> None:
    gate, copy = a_gate(), a_gate("copy")
    assert alike(tmp_path, a_draft(), gate, copy, own=gate.study.id) == ["copy"]


def test_an_id_that_is_not_indexed_leaves_nothing_out(tmp_path: Path) -> None:
    assert alike(tmp_path, a_draft(), a_gate(), own="ZZZZZZZZZZ") == ["gate"]


def test_at_most_three_are_named_the_nearest_first(tmp_path: Path) -> None:
    near = [a_gate(f"gate-{n}") for n in range(4)]
    less = a_published("less", title="Gate", body=body(Impact="Late.", Challenge="Mondays."))
    assert alike(tmp_path, a_draft(), less, *near) == ["gate-0", "gate-1", "gate-2"]


def test_a_hidden_study_is_like_nothing(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [a_gate(illustrative=True)], show_illustrative=False)
    assert searcher.alike(a_draft(), None) == []


def test_vectors_of_another_model_are_not_compared(tmp_path: Path) -> None:
    store = a_store(tmp_path, [a_gate()])
    searcher = Searcher(LiveSnapshot(store), WordEncoder("other"))
    with pytest.raises(SnapshotMismatch):
        searcher.alike(a_draft(), None)


def test_nearness_is_of_the_nearest_passage_summary_included(tmp_path: Path) -> None:
    searcher = a_searcher(tmp_path, [])
    draft = Draft("Gate", "Toast for all.", body_md=body())
    texts = ["Gate. Toast for all.", f"Gate. Impact. {TEXTS['Impact']}", "okapi"]
    assert searcher.nearness(draft, texts) == pytest.approx([1, 1, 0], abs=0.01)
    assert searcher.nearness(Draft(), texts) == [-1, -1, -1]
    assert searcher.nearness(draft, []) == []
