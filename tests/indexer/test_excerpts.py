"""What is shown of a result: the passage that carried it, and what of it is marked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import stems
from indexer.excerpts import excerpts
from indexer.passages import cut
from indexer.results import Excerpt
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from kb.domain import Published
from tests.fakes import WordEncoder
from tests.indexer.builders import (
    a_published,
    a_searcher,
    a_steering,
    a_store,
    ask,
    body_of,
    everything,
)

QUERIES = [
    *("", "reading", "attendance", "autism", "school", "how do we talk to families"),
    *("SEND support for Year 6", "teaching assistants", "KS2 speech and language therapist"),
]


def excerpt_of(
    home: Path,
    body: str,
    text: str,
    *,
    synonyms: str = "",
    reads: str | None = None,
    by_words: bool = True,
) -> Excerpt:
    """What is shown of a study for a query; the model may read it as something else."""
    steering = a_steering(home, synonyms=synonyms)
    study = a_published("a", body=body)
    index = Snapshot(a_store(home, [study], steering=steering).current()).text
    need = index.understand(text)
    query = WordEncoder().encode([reads or need.for_model])[0]
    [shown] = excerpts(index, np.array([0]), need, query, np.array([by_words]))
    return shown


def marked(shown: Excerpt) -> list[str]:
    return [shown.text[start:end] for start, end in shown.highlights]


# Which passage


@pytest.mark.parametrize("text", QUERIES)
def test_a_passage_is_one_of_its_own_study(
    library: Searcher, shipped: list[Published], text: str
) -> None:
    passages = {
        p.study.id: {(passage.heading, passage.text) for passage in cut(p.study)} for p in shipped
    }
    for result in everything(library, ask(text)):
        shown = (result.passage.heading, result.passage.text)
        assert shown in passages[result.document.id]


def test_where_nothing_was_asked_the_summary_is_shown(tmp_path: Path) -> None:
    study = a_published("a", summary="A pager at the gate.")
    [result] = a_searcher(tmp_path, [study]).search(ask()).results
    assert result.passage == Excerpt("Summary", "A pager at the gate.", ())


BODY = (
    "## Context\n\nBy the sea.\n\n## Challenge\n\nThe pager rang.\n\n## Impact\n\nAll was calm.\n"
)


def test_the_passage_shown_is_the_one_that_answers(tmp_path: Path) -> None:
    page = a_searcher(tmp_path, [a_published("a", body=BODY)]).search(ask("pager"))
    assert page.results[0].passage.heading == "Challenge"


def test_the_passage_shown_is_the_nearest_where_none_holds_a_word(tmp_path: Path) -> None:
    shown = excerpt_of(tmp_path, BODY, "zebra", reads="calm all was")
    assert (shown.heading, marked(shown)) == ("Impact", ["All was calm."])


def test_a_passage_with_all_of_the_words_comes_before_a_nearer_one_with_few(
    tmp_path: Path,
) -> None:
    long = f"The pager rang and lunch was late. {'Filler said nothing. ' * 20}"
    body = f"## Near\n\nPager.\n\n## Whole\n\n{long}\n"
    assert excerpt_of(tmp_path, body, "pager lunch late").heading == "Whole"


# Words


def test_words_are_marked_in_every_form_and_nothing_else(tmp_path: Path) -> None:
    shown = excerpt_of(
        tmp_path, body_of("Pagers, a PAGER: paged at lunch. It rings."), "ring pager"
    )
    assert marked(shown) == ["Pagers", "PAGER", "rings"]


def test_stop_words_of_the_query_are_not_marked(tmp_path: Path) -> None:
    assert marked(excerpt_of(tmp_path, body_of("Tea at the gate."), "at the gate")) == ["gate"]


def test_what_was_excluded_or_a_filter_is_not_marked(tmp_path: Path) -> None:
    shown = excerpt_of(tmp_path, body_of("Tea and lunch, equity."), "tea -lunch value:equity")
    assert marked(shown) == ["Tea"]


@pytest.mark.parametrize("text", ["SENCO", "inclusion lead", "sendco"])
def test_synonyms_are_marked_as_one(tmp_path: Path, text: str) -> None:
    shown = excerpt_of(
        tmp_path,
        body_of("The inclusion lead met our SENCo, who did not lead inclusion."),
        text,
        synonyms="SENCO, SENDCO, inclusion lead\n",
    )
    assert marked(shown)[:2] == ["inclusion lead", "SENCo"]


def test_of_synonyms_that_overlap_the_longer_span_is_marked(tmp_path: Path) -> None:
    shown = excerpt_of(
        tmp_path,
        body_of("A teaching assistant support group met."),
        "teaching assistant support group",
        synonyms="teaching assistant, TA\nassistant support, helper\nsupport group, circle\n",
    )
    assert "".join(marked(shown)).replace(" ", "") == "teachingassistantsupportgroup"


@pytest.mark.parametrize("text", ["Year 6", "Y6", "yr 6", "year six", "Years 5 and 6"])
def test_a_year_group_is_marked_however_it_is_written(tmp_path: Path, text: str) -> None:
    shown = excerpt_of(tmp_path, body_of("We met Y6 and later Year 6; 6 pupils, one year."), text)
    assert marked(shown) == ["Y6", "Year 6"]


def test_a_number_that_is_no_year_group_is_not_marked(tmp_path: Path) -> None:
    body = "## One\n\nAll of the 6 pupils met.\n\n## Two\n\nThe year was long for Year 6.\n"
    assert marked(excerpt_of(tmp_path, body, "Year 6")) == ["Year 6"]


@pytest.mark.parametrize(
    "before",
    ["🎒", "👩🏽\u200d🏫", "e\u0301a\u0308\u0300", "İ ŉ ẞ", "数学", "\u00a0", "👍🏿 e\u0301 "],
)
def test_highlights_count_code_points_whatever_stands_before(tmp_path: Path, before: str) -> None:
    shown = excerpt_of(tmp_path, body_of(f"{before} pagers, and a Pager"), "pager")
    assert marked(shown) == ["pagers", "Pager"]


@pytest.mark.parametrize("text", QUERIES[1:])
def test_no_word_that_was_asked_for_is_left_unmarked(library: Searcher, text: str) -> None:
    # Everyday words are not marked.
    wanted = set(stems(text)) - {"6", "year", "how", "do", "get", "we", "to", "us"}
    found = [r for r in everything(library, ask(text)) if "words" in r.matched]
    assert found
    for result in found:
        rest = list(result.passage.text)
        for start, end in result.passage.highlights:
            rest[start:end] = " " * (end - start)
        assert not wanted & set(stems("".join(rest)))


# Meaning


def test_found_by_meaning_alone_the_nearest_sentence_is_marked(tmp_path: Path) -> None:
    body = body_of("Tea was late again. The pager rang all day. Calm came at last.")
    shown = excerpt_of(tmp_path, body, "zebra", reads="pager rang day")
    assert marked(shown) == ["The pager rang all day."]


def test_a_passage_of_one_short_sentence_is_marked_whole(tmp_path: Path) -> None:
    assert marked(excerpt_of(tmp_path, body_of("Calm."), "zebra", reads="calm")) == ["Calm."]


def test_where_a_word_is_marked_no_sentence_is(tmp_path: Path) -> None:
    body = body_of("Tea was late again. The pager rang all day.")
    assert marked(excerpt_of(tmp_path, body, "tea", reads="pager rang day")) == ["Tea"]


# Always


def _assert_sound(shown: Excerpt) -> None:
    ends = [0, *(place for span in shown.highlights for place in span), len(shown.text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in shown.highlights)
    assert all(words == words.strip() for words in marked(shown))


@pytest.mark.parametrize("text", QUERIES)
def test_highlights_lie_in_order_inside_the_text_and_never_overlap(
    library: Searcher, text: str
) -> None:
    for result in everything(library, ask(text)):
        _assert_sound(result.passage)
        assert bool(result.passage.highlights) == bool(text)


WORDS = ["SEND", "SEN support", "Year 6", "KS2", "well-being", "teaching", "assistant", "speech"]
WORDS += ["and", "language", "therapy", "attendance", "the", "autistic", "pupils", "-pupils", '"']


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_highlights_are_sound_whatever_is_asked(library: Searcher, asked: list[str]) -> None:
    page = library.search(ask(" ".join(asked)))
    for result in (*page.results, *page.closest):
        _assert_sound(result.passage)


def test_found_by_meaning_alone_the_nearest_sentence_is_marked_and_no_chance_word(
    tmp_path: Path,
) -> None:
    body = "## Impact\n\nPagers beep at noon. Calm rooms help. The gate was late.\n"
    shown = excerpt_of(tmp_path, body, "gate", reads="calm rooms help", by_words=False)
    assert marked(shown) == ["Calm rooms help."]


def test_everyday_words_are_marked_only_where_nothing_else_was_asked(tmp_path: Path) -> None:
    body = "## Impact\n\nI said that I would get a beeper by the gate.\n"
    assert marked(excerpt_of(tmp_path, body, "where do I get the beeper")) == ["beeper"]
    (tmp_path / "other").mkdir()
    assert "I" in marked(excerpt_of(tmp_path / "other", body, "do I"))
