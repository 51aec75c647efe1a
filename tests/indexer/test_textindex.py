"""The text index: what is written is what is matched, and parts that disagree are not opened."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.fusion import DEPTH
from indexer.keyword import WordsOf
from indexer.passages import cut_plain
from indexer.ranges import Numbers
from indexer.textindex import BASE, Matches, TextIndex, TextWriter
from indexer.textpart import TextOf
from indexer.vectors import VectorCache
from kb.progress import silent
from kb.steering import Steering
from tests.fakes import WordEncoder
from tests.indexer.builders import a_steering


def a_text(title: str, body: str = "") -> TextOf:
    """A document that is a title and plain text."""
    return TextOf(WordsOf(title, "", "", "", "", body), cut_plain(title, body))


def an_index(
    home: Path,
    texts: Sequence[TextOf],
    steering: Steering | None = None,
    encoder: WordEncoder | None = None,
) -> TextIndex:
    """These documents written below `home` and opened; without steering unless given."""
    folder = home / "text"
    folder.mkdir()
    steering = steering or a_steering(home)
    cache = VectorCache(home / "vectors.sqlite")
    TextWriter(texts, steering, encoder or WordEncoder(), cache, silent).write(folder)
    return TextIndex(folder)


def matched(index: TextIndex, text: str, reads: str | None = None) -> Matches:
    """What a query matches; the model may read it as something else."""
    need = index.understand(text)
    return index.match(need, WordEncoder().encode([reads or need.for_model])[0])


def passages_of(index: TextIndex, number: int) -> Numbers:
    """The numbers of a document's passages."""
    return index.passages_of(np.array([number]))[0]


def allowed(index: TextIndex, text: str) -> list[int]:
    return np.flatnonzero(index.allowed(index.understand(text))).tolist()


# Edges


def test_an_index_of_nothing_matches_nothing(tmp_path: Path) -> None:
    index = an_index(tmp_path, [])
    assert (len(index), index.passage_count) == (0, 0)
    assert allowed(index, '"the gate" -pager') == []
    assert index.understand("pager").respelt is None


def test_a_document_may_be_a_title_alone_or_a_text_alone(tmp_path: Path) -> None:
    index = an_index(tmp_path, [a_text("Pagers"), a_text("", "Pagers weekly.")])
    assert [[p.text for p in index.passages(n)] for n in (0, 1)] == [["Pagers"], ["Pagers weekly."]]
    assert (matched(index, "pagers").words.shares == 1.0).all()


@pytest.mark.parametrize("text", ["", "the of and", "🎒", "zebra"])
def test_what_no_document_holds_has_no_word_score(tmp_path: Path, text: str) -> None:
    matches = matched(an_index(tmp_path, [a_text("Gate", "Tea.")]), text, reads="okapi")
    assert matches.words.scores.tolist() == matches.words.shares.tolist() == [0.0]
    assert np.isfinite(matches.scores).all()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("passage_starts.npy", 2), ("sentence_starts.npy", 2)],
)
def test_parts_that_disagree_are_not_opened(tmp_path: Path, name: str, rows: int) -> None:
    index = an_index(tmp_path, [a_text("Gate", "Tea."), a_text("Pager", "Lunch.")])
    assert len(index) == 2
    path = tmp_path / "text" / BASE / name
    np.save(path, np.load(path)[:rows])
    with pytest.raises(ValueError, match="do not have the same passages"):
        TextIndex(tmp_path / "text")


@pytest.mark.parametrize("name", ["passage_starts.npy", "whole.faiss", "passages.faiss"])
def test_a_part_that_is_missing_is_an_error(tmp_path: Path, name: str) -> None:
    an_index(tmp_path, [a_text("Gate")])
    (tmp_path / "text" / BASE / name).unlink()
    with pytest.raises((OSError, RuntimeError)):
        TextIndex(tmp_path / "text")


# Passages and sentences


