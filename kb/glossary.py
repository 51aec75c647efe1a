"""Plain explanations of the field's terms and short forms, for parents and new teachers."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kb.errors import VocabularyInvalid
from kb.vocabulary import load_toml


@dataclass(frozen=True, slots=True)
class Explanation:
    """A term as people write it, and what it means in a sentence or two."""

    term: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text uses a term: code points from `start` to `end`."""

    start: int
    end: int
    explanation: Explanation


class Glossary:
    """Explanations by any form of their term."""

    def __init__(self, forms: Mapping[str, Explanation], source: bytes) -> None:
        self._forms = dict(forms)
        self._by_form = {form.casefold(): found for form, found in forms.items()}
        self._source = source
        self.fingerprint = hashlib.sha256(source).hexdigest()

    def explain(self, text: str) -> Explanation | None:
        """What the text means, if the whole of it is a term or another form of one, in any case."""
        return self._by_form.get(" ".join(text.casefold().split()))

    def mentions(self, text: str) -> Iterator[Mention]:
        """The terms that a running text uses, in order; the longest where several begin.

        Short forms count only in their own capitals, so that "pep" or "ap" is none. A small s of
        the plural may follow, and white space may be of any kind and length.
        """
        for match in self._mention.finditer(text):
            found = self.explain(match[0]) or self.explain(match[0].removesuffix("s"))
            if found:
                yield Mention(match.start(), match.end(), found)

    @cached_property
    def _mention(self) -> re.Pattern[str]:
        said = [form for form, found in self._forms.items() if _is_plain(form, found)]
        longest_first = sorted(said, key=lambda form: -len(form))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, longest_first)) or '(?!)'})(?!\w)")

    @classmethod
    def load(cls, path: Path) -> "Glossary":
        """Read `terms.toml`; without the file, nothing is explained.

        Raises:
            VocabularyInvalid: not TOML, or a term without its explanation.
        """
        source = path.read_bytes() if path.exists() else b""
        forms = {}
        for key, entry in load_toml(path, source).items():
            match entry:
                case {"term": str(term), "explanation": str(explanation), **rest}:
                    found = Explanation(term, explanation)
                case _:
                    raise VocabularyInvalid(f"{path}: “{key}” needs a term and an explanation.")
            also = rest.get("also", [])
            if not isinstance(also, list):
                raise VocabularyInvalid(f"{path}: “{key}”: also must be a list of other forms.")
            for form in (term, *also):
                forms[str(form)] = found
        return cls(forms, source)

    def save(self, path: Path) -> None:
        """Write the file again as it was read, for `load`."""
        path.write_bytes(self._source)


def _is_plain(form: str, explanation: Explanation) -> bool:
    """Say whether a form means its term in running text too.

    What people type by itself may mean something else in a sentence: a report card, extra time.
    """
    words = form.split()
    names = explanation.term.casefold().replace(")", "").split(" (")
    return form.casefold() in names or len(words) >= 3 or any(map(_is_short, words))


def _pattern(form: str) -> str:
    """Matches a form in running text, and its plural."""
    words = (re.escape(w) if _is_short(w) else f"(?i:{re.escape(w)})" for w in form.split())
    plural = "s?" if form[-1:].isalpha() and not form.endswith("s") else ""
    return r"\s+".join(words) + plural


def _is_short(word: str) -> bool:
    """Say whether a word's capitals matter: SENCO, SpLD, KS2, the T of T levels."""
    return word[:1].isupper() and (
        len(word) == 1 or any(c.isupper() or c.isdigit() for c in word[1:])
    )
