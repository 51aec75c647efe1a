"""A hint: what an author may want to look at before others read; never a fault."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class HintKind(StrEnum):
    """What a hint is about."""

    PUPIL = "pupil"
    LESSONS_THIN = "lessons-thin"
    LESSONS_ROSY = "lessons-rosy"
    EVIDENCE = "evidence"
    READING_AGE = "reading-age"
    LONG_SENTENCE = "long-sentence"
    LINK = "link"
    LENGTH = "length"
    VAGUE = "vague"
    SHORT_FORM = "short-form"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    HintKind.PUPIL: "May point to a pupil",
    HintKind.LESSONS_THIN: "What we learned is short",
    HintKind.LESSONS_ROSY: "Nothing that did not work",
    HintKind.EVIDENCE: "Evidence label",
    HintKind.READING_AGE: "Hard to read",
    HintKind.LONG_SENTENCE: "Long sentence",
    HintKind.LINK: "Link that leads nowhere",
    HintKind.LENGTH: "Length of a section",
    HintKind.VAGUE: "Says little",
    HintKind.SHORT_FORM: "Short form",
}


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to decide on: mend it, or say that it is no problem.

    Attributes:
        message: what it is about and how to mend it, in a sentence or two.
        heading: the heading it stands under; None in title, summary and answers.
        line: counted from the first line of the file; None where a form has no such line.
        quote: the words it is about, as they stand in the plain text.
        is_blocking: somebody should decide on it before the study is submitted.
        field: the field of the front matter that it stands in, or `body_md`.
    """

    kind: HintKind
    message: str
    heading: str | None
    line: int | None
    quote: str
    is_blocking: bool = False
    field: str = "body_md"

    @property
    def key(self) -> str:
        """The same for the same words, wherever they move: what “not a problem” is kept under.

        A hash, so that what might point to a pupil is not kept a second time.
        """
        words = " ".join(self.quote.casefold().split())
        return f"{self.kind}-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
