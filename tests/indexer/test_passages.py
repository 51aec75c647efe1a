"""Cutting a study into passages: every word kept, nothing torn that belongs together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import (
    ANSWER,
    MAX_TOKENS,
    SUMMARY,
    TOKENS_PER_WORD,
    Passage,
    cut,
    cut_plain,
)
from kb.domain import Published
from kb.markdown import render
from tests.indexer.builders import a_published, body_of

LONG = int(MAX_TOKENS / TOKENS_PER_WORD)


def cut_body(body: str) -> list[Passage]:
    """The passages of a study's text, without its summary."""
    return cut(a_published("a-study", body=body).study)[1:]


def words(count: int, start: int = 0) -> str:
    """Different words, none of which ends a sentence."""
    return " ".join(f"w{number}" for number in range(start, start + count))


def test_the_summary_and_each_answer_stand_alone_and_first() -> None:
    study = a_published("a", title="Gates", summary="We did it.", answers=["How?", "Why?"]).study
    assert cut(study)[:3] == [
        Passage(SUMMARY, "We did it.", "Gates. We did it."),
        Passage(ANSWER, "How?", "How?"),
        Passage(ANSWER, "Why?", "Why?"),
    ]


def test_title_and_heading_are_embedded_but_not_shown() -> None:
    [passage] = cut_body(body_of("An adult stood there."))
    assert passage == Passage(
        "What we did", "An adult stood there.", "A study. What we did. An adult stood there."
    )


def test_a_passage_never_spans_two_headings() -> None:
    passages = cut_body("## Context\n\nShort.\n\n## Challenge\n\nAlso short.\n")
    assert [(p.heading, p.text) for p in passages] == [
        ("Context", "Short."),
        ("Challenge", "Also short."),
    ]


def test_a_heading_with_nothing_below_it_makes_no_passage() -> None:
    assert [p.heading for p in cut_body("## Context\n\n## Challenge\n\nLoud.\n")] == ["Challenge"]


def test_short_paragraphs_share_a_passage_until_it_is_full() -> None:
    half = LONG // 2
    body = body_of(f"{words(half)}\n\n{words(half - 1, 1000)}\n\n{words(half, 2000)}")
    assert [p.text for p in cut_body(body)] == [
        f"{words(half)}\n{words(half - 1, 1000)}",
        words(half, 2000),
    ]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence {n} says {words(38)}." for n in range(8)]
    passages = cut_body(body_of(" ".join(sentences)))
    assert len(passages) > 1
    for passage in passages:
        assert passage.text.startswith("Sentence")
        assert passage.text.endswith(".")
        assert len(passage.text.split()) * TOKENS_PER_WORD <= MAX_TOKENS


def test_a_full_stop_within_a_sentence_does_not_end_it() -> None:
    text = f"We met e.g. on Mondays at 8.30 with 3.5 staff, {words(LONG)}."
    assert [p.text for p in cut_body(body_of(text))] == [text]


@pytest.mark.parametrize(
    "body",
    [
        f"- One. {words(LONG)}. Two.\n- Three. {words(LONG)}. Four.",
        f"1. One. {words(LONG)}. Two.\n2. Three. {words(LONG)}. Four.",
        f"| a |\n|---|\n| One. {words(LONG)}. Two. |\n| Three. {words(LONG)}. Four. |",
    ],
    ids=["bullets", "numbers", "table"],
)
def test_a_list_item_or_a_table_row_is_never_torn_however_long(body: str) -> None:
    texts = [p.text for p in cut_body(body_of(body)) if p.text != "a"]
    assert texts == [f"One. {words(LONG)}. Two.", f"Three. {words(LONG)}. Four."]


def test_a_list_item_of_two_paragraphs_is_never_torn() -> None:
    body = body_of(f"- first {words(LONG - 20)}\n\n    second {words(LONG - 20, 1000)}")
    assert len(cut_body(body)) == 1


def test_the_shipped_studies_lose_no_word_and_keep_their_order(shipped: list[Published]) -> None:
    for published in shipped:
        study = published.study
        passages = cut(study)
        told = [p for p in passages if p.heading not in {SUMMARY, ANSWER}]
        expected = [
            word
            for section in render(study.body_md).sections
            for block in section.blocks
            for word in block.text.split()
        ]
        assert [word for p in told for word in p.text.split()] == expected
        assert [p.text for p in passages if p.heading == ANSWER] == list(study.meta.answers)


def test_the_shipped_studies_make_passages_that_the_model_can_read_whole(
    shipped: list[Published],
) -> None:
    for passage in (p for published in shipped for p in cut(published.study)):
        assert passage.text
        assert len(passage.embedded.split()) * TOKENS_PER_WORD < 256


