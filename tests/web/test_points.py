"""The points of a section: its author's sentences, whole, in order, and not too many."""

import pytest

from kb.markdown import Block, render
from web.points import LONGEST, points_of


def texts(body: str, lines: int = 12) -> list[tuple[str, bool]]:
    blocks = render(f"## What we did\n\n{body}").sections[0].blocks
    return [(point.text, point.is_item) for point in points_of(blocks, lines).shown]


def test_of_a_paragraph_its_beginning_and_of_a_list_every_item() -> None:
    talk = "We met on every Monday. Then we left. We came back. It rained."
    assert texts(f"{talk}\n\n- Say hello. Smile.\n- Wait\n\nIt ended.") == [
        ("We met on every Monday. Then we left. We came back.", False),
        ("Say hello. Smile.", True),
        ("Wait", True),
        ("It ended.", False),
    ]


@pytest.mark.parametrize(("lines", "sentences"), [(6, 3), (5, 2), (4, 2), (3, 1), (2, 1)])
def test_paragraphs_say_as_much_as_lines_allow(lines: int, sentences: int) -> None:
    paragraph = "This sentence takes most of a line, as you see. " * 4
    shown = texts(f"{paragraph}\n\n{paragraph}", lines)
    assert [text.count("This") for text, _ in shown] == [sentences, sentences]


@pytest.mark.parametrize(
    "first",
    [
        "Training. Two hours for all staff, in June.",
        'Staff said "Morning. Good to see you."',
        "We said “Wait. Then go.”",
        "We met (in June. Not in July.)",
        "It cost 3.5 hours a week.",
        "Was it worth all that?",
    ],
)
def test_a_sentence_is_whole(first: str) -> None:
    others = "It was hot on that day in May, as it so often is by the sea, and so it went on."
    assert texts(f"{first} {others}", 1) == [(first, False)]


@pytest.mark.parametrize("text", ["No end and no capital", 'We "never end. As it was torn.'])
def test_a_paragraph_without_a_whole_sentence_is_taken_as_it_is(text: str) -> None:
    assert texts(text) == [(text, False)]


def test_rows_of_tables_and_footnotes_are_no_points() -> None:
    table = "| a | b |\n|--|--|\n| 1 | 2 |"
    assert texts(f"Before it[^1].\n\n{table}\n\n- After it\n\n[^1]: A note.") == [
        ("Before it.", False),
        ("After it", True),
    ]


def test_a_long_point_is_cut_between_words_and_says_so() -> None:
    [(text, _)] = texts("word " * 100)
    assert len(text) <= LONGEST + 2
    assert text.endswith("word …")
    [(torn, _)] = texts("x" * 500)
    assert torn == "x" * LONGEST + " …"


def test_no_second_sentence_is_cut() -> None:
    second = f"Then {'so ' * 100}on."
    assert texts(f"It was a Monday in May. {second}") == [("It was a Monday in May.", False)]


def test_more_points_than_there_is_room_for_are_left_out_and_that_is_said() -> None:
    blocks = [Block(f"Sentence number {n} stands.", is_paragraph=True) for n in range(5)]
    few = points_of(blocks, 3)
    assert [point.text[16] for point in few.shown] == ["0", "1", "2"]
    assert few.has_more
    assert not points_of(blocks, 5).has_more
    assert (few.lines, points_of(blocks, 9).lines) == (3, 5)


def test_a_long_point_takes_several_lines_and_nothing_is_shown_after_a_gap() -> None:
    long = "and more words " * 8
    blocks = [Block(text, is_paragraph=False) for text in ("One.", long, "Two.")]
    assert len(points_of(blocks, 4).shown) == 3
    assert [point.text for point in points_of(blocks, 2).shown] == ["One."]


def test_a_section_without_text_has_no_points() -> None:
    assert points_of((), 3).shown == ()
