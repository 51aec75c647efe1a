"""Excerpts keep their highlights in place."""

from hypothesis import given
from hypothesis import strategies as st

from web.highlights import Highlights, excerpt, marked

words = st.lists(st.text("abcé.?! 😀", min_size=1, max_size=12), min_size=1, max_size=120)


def lit(text: str, highlights: Highlights) -> list[str]:
    return [text[start:end] for start, end in highlights]


@given(words=words, chosen=st.sets(st.integers(0, 119)), max_chars=st.integers(20, 400))
def test_an_excerpt_keeps_its_highlights_on_the_same_words(
    words: list[str], chosen: set[int], max_chars: int
) -> None:
    text, places = "", []
    for n, word in enumerate(words):
        if n in chosen:
            places.append((len(text), len(text) + len(word)))
        text += word + " "
    shown, moved = excerpt(text, tuple(places), max_chars=max_chars)
    assert len(shown) <= max(len(text), max_chars) + 4
    kept = lit(shown, moved)
    remaining = iter(lit(text, tuple(places)))
    assert all(piece in remaining for piece in kept)
    assert "".join(piece for piece, _ in marked(shown, moved)) == shown
    assert [piece for piece, is_lit in marked(shown, moved) if is_lit] == kept


def test_a_short_text_is_left_as_it_is() -> None:
    assert excerpt("One line.\nTwo lines.", ((0, 3),)) == ("One line. Two lines.", ((0, 3),))


def test_a_long_text_is_cut_around_its_highlights_between_words() -> None:
    text = "Nothing here. " * 40 + "The gate is here. " + "Nothing more. " * 40
    at = text.index("gate")
    shown, moved = excerpt(text, ((at, at + 4),), max_chars=100)
    assert shown.startswith("… The gate is here.")
    assert shown.endswith(" …")
    assert lit(shown, moved) == ["gate"]
    assert len(shown) <= 104