_WORD = st.text("abcdefghijklmnopqrstuvwxyzäß数🎒", min_size=1, max_size=6)
_SENTENCE = st.lists(_WORD, min_size=1, max_size=60).map(
    lambda found: " ".join(found).capitalize() + "."
)
_PARAGRAPH = st.lists(_SENTENCE, min_size=1, max_size=8).map(" ".join)
_LIST = st.lists(_SENTENCE, min_size=1, max_size=5).map(
    lambda items: "\n".join(f"- {item}" for item in items)
)
_TABLE = st.lists(_SENTENCE, min_size=1, max_size=4).map(
    lambda rows: "\n".join(["| head |", "|---|", *(f"| {row} |" for row in rows)])
)
_SECTION = st.lists(_PARAGRAPH | _LIST | _TABLE, max_size=5)


@given(st.lists(_SECTION, min_size=1, max_size=3))
def test_no_word_of_any_text_is_lost_or_moved(sections: list[list[str]]) -> None:
    headings = ["Context", "Challenge", "What we did"]
    body = "\n\n".join(
        "\n\n".join([f"## {heading}", *blocks])
        for heading, blocks in zip(headings, sections, strict=False)
    )
    passages = cut_body(body)
    for heading, blocks in zip(headings, sections, strict=False):
        told = " ".join(p.text for p in passages if p.heading == heading)
        assert (
            told.split() == re.sub(r"\|---\||[|]|^- ", " ", "\n".join(blocks), flags=re.M).split()
        )


@given(st.text(max_size=400))
def test_any_text_at_all_is_cut(text: str) -> None:
    assert all(p.text.strip() for p in cut_body(body_of(text)))


# Sentences of a passage


def sentences(text: str) -> list[str]:
    """The sentences of a passage of this text."""
    return [text[start:end] for start, end in Passage("Context", text, text).sentences]


@pytest.mark.parametrize(
    "text", ["", "Yes.", "Two words", "No. Yes. Why?", "One\nTwo\nThree", "🎒"]
)
def test_where_no_sentence_has_three_words_the_whole_text_is_one(text: str) -> None:
    assert sentences(text) == [text]


def test_every_sentence_list_item_and_table_row_stands_alone() -> None:
    assert sentences("We met daily. It was “calm”! Was it?\nAn adult stood there\n a | b | c ") == [
        "We met daily.",
        "It was “calm”!",
        "An adult stood there",
        "a | b | c ",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We met at 8.30 with e.g. two staff.",
        "It was called Stop. and it did work",
        "Go on...now then",
    ],
)
def test_a_point_inside_a_sentence_does_not_part_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize("start", ["“", "‘", '"', "'", "("])
def test_a_quotation_begins_a_sentence_too(start: str) -> None:
    told = ["They said so.", f"{start}We met daily."]
    assert sentences(" ".join(told)) == told


@given(st.text("aB .!?\n“(é🎒", max_size=60))
def test_sentences_lie_in_their_text_in_order_and_hold_every_longer_one(text: str) -> None:
    spans = Passage("Context", text, text).sentences
    assert spans
    ends = [0, *(end for _, end in spans)]
    for before, (start, end) in zip(ends, spans, strict=False):
        assert before <= start <= end <= len(text)
    if spans != [(0, len(text))]:
        told = [text[start:end] for start, end in spans]
        assert all(len(part.split()) >= 3 and "\n" not in part for part in told)


# Plain text


@pytest.mark.parametrize("text", ["", " ", "\n\n \n"])
def test_plain_text_of_nothing_is_its_title(text: str) -> None:
    assert cut_plain("Gates", text) == [Passage("", "Gates", "Gates")]
    assert cut_plain("", text) == [Passage("", "", "")]


def test_plain_text_is_embedded_with_its_title_if_it_has_one() -> None:
    assert cut_plain("Gates", " An adult. ") == [Passage("", "An adult.", "Gates. An adult.")]
    assert cut_plain("", "An adult.") == [Passage("", "An adult.", "An adult.")]


def test_paragraphs_of_plain_text_share_a_passage_until_it_is_full() -> None:
    half = words(LONG // 2)
    found = cut_plain("Gates", f"{half}\n \n{words(LONG // 2 - 1, 1000)}\n\n\n{half}")
    assert [passage.text for passage in found] == [
        f"{half}\n{words(LONG // 2 - 1, 1000)}",
        half,
    ]


def test_a_long_paragraph_of_plain_text_is_cut_between_sentences() -> None:
    told = [f"Sentence {n} says {words(38)}." for n in range(8)]
    found = cut_plain("Gates", " ".join(told))
    assert len(found) > 1
    assert "\n".join(passage.text for passage in found).split("\n") == told


@given(st.text("aB. \n\r\té🎒", max_size=200), st.sampled_from(["", "Gates"]))
def test_no_word_of_plain_text_is_lost(text: str, title: str) -> None:
    found = cut_plain(title, text)
    expected = text.split() or title.split()
    assert [word for passage in found for word in passage.text.split()] == expected
