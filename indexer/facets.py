"""Facets: what people filter by, as a bitmap of documents for each term."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.domain import Cost, EvidenceStrength, FrontMatter, TermKey
from kb.vocabulary import Vocabularies

Mask = NDArray[np.bool_]
Keys = Iterable[str]


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing to filter by.

    Attributes:
        name: the parameter in addresses and the API, and the option on the command line.
        label: what people read.
        keys: the terms of a study; a term brings in those it rolls up into.
        kind: the vocabulary of the terms; None where they are an enum of the code.
        every: whether choosing two terms means both (focus), not either.
    """

    name: str
    label: str
    keys: Callable[[FrontMatter], Keys]
    kind: str | None = None
    every: bool = False


def _places(meta: FrontMatter) -> Keys:
    return [key for key in (meta.region, meta.subregion) if key]


FACETS = (
    Facet("value", "Value", lambda m: m.values, "value"),
    Facet("focus", "Focus", lambda m: m.focus, "focus", every=True),
    Facet("need", "SEND need", lambda m: m.needs, "need"),
    Facet("condition", "Condition", lambda m: m.conditions, "condition"),
    Facet("disadvantage", "Kind of disadvantage", lambda m: m.disadvantage, "disadvantage"),
    Facet("group", "Group", lambda m: m.groups, "group"),
    Facet("provision", "Provision", lambda m: m.provision, "provision"),
    Facet("phase", "Phase", lambda m: m.phases, "phase"),
    Facet("setting", "Setting", lambda m: m.settings, "setting"),
    Facet("subject", "Subject", lambda m: m.subjects, "subject"),
    Facet("region", "Region", _places, "region"),
    Facet("theme", "Theme", lambda m: m.themes, "theme"),
    Facet("evidence", "Evidence", lambda m: [m.evidence.strength] if m.evidence else []),
    Facet("cost", "Cost", lambda m: [m.effort.cost] if m.effort and m.effort.cost else []),
    Facet(
        "delivered_by",
        "Delivered by",
        lambda m: m.effort.delivered_by if m.effort else [],
        "delivered-by",
    ),
)
BY_NAME = {facet.name: facet for facet in FACETS}
# Whole numbers that a study must not exceed; one that does not say is left out.
LIMITS: dict[str, Callable[[FrontMatter], int | None]] = {
    "staff_max": lambda m: m.effort.staff if m.effort else None,
    "minutes_max": lambda m: m.effort.minutes_per_week if m.effort else None,
}
_NOT_SAID = np.iinfo(np.int32).max
_BITS = "facet_bits.npy"
_LIMITS = "facet_limits.npy"
_ROWS = "facets.json"


def terms(facet: Facet, vocabularies: Vocabularies) -> list[tuple[TermKey, str]]:
    """Every key of a facet with its label, in the order people see."""
    if facet.kind is not None:
        return [(term.key, term.label) for term in vocabularies[facet.kind]]
    options: Iterable[EvidenceStrength | Cost] = (
        EvidenceStrength if facet.name == "evidence" else Cost
    )
    return [(TermKey(option.value), option.label) for option in options]


