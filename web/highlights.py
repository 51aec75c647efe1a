"""As much of a passage as there is room for, with its highlights, on pages and in a terminal."""

Highlights = tuple[tuple[int, int], ...]


def excerpt(text: str, highlights: Highlights, *, max_chars: int = 300) -> tuple[str, Highlights]:
    """As much of a passage as a card has room for, around where most of it is highlighted.

    Cut between words, with an ellipsis where something was left out; highlights that fall
    outside are dropped, the others moved along.
    """
    flat = text.replace("\n", " ")
    if len(flat) <= max_chars:
        return flat, highlights
    lit = [start for start, _ in highlights] or [0]
    densest = max(lit, key=lambda start: sum(start <= other < start + max_chars for other in lit))
    first = _start_of_sentence(flat, densest) if densest > max_chars // 2 else 0
    last = flat.rfind(" ", first, first + max_chars) if first + max_chars < len(flat) else len(flat)
    before, after = "… " if first else "", " …" if last < len(flat) else ""
    moved = tuple(
        (start - first + len(before), end - first + len(before))
        for start, end in highlights
        if first <= start and end <= last
    )
    return before + flat[first:last] + after, moved


def _start_of_sentence(text: str, at: int) -> int:
    """Where the sentence of a place begins, or the word some way before it if that is far."""
    start = max(text.rfind(mark, 0, at) + len(mark) for mark in (". ", "? ", "! "))
    if at - start > 120:
        start = text.find(" ", at - 80) + 1
    return start


def marked(text: str, highlights: Highlights) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is highlighted."""
    pieces = []
    at = 0
    for start, end in highlights:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return [(piece, lit) for piece, lit in pieces if piece]
