"""The front matter of a made-up study: facets as skewed as those of real ones, and consistent."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from kb.domain import Cost, EvidenceStrength, FrontMatter, School
from kb.vocabulary import Vocabularies, Vocabulary
from web.bench.names import a_name

# How often a study is about what its source is about; otherwise about what comes first in the
# vocabulary, then the next, less and less (Zipf's law).
_LIKE_SOURCE = 0.75
_FIRST_DAY = date(2019, 9, 1)
_DAYS = 6 * 365
# So late that no keeper archives a corpus, one by one, while it is measured.
_REVIEW_BY = date(2099, 9, 1)
# The shipped studies: 34, 29, 7 and 2 of 72 (2026-11-23).
_STRENGTHS = (0.47, 0.40, 0.10, 0.03)
_COSTS = (0.45, 0.30, 0.15, 0.07, 0.03)
_ROLES = ("SENCO", "Deputy head", "Class teacher", "Head of year", "Pastoral lead", "Headteacher")
_KINDS_OF_SCHOOL = ("Primary School", "Academy", "High School", "Church of England School")

Value = str | int | float | bool | date | Sequence[str] | Mapping[str, object] | None


def front_matter(
    like: FrontMatter, vocabularies: Vocabularies, chance: random.Random
) -> dict[str, Value]:
    """All fields of a study on the same kind of thing but id, title, summary and answers.

    Args:
        like: the front matter of the source.
        vocabularies: say which keys there are.
        chance: decides the rest.
    """
    first = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    focus = _terms(vocabularies["focus"], like.focus, chance)
    send, disadvantage = "send" in focus, "disadvantage" in focus

    def some(kind: str, own: Sequence[str], share: float = 1.0) -> list[str]:
        return _terms(vocabularies[kind], own, chance) if chance.random() < share else []

    region, subregion = _place(vocabularies["region"], like, chance)
    return {
        "values": some("value", like.values) or [_common(vocabularies["value"], chance)],
        "focus": focus,
        "needs": some("need", like.needs) if send else [],
        "conditions": some("condition", like.conditions, 0.7) if send else [],
        "provision": some("provision", like.provision),
        "disadvantage": some("disadvantage", like.disadvantage) if disadvantage else [],
        "groups": some("group", like.groups, 0.5),
        "phases": some("phase", like.phases) or [_common(vocabularies["phase"], chance)],
        "key_stages": some("key-stage", like.key_stages),
        "subjects": some("subject", like.subjects),
        "settings": some("setting", like.settings) or [_common(vocabularies["setting"], chance)],
        "themes": some("theme", like.themes),
        "region": region,
        "subregion": subregion,
        "la": a_name(chance),
        "hub": _common(vocabularies["hub"], chance),
        "school": _school(vocabularies, like.school, chance),
        "evidence": {
            "strength": chance.choices(list(EvidenceStrength), _STRENGTHS)[0].value,
            "eef_strand": _maybe(_common(vocabularies["eef-strand"], chance), 0.7, chance),
        },
        "effort": _effort(vocabularies, chance),
        "authors": [chance.choice(_ROLES)],
        "contact": "hub",
        "policies": some("policy", like.policies),
        "first_published": first,
        "updated": first + timedelta(days=chance.randrange(200)),
        "review_by": _REVIEW_BY,
        "status": "published",
        "illustrative": True,
    }


def as_yaml(fields: Mapping[str, Value]) -> str:
    """One field a line; a field without a value is left out."""
    told = ((name, value) for name, value in fields.items() if value not in (None, [], {}))
    return "\n".join(f"{name}: {_written(value)}" for name, value in told)


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    # JSON is YAML in one line.
    return json.dumps(value, ensure_ascii=False)


def _terms(vocabulary: Vocabulary, own: Sequence[str], chance: random.Random) -> list[str]:
    """As many terms as the source has, each its own or one that is common."""
    taken = [key if chance.random() < _LIKE_SOURCE else _common(vocabulary, chance) for key in own]
    return list(dict.fromkeys(taken))


def _common(vocabulary: Vocabulary, chance: random.Random) -> str:
    keys, weights = _ranked(vocabulary)
    return chance.choices(keys, cum_weights=weights)[0]


@lru_cache(maxsize=64)
def _ranked(vocabulary: Vocabulary) -> tuple[list[str], list[float]]:
    """The keys, and the sum of 1/rank up to each."""
    keys = [str(term.key) for term in vocabulary]
    weights: list[float] = []
    for rank in range(1, len(keys) + 1):
        weights.append((weights[-1] if weights else 0.0) + 1 / rank)
    return keys, weights


def _place(regions: Vocabulary, like: FrontMatter, chance: random.Random) -> tuple[str, str | None]:
    whole = [str(term.key) for term in regions if term.parent is None]
    region = like.region if like.region and chance.random() < _LIKE_SOURCE else chance.choice(whole)
    parts = [str(term.key) for term in regions if term.parent == region]
    return region, chance.choice(parts) if parts and chance.random() < 0.6 else None


def _school(
    vocabularies: Vocabularies, like: School | None, chance: random.Random
) -> dict[str, object] | None:
    if like is None or chance.random() < 0.1:
        return None
    year = chance.randint(2018, 2024)
    return _said(
        {
            "name": f"{a_name(chance)} {chance.choice(_KINDS_OF_SCHOOL)}",
            "type": _common(vocabularies["school-type"], chance),
            "academic_year": f"{year}/{(year + 1) % 100}",
            "pupils": int(chance.lognormvariate(6.0, 0.6)) + 20,
            "fsm6_percent": _percent(chance, 26),
            "sen_support_percent": _percent(chance, 14),
            "ehcp_percent": _maybe(_percent(chance, 4), 0.7, chance),
            "eal_percent": _maybe(_percent(chance, 18), 0.8, chance),
        }
    )


def _effort(vocabularies: Vocabularies, chance: random.Random) -> dict[str, object]:
    return _said(
        {
            "cost": chance.choices(list(Cost), _COSTS)[0].value,
            "staff": _maybe(chance.randint(1, 12), 0.9, chance),
            "delivered_by": [_common(vocabularies["delivered-by"], chance)],
            "group_size": _maybe(chance.randint(1, 30), 0.5, chance),
            "minutes_per_week": _maybe(chance.randint(1, 30) * 10, 0.8, chance),
            "training_hours": _maybe(chance.randint(1, 20), 0.6, chance),
            "weeks_to_change": _maybe(chance.randint(2, 40), 0.6, chance),
        }
    )


def _percent(chance: random.Random, mean: float) -> float:
    return round(min(95.0, chance.gammavariate(2.0, mean / 2)), 1)


def _maybe(value: object, share: float, chance: random.Random) -> object:
    return value if chance.random() < share else None


def _said(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