def test_passages_stay_with_their_document(tmp_path: Path) -> None:
    long = "\n\n".join(f"{word} " * 150 for word in ("tea", "lunch", "supper"))
    index = an_index(tmp_path, [a_text("Gate"), a_text("Meals", long), a_text("Pager")])
    counts = [len(index.passages(n)) for n in range(3)]
    assert counts == [1, 3, 1]
    shown = [index.passage(passage).text.split()[0] for passage in passages_of(index, 1).tolist()]
    assert shown == ["tea", "lunch", "supper"]
    query = WordEncoder().encode(["supper"])[0]
    assert [len(passages_of(index, n)) for n in range(3)] == counts
    assert index.passage_cosines(query, passages_of(index, 1)).argmax() == 2
    assert index.passage_count == 5
    assert matched(index, "lunch").passage.argmax() == 1


def test_sentences_lie_inside_their_passage(tmp_path: Path) -> None:
    text = "Tea was late again. The pager rang all day! Calm."
    [passage] = an_index(tmp_path, [a_text("Gate", text)]).passages(0)
    assert [passage.text[start:end] for start, end in passage.sentences] == [
        "Tea was late again.",
        "The pager rang all day!",
    ]


def test_the_nearest_sentence_counts_for_its_document(tmp_path: Path) -> None:
    filler = " ".join(f"Filler{n} says nothing much." for n in range(20))
    said = f"{filler} Pagers rang all night. {filler}"
    index = an_index(tmp_path, [a_text("Gate", filler), a_text("Door", said)])
    matches = matched(index, "pagers rang all night")
    assert matches.sentence[1] == pytest.approx(1.0, abs=0.01)
    assert matches.sentence[0] < 0.1
    assert matches.passage[1] < 0.9


def test_each_sentence_has_its_cosine(tmp_path: Path) -> None:
    index = an_index(tmp_path, [a_text("Gate"), a_text("", "Tea was late. The pager rang again.")])
    query = WordEncoder().encode(["pager rang again"])[0]
    cosines = index.sentence_cosines(query, int(passages_of(index, 1)[0]))
    assert cosines == pytest.approx([0.0, 1.0], abs=0.01)


def test_only_the_best_documents_are_read_sentence_by_sentence(tmp_path: Path) -> None:
    # Every document holds the very sentence; the last say so much else that they are far.
    near, far = "The pager rang. Tea was late.", f"The pager rang. {'Tea ' * 100}"
    texts = [*[a_text("", near)] * DEPTH, *[a_text("", far)] * 20]
    matches = matched(an_index(tmp_path, texts), "pager rang")
    assert matches.sentence[:DEPTH] == pytest.approx(1.0, abs=0.01)
    assert (matches.sentence[DEPTH:] == matches.passage[DEPTH:]).all()
    assert matches.passage[DEPTH:].max() < 0.2


# Words


def test_word_scores_are_the_sum_of_what_each_term_adds(tmp_path: Path) -> None:
    index = an_index(
        tmp_path,
        [a_text("Gate", "The pager rang weekly."), a_text("Tea", "Weekly lunch.")],
    )
    need = index.understand("weekly pagers zebra")
    terms = index.term_scores(need, 0)
    assert [term for term, _ in terms] == ["pagers", "weekly"]
    scores = [score for _, score in terms]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(matched(index, "weekly pagers zebra").words.scores[0])
    assert index.term_scores(index.understand("zebra"), 0) == ()


def test_a_synonym_finds_what_is_written_otherwise(tmp_path: Path) -> None:
    index = an_index(
        tmp_path,
        [a_text("One", "The inclusion lead met us."), a_text("Two", "Tea was late.")],
        a_steering(tmp_path, synonyms="SENCO, inclusion lead\n"),
    )
    matches = matched(index, "SENCO")
    assert matches.words.scores[0] > 0 == matches.words.scores[1]
    assert matches.words.shares.tolist() == [1.0, 0.0]


