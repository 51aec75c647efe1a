"""Lines: what is found in a text lies where it is said to lie, and in one line."""

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import stems, words
from indexer.lexicon import MARK, Lexicon
from indexer.lines import LineReader
from kb.synonyms import Synonyms

LEXICON = Lexicon(Synonyms((("teaching assistant", "TA"), ("free school meals", "FSM")), ()))

_TEXT = st.text(max_size=80) | st.lists(
    st.sampled_from(
        [
            *("teaching", "assistants", "TAs", "free school", "meals", "Year", "6", "Café’s"),
            *("well-being", "🎒", "IT", "the", " ", " ", " ", "\n", "\r\n", "\u2028", "\x1c"),
        ]
    ),
    max_size=20,
).map("".join)


def terms(text: str) -> list[tuple[str, str]]:
    """Each term of a text, and what it spans."""
    return [(term, text[start:end]) for term, start, end in LineReader(LEXICON).terms(text)]


def test_a_text_of_nothing_has_no_lines() -> None:
    assert list(LineReader(LEXICON).lines("")) == []
    assert terms("\n\r\n\u2028") == []


def test_a_line_has_stems_concepts_hyphenated_words_and_plain_words() -> None:
    text = "The TAs'\r\nwell-being in Year 6"
    reader = LineReader(LEXICON)
    (first, before), (start, line) = reader.lines(text)
    assert (first, start) == (0, 10)
    assert before.plain == ("the", "tas")
    assert line.joined == tuple(stems("wellbeing"))
    assert line.plain == ("well", "being", "in", "year", "6")
    assert ("=y6", "Year 6") in terms(text)
    assert ("=0", "TAs") in terms(text)


def test_no_concept_spans_two_lines() -> None:
    assert ("=0", "teaching assistant") in terms("A teaching assistant")
    assert ("=y6", "Year 6") in terms("Year 6")
    for border in ("\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"):
        parted = [*terms(f"A teaching{border}assistant"), *terms(f"Year{border}6")]
        assert not any(term.startswith(MARK) for term, _ in parted), repr(border)


@given(_TEXT)
@example("Café’s\r\nTAs")
def test_every_term_is_where_it_is_said_to_be(text: str) -> None:
    for term, spanned in terms(text):
        assert spanned
        assert len(spanned.splitlines()) == 1
        if term.startswith(MARK):
            assert (term, spanned) in [(t, s) for t, s in terms(spanned) if s == spanned]
        else:
            [word] = words(spanned)
            assert (word.raw, bool(term)) == (spanned, True)


@given(_TEXT)
def test_lines_hold_all_of_the_words_in_order(text: str) -> None:
    found = list(LineReader(LEXICON).lines(text))
    lines = text.splitlines(keepends=True)
    assert [start for start, _ in found] == [len("".join(lines[:n])) for n in range(len(lines))]
    plain = [word for _, line in found for word in line.plain]
    assert plain == [word.plain for line in lines for word in words(line)]


@given(_TEXT, _TEXT)
def test_a_line_read_before_is_read_the_same(one: str, other: str) -> None:
    reader = LineReader(LEXICON)
    before = list(reader.terms(one))
    list(reader.terms(other))
    assert list(reader.terms(one)) == before == list(LineReader(LEXICON).terms(one))
