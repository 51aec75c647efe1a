"""What a file wants to be the only one to have, and what happens where two want the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from kb.domain import CaseStudyId
from kb.findings import Finding

_K = TypeVar("_K")


class Claim(NamedTuple):
    """What a file wants to be the only one to have: its id, its slug, its aliases.

    Each run makes one of every file, and a frozen dataclass takes three times as long.
    """

    path: str
    slug: str
    id: CaseStudyId | None
    aliases: tuple[str, ...]
    is_sound: bool


def _nobody(_id: CaseStudyId) -> str | None:
    return None


def conflicts(
    claims: Sequence[Claim], owner_of: Callable[[CaseStudyId], str | None] = _nobody
) -> dict[str, list[Finding]]:
    """Faults of files that claim what another file holds: an id, a slug, an alias.

    Args:
        claims: one of each file.
        owner_of: the path that held an id before; it keeps the id, and a copy is refused.
            Without one, the first sound file keeps it, else the first by name. Asked only
            about ids that two files claim.

    Returns:
        The faults by path; paths without any are left out.
    """
    found: dict[str, list[Finding]] = defaultdict(list)

    def refuse(claim: Claim, line: int, message: str) -> None:
        found[claim.path].append(Finding(claim.path, line, message))

    for case_id, group in _repeated((c.id, c) for c in claims if c.id):
        owner = owner_of(case_id)
        keeper = next((c for c in group if c.path == owner), _first_sound(group))
        for claim in _others(group, keeper):
            refuse(
                claim,
                2,
                f"the id {case_id} belongs to {keeper.path}; "
                "give this file one of its own (kb new prints a fresh one)",
            )
    for slug, group in _repeated((c.slug.casefold(), c) for c in claims):
        keeper = _first_sound(group)
        for claim in _others(group, keeper):
            refuse(
                claim, 1, f"has the same address, /practice/{slug}, as {keeper.path}; rename one"
            )
    holders = {claim.slug: claim for claim in claims}
    for claim in claims:
        for alias in claim.aliases:
            other = holders.setdefault(alias, claim)
            if other is not claim:
                what = "the name" if other.slug == alias else "an alias"
                refuse(claim, 2, f"the alias “{alias}” is {what} of {other.path}; take it out")
    return dict(found)


def _first_sound(group: Sequence[Claim]) -> Claim:
    return next((claim for claim in group if claim.is_sound), group[0])


def _others(group: Sequence[Claim], keeper: Claim) -> list[Claim]:
    return [claim for claim in group if claim is not keeper]


def _repeated(pairs: Iterable[tuple[_K, Claim]]) -> list[tuple[_K, list[Claim]]]:
    """The keys that several claims share, in order."""
    groups: dict[_K, list[Claim]] = {}
    for key, claim in pairs:
        groups.setdefault(key, []).append(claim)
    return [(key, group) for key, group in groups.items() if len(group) > 1]
