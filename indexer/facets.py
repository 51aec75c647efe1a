"""Facets: what people filter by, as one bit for each document and term."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.records import map_array
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


def terms(facet: Facet, vocabularies: Vocabularies) -> list[tuple[TermKey, str]]:
    """Every key of a facet with its label, in the order people see."""
    if facet.kind is not None:
        return [(term.key, term.label) for term in vocabularies[facet.kind]]
    options: Iterable[EvidenceStrength | Cost] = (
        EvidenceStrength if facet.name == "evidence" else Cost
    )
    return [(TermKey(option.value), option.label) for option in options]


class FacetTable:
    """Bits and limits of all documents; document numbers are positions."""

    def __init__(
        self, rows: Mapping[tuple[str, str], int], bits: Mask, limits: NDArray[np.int32]
    ) -> None:
        self._rows = dict(rows)
        self._bits = bits
        self._limits = limits

    def matching(self, facet: Facet, keys: Sequence[str]) -> Mask:
        """Documents that have one of the keys, or all of them where the facet asks so.

        Shape (documents,). With no keys, every document.
        """
        if not keys:
            return np.ones(self._bits.shape[1], dtype=np.bool_)
        chosen = np.stack([self._row(facet, key) for key in keys])
        matched: Mask = (np.logical_and if facet.every else np.logical_or).reduce(chosen)
        return matched

    def within(self, limit: str, most: int) -> Mask:
        """Documents that say how much they take, and take no more. Shape (documents,)."""
        taken: Mask = self._limits[list(LIMITS).index(limit)] <= most
        return taken

    def how_many(self, facet: Facet) -> NDArray[np.int64]:
        """How many keys of a facet each document has. Shape (documents,)."""
        rows = [row for (name, _), row in self._rows.items() if name == facet.name]
        held: NDArray[np.int64] = np.count_nonzero(self._bits[rows], axis=0)
        return held

    def counts(self, facet: Facet, among: Mask) -> dict[TermKey, int]:
        """How many of some documents have each key of a facet; keys of none are left out."""
        rows = {key: row for (name, key), row in self._rows.items() if name == facet.name}
        held = np.count_nonzero(self._bits[list(rows.values())] & among, axis=1)
        return {TermKey(key): int(n) for key, n in zip(rows, held, strict=True) if n}

    def _row(self, facet: Facet, key: str) -> Mask:
        row = self._rows.get((facet.name, key))
        if row is None:
            return np.zeros(self._bits.shape[1], dtype=np.bool_)
        bits: Mask = self._bits[row]
        return bits


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
    np.save(folder / "facet_bits.npy", bits)
    np.save(folder / "facet_limits.npy", limits)
    (folder / "facets.json").write_text(json.dumps(list(holders)))


def open_facets(folder: Path) -> FacetTable:
    """Map the table that `write_facets` wrote."""
    names = json.loads((folder / "facets.json").read_text())
    return FacetTable(
        {(name, key): row for row, (name, key) in enumerate(names)},
        map_array(folder / "facet_bits.npy"),
        map_array(folder / "facet_limits.npy"),
    )


def _with_ancestors(facet: Facet, meta: FrontMatter, vocabularies: Vocabularies) -> set[str]:
    keys = set(facet.keys(meta))
    if facet.kind is None:
        return {str(key) for key in keys}
    vocabulary = vocabularies[facet.kind]
    return {up for key in keys if key in vocabulary for up in vocabulary.ancestry(TermKey(key))}


def _or_not_said(number: int | None) -> int:
    return _NOT_SAID if number is None else number
