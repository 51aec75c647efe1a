"""No two shipped studies are taken for each other; one that is told again is known."""

import re
from pathlib import Path

import pytest

from indexer.search import Searcher
from kb.domain import CaseStudy
from kb.hints.draft import Draft
from kb.hints.source import read_draft
from tests.indexer.builders import shipped_studies

pytestmark = pytest.mark.slow

OTHER_WORDS = {
    "pupils": "children",
    "teachers": "staff",
    "started": "began",
    "began": "started",
    "about": "roughly",
    "parents": "families",
    "families": "parents",
    "talk": "speak",
    "asked": "invited",
    "worked": "succeeded",
    "we": "our team",
    "now": "these days",
    "because": "since",
    "but": "yet",
    "also": "as well",
    "every": "each",
    "each": "every",
    "after": "following",
    "before": "prior to",
    "small": "little",
    "many": "a lot of",
    "help": "support",
    "first": "initial",
}
WORD = re.compile(rf"\b({'|'.join(OTHER_WORDS)})\b")


def draft_of(study: CaseStudy) -> Draft:
    meta = study.meta
    return Draft(meta.title, meta.summary, meta.answers, study.body_md)


def test_no_shipped_study_is_taken_for_another(searcher: Searcher) -> None:
    studies = [published.study for published in shipped_studies()]
    found = {study.slug: searcher.alike(draft_of(study), study.id) for study in studies}
    assert {slug: [like.slug for like in alike] for slug, alike in found.items() if alike} == {}


def test_every_shipped_study_in_other_words_is_known(searcher: Searcher) -> None:
    for study in [published.study for published in shipped_studies()][::6]:
        body = WORD.sub(lambda match: OTHER_WORDS[match[0]], study.body_md)
        draft = Draft(title="What our team tried last year", body_md=body)
        found = searcher.alike(draft, None)
        assert [like.slug for like in found] == [study.slug]


def test_a_study_that_is_retold_is_known_with_its_passages(searcher: Searcher) -> None:
    retold = Path(__file__).with_name("retold.md").read_text(encoding="utf-8")
    (like,) = searcher.alike(read_draft(retold), None)
    assert like.slug == "small-steps-for-selective-mutism"
    assert len(like.passages) == 3
    assert "sliding" in retold
    for passages in like.passages:
        assert passages.heading == passages.other_heading
        assert passages.cosine > 0.8


def test_a_search_is_nearer_to_the_study_that_answers_it(searcher: Searcher) -> None:
    studies = {p.study.slug: p.study for p in shipped_studies()}
    draft = draft_of(studies["small-steps-for-selective-mutism"])
    near, far = searcher.nearness(draft, ["child silent at school", "boys who hate writing"])
    assert near > 0.4 > far