def test_the_words_asked_for_are_found_in_a_passage_and_what_names_them_otherwise(
    tmp_path: Path,
) -> None:
    text = "👩🏽\u200d🏫 The inclusion lead of Year 6"
    index = an_index(
        tmp_path,
        [a_text("One", body=text)],
        a_steering(tmp_path, synonyms="SENCO, inclusion lead\n"),
    )
    [shown] = [p.text for p in index.passages(0) if "Year" in p.text]
    place = [p.text for p in index.passages(0)].index(shown)

    def lit(query: str) -> set[str]:
        [spans] = index.highlights(index.understand(query), passages_of(index, 0)[[place]])
        return {shown[start:end] for start, end in spans}

    assert lit("SENCO Y6") == {"inclusion lead", "Year 6"}
    assert lit("who leads") == {"lead"}
    assert lit("pager") == set()


# Phrases and exclusions

TEXTS = [
    a_text("One", "Pagers rang at the gate."),
    a_text("Two", "The gate rang; pagers did not."),
    a_text("Three", "We met at the\n\ngate of the school."),
    a_text("At the", "gate of nothing"),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ('"at the gate"', [0]),
        ('"AT the, gate!"', [0]),
        ('"gate the at"', []),
        ('"the gate" "pagers did"', [1]),
        ('"the gate" pagers', [0, 1]),
        ('"gate"', [0, 1, 2, 3]),
        ('"gates"', []),
        ('""', [0, 1, 2, 3]),
        ('"!"', [0, 1, 2, 3]),
        ("at the gate", [0, 1, 2, 3]),
        ("-pager", [2, 3]),
        ("-PAGERS", [2, 3]),
        ('-"at the gate"', [1, 2, 3]),
        ('-"the gate"', [2, 3]),
        ("-pager -school", [3]),
        ('"the gate" -met -rang', []),
        ("-zebra", [0, 1, 2, 3]),
        ("pagers - gate", [0, 1, 2, 3]),
        ("-", [0, 1, 2, 3]),
    ],
)
def test_phrases_are_required_and_exclusions_obeyed(
    tmp_path: Path, text: str, numbers: list[int]
) -> None:
    assert allowed(an_index(tmp_path, TEXTS), text) == numbers


# Meaning


def test_a_query_that_is_a_topic_elsewhere_is_told_to_be_one(tmp_path: Path) -> None:
    index = an_index(
        tmp_path,
        [a_text("Gate")],
        a_steering(tmp_path, elsewhere="# a comment\nbitcoin price today\nmould landlord\n"),
    )
    assert matched(index, "bitcoin price today").elsewhere == pytest.approx(1.0)
    assert matched(index, "bitcoin gate").elsewhere == pytest.approx(1 / 6**0.5, abs=0.01)
    assert matched(index, "comment").elsewhere == pytest.approx(0.0)


def test_without_topics_elsewhere_nothing_is_near_one(tmp_path: Path) -> None:
    assert matched(an_index(tmp_path, [a_text("Gate")]), "gate").elsewhere == -1.0


def test_a_document_is_most_like_itself(tmp_path: Path) -> None:
    texts = [a_text("Pager weekly"), a_text("Pager lunch"), a_text("Zebra", "Okapi giraffe.")]
    index = an_index(tmp_path, texts)
    for number in range(3):
        likeness = index.likeness(number)
        assert likeness.argmax() == number
        assert likeness[number] == pytest.approx(1.0)
    assert index.likeness(0)[1] > index.likeness(0)[2]


def test_a_document_with_the_words_and_the_meaning_scores_best(tmp_path: Path) -> None:
    texts = [a_text("Tea", "Lunch."), a_text("Pager", "It rang weekly."), a_text("Weekly", "Tea.")]
    assert matched(an_index(tmp_path, texts), "weekly pager").scores.argmax() == 1


def test_passages_sentences_and_topics_elsewhere_are_all_embedded(tmp_path: Path) -> None:
    encoder = WordEncoder()
    text = "Tea was late again. The pager rang all day."
    an_index(tmp_path, [a_text("Gate", text)], a_steering(tmp_path, elsewhere="bitcoin\n"), encoder)
    assert set(encoder.embedded) == {
        f"Gate. {text}",
        "Tea was late again.",
        "The pager rang all day.",
        "bitcoin",
    }
