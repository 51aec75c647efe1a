"""Plain explanations of the field's terms and short forms, for parents and new teachers."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kb.errors import VocabularyInvalid
from kb.vocabulary import load_toml


@dataclass(frozen=True, slots=True)
class Explanation:
    """A term as people write it, and what it means in a sentence or two."""

    term: str
    explanation: str


class Glossary:
    """Explanations by any form of their term; case does not matter."""

    def __init__(self, by_form: dict[str, Explanation], source: bytes) -> None:
        self._by_form = by_form
        self._source = source
        self.fingerprint = hashlib.sha256(source).hexdigest()

    def explain(self, text: str) -> Explanation | None:
        """What the text means, if the whole of it is a term or another form of one."""
        return self._by_form.get(" ".join(text.casefold().split()))

    @classmethod
    def load(cls, path: Path) -> "Glossary":
        """Read `terms.toml`; without the file, nothing is explained.

        Raises:
            VocabularyInvalid: not TOML, or a term without its explanation.
        """
        source = path.read_bytes() if path.exists() else b""
        by_form = {}
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
                by_form[str(form).casefold()] = found
        return cls(by_form, source)

    def save(self, path: Path) -> None:
        """Write the file again as it was read, for `load`."""
        path.write_bytes(self._source)