class FacetTable:
    """Bits and limits of all documents; document numbers are positions.

    Terms are rows; 64 documents are one number, so that a count is a few instructions.
    """

    def __init__(
        self, rows: Sequence[tuple[str, str]], bits: Mask, limits: NDArray[np.int32]
    ) -> None:
        """Take the table.

        Args:
            rows: facet and key of each row.
            bits: shape (rows, documents).
            limits: shape (limits, documents).
        """
        self._documents = bits.shape[1]
        self._packed = _packed(bits)
        self._limits = limits
        self._rows: dict[str, dict[str, int]] = {facet.name: {} for facet in FACETS}
        for row, (name, key) in enumerate(rows):
            self._rows[name][key] = row

    def matching(self, facet: Facet, keys: Sequence[str]) -> Mask:
        """Documents that have one of the keys, or all of them where the facet asks so.

        Shape (documents,). With no keys, every document.
        """
        if not keys:
            return np.ones(self._documents, dtype=np.bool_)
        chosen = np.stack([self._row(facet, key) for key in keys])
        matched: Mask = (np.logical_and if facet.every else np.logical_or).reduce(chosen)
        return matched

    def within(self, limit: str, most: int) -> Mask:
        """Documents that say how much they take, and take no more. Shape (documents,)."""
        taken: Mask = self._limits[list(LIMITS).index(limit)] <= most
        return taken

    def how_many(self, facet: Facet) -> NDArray[np.int64]:
        """How many keys of a facet each document has. Shape (documents,)."""
        held = np.zeros(self._documents, dtype=np.int64)
        for key in self._rows[facet.name]:
            held += self._row(facet, key)
        return held

    def counts(self, among: Mask) -> NDArray[np.int64]:
        """How many of some documents have each term; shape (rows,)."""
        counted: NDArray[np.int64] = np.bitwise_count(self._packed & _packed(among)).sum(
            axis=1, dtype=np.int64
        )
        return counted

    def rows(self, facet: Facet) -> Mapping[str, int]:
        """The row of each key of a facet that any document has."""
        return self._rows[facet.name]

    def _row(self, facet: Facet, key: str) -> Mask:
        row = self._rows[facet.name].get(key)
        if row is None:
            return np.zeros(self._documents, dtype=np.bool_)
        bits = np.unpackbits(self._packed[row].view(np.uint8), count=self._documents)
        return bits.view(np.bool_)


def _packed(bits: Mask) -> NDArray[np.uint64]:
    """Bits along the last axis, 64 to a number; the last one filled up with zeros."""
    packed = np.packbits(bits, axis=-1)
    spare = [(0, 0)] * (bits.ndim - 1) + [(0, -packed.shape[-1] % 8)]
    return np.ascontiguousarray(np.pad(packed, spare)).view(np.uint64)


def write_facets(folder: Path, metas: Sequence[FrontMatter], vocabularies: Vocabularies) -> None:
    """Write the table of these documents, in their order."""
    holders: dict[tuple[str, str], list[int]] = {}
    for number, meta in enumerate(metas):
        for facet in FACETS:
            for key in _with_ancestors(facet, meta, vocabularies):
                holders.setdefault((facet.name, key), []).append(number)
    bits = np.zeros((len(holders), len(metas)), dtype=np.bool_)
    for row, numbers in enumerate(holders.values()):
        bits[row, numbers] = True
    limits = np.array(
        [[_or_not_said(read(meta)) for meta in metas] for read in LIMITS.values()], dtype=np.int32
    )
    np.save(folder / _BITS, bits)
    np.save(folder / _LIMITS, limits)
    (folder / _ROWS).write_text(json.dumps(list(holders)))


def open_facets(*folders: Path) -> FacetTable:
    """Open the tables that `write_facets` wrote; documents are numbered on through the folders."""
    names = [[tuple(row) for row in json.loads((f / _ROWS).read_text())] for f in folders]
    rows = list(dict.fromkeys(row for of_folder in names for row in of_folder))
    places = {row: place for place, row in enumerate(rows)}
    bits = []
    for folder, of_folder in zip(folders, names, strict=True):
        held = np.load(folder / _BITS)
        wide = np.zeros((len(rows), held.shape[1]), dtype=np.bool_)
        wide[[places[row] for row in of_folder]] = held
        bits.append(wide)
    limits = [np.load(folder / _LIMITS) for folder in folders]
    return FacetTable(rows, np.concatenate(bits, axis=1), np.concatenate(limits, axis=1))


def _with_ancestors(facet: Facet, meta: FrontMatter, vocabularies: Vocabularies) -> set[str]:
    keys = set(facet.keys(meta))
    if facet.kind is None:
        return {str(key) for key in keys}
    vocabulary = vocabularies[facet.kind]
    return {up for key in keys if key in vocabulary for up in vocabulary.ancestry(TermKey(key))}


def _or_not_said(number: int | None) -> int:
    return _NOT_SAID if number is None else number
