"""The vocabularies: closed lists of terms that an organisation edits as TOML files."""

import difflib
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from kb.domain import TermKey
from kb.errors import ContentMissing, UnknownTerm, VocabularyInvalid

KINDS = (
    "value",
    "focus",
    "need",
    "condition",
    "provision",
    "disadvantage",
    "group",
    "phase",
    "key-stage",
    "subject",
    "setting",
    "theme",
    "region",
    "hub",
    "school-type",
    "delivered-by",
    "eef-strand",
    "policy",
)


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary: what is stored, and what people read."""

    key: TermKey
    label: str
    description: str
    parent: TermKey | None = None
    # Of a policy: the day of its last change, after which studies that carry it are due.
    changed: date | None = None


class Vocabulary:
    """The terms of one kind, in the order of their file; `parts` roll up into others."""

    def __init__(self, kind: str, terms: Mapping[TermKey, Term]) -> None:
        self.kind = kind
        self._terms = dict(terms)
        self.parts = frozenset(key for key, term in terms.items() if term.parent is not None)

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __contains__(self, key: object) -> bool:
        return key in self._terms

    def __getitem__(self, key: TermKey) -> Term:
        return self._terms[key]

    def label(self, key: str) -> str:
        """What people read for a key; the key itself if the vocabulary has dropped it."""
        term = self._terms.get(TermKey(key))
        return term.label if term else key

    def read(self, raw: str) -> TermKey:
        """The key that an author meant.

        Raises:
            UnknownTerm: not in the vocabulary; carries up to three nearest keys.
        """
        key = TermKey(raw)
        if key in self._terms:
            return key
        raise UnknownTerm(self.kind, raw, self._nearest(raw))

    def ancestry(self, key: TermKey) -> tuple[TermKey, ...]:
        """The key and every term that it rolls up into, nearest first."""
        line = [key]
        while (parent := self._terms[line[-1]].parent) is not None:
            line.append(parent)
        return tuple(line)

    def _nearest(self, raw: str) -> list[TermKey]:
        spellings = {key.casefold(): key for key in self._terms}
        spellings |= {term.label.casefold(): term.key for term in self}
        close = difflib.get_close_matches(raw.casefold(), spellings, n=5, cutoff=0.5)
        return list(dict.fromkeys(spellings[name] for name in close))[:3]


class Vocabularies:
    """Every vocabulary, and a fingerprint that changes when any of them does."""

    def __init__(self, by_kind: Mapping[str, Vocabulary], sources: Mapping[str, bytes]) -> None:
        self._by_kind = dict(by_kind)
        self._sources = dict(sources)
        self.fingerprint = hashlib.sha256(b"\0".join(sources[kind] for kind in KINDS)).hexdigest()

    def __getitem__(self, kind: str) -> Vocabulary:
        return self._by_kind[kind]

    @classmethod
    def load(cls, folder: Path) -> "Vocabularies":
        """Read every `<kind>.toml` of the folder.

        Raises:
            ContentMissing: the folder or one of its files is not there.
            VocabularyInvalid: a file is not TOML, or a term has no label, or an unknown parent.
        """
        sources: dict[str, bytes] = {}
        by_kind = {}
        for kind in KINDS:
            path = folder / f"{kind}.toml"
            try:
                sources[kind] = path.read_bytes()
            except OSError as error:
                raise ContentMissing(
                    f"{path} cannot be read ({error.strerror}). Restore it, or point KB_CONTENT "
                    "at a folder that holds vocabulary/ and case-studies/."
                ) from error
            by_kind[kind] = _vocabulary(kind, path, sources[kind])
        return cls(by_kind, sources)

    def save(self, folder: Path) -> None:
        """Write the files again as they were read, for `load`."""
        folder.mkdir()
        for kind, source in self._sources.items():
            (folder / f"{kind}.toml").write_bytes(source)


def load_toml(path: Path, source: bytes) -> Mapping[str, object]:
    """Parse a TOML file of content; raises VocabularyInvalid with the file's name."""
    try:
        return _parsed(source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VocabularyInvalid(f"{path}: {error}") from error


# Every index that is opened after an edit reads the same twenty files again.
@lru_cache(maxsize=64)
def _parsed(source: bytes) -> Mapping[str, object]:
    return tomllib.loads(source.decode("utf-8-sig"))


def _vocabulary(kind: str, path: Path, source: bytes) -> Vocabulary:
    terms: dict[TermKey, Term] = {}
    for key, entry in load_toml(path, source).items():
        terms[TermKey(key)] = _term(path, key, entry)
    for term in terms.values():
        _check_ancestry(path, terms, term)
    return Vocabulary(kind, terms)


def _term(path: Path, key: str, entry: object) -> Term:
    if not isinstance(entry, dict):
        raise VocabularyInvalid(f"{path}: “{key}” must be a table: [{key}] with a label below it.")
    texts = {name: entry.get(name) for name in ("label", "description")}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise VocabularyInvalid(f'{path}: “{key}” has no {name}. Add: {name} = "…"')
    parent = entry.get("parent")
    changed = entry.get("changed")
    # A time is a date too, in Python.
    if changed is not None and type(changed) is not date:
        raise VocabularyInvalid(f"{path}: “{key}”: write changed = 2026-09-01, without quotes.")
    return Term(
        TermKey(key),
        str(texts["label"]),
        str(texts["description"]),
        TermKey(str(parent)) if parent is not None else None,
        changed,
    )


def _check_ancestry(path: Path, terms: Mapping[TermKey, Term], term: Term) -> None:
    seen = {term.key}
    parent = term.parent
    while parent is not None:
        if parent not in terms:
            raise VocabularyInvalid(f"{path}: the parent “{parent}” of “{term.key}” is not there.")
        if parent in seen:
            raise VocabularyInvalid(f"{path}: “{term.key}” is its own ancestor.")
        seen.add(parent)
        parent = terms[parent].parent
