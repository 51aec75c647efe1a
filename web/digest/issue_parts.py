"""What an issue of the digest shows, in the order of reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.digest.issue import Choice, Issue, Kind
from kb.mail.message import one_line
from web.addresses import practice_address
from web.highlights import marked

# Mail programs cut what is longer than some 100 KB; eight studies of this keep far below.
_MOST_TITLE, _MOST_WHY, _MOST_PASSAGE = 300, 400, 600
_HEADINGS = {Kind.FITS: "New for you", **{k: k.label for k in (Kind.OUTSIDE, Kind.AGAIN)}}


@dataclass(frozen=True, slots=True)
class Card:
    """What an issue shows of a study; `pieces` are the passage, each with whether it is lit."""

    title: str
    href: str
    illustrative: bool
    school: str | None
    heading: str | None
    pieces: Sequence[tuple[str, bool]]
    why: str

    @property
    def said(self) -> str:
        """The passage as plain text."""
        text = "".join(piece for piece, _ in self.pieces)
        return f"{self.heading}: {text}" if self.heading else text


@dataclass(frozen=True, slots=True)
class Part:
    """Studies under one heading."""

    heading: str
    cards: Sequence[Card]


def parts_of(issue: Issue, base_url: str) -> Iterator[Part]:
    """What is shown of an issue, in the order of reading; links begin with `base_url`."""
    for kind, heading in _HEADINGS.items():
        cards = [_card(each, base_url) for each in issue.choices if each.kind is kind]
        if cards:
            yield Part(heading, cards)


def subject(issue: Issue) -> str:
    """What is in an issue, on one line: its first study, and how many more."""
    first, *others = issue.choices
    head = "Worth another look: " if first.kind is Kind.AGAIN else "New: "
    more = f", and {len(others)} more" if others else ""
    return f"{head}{one_line(first.study.meta.title, 120)}{more}"


def _card(choice: Choice, base_url: str) -> Card:
    meta, passage = choice.study.meta, choice.passage
    return Card(
        title=one_line(meta.title, _MOST_TITLE),
        href=base_url + practice_address(choice.study.slug),
        illustrative=meta.illustrative,
        school=one_line(meta.school.name) if meta.school else None,
        heading=one_line(passage.heading) if passage.heading else None,
        pieces=marked(passage.text[:_MOST_PASSAGE].replace("\n", " "), passage.highlights),
        why=one_line(choice.why, _MOST_WHY),
    )
