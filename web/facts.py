"""What a study says of itself in short: its school, its subject, what it takes, whom to ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.domain import Effort, FrontMatter, School
from kb.vocabulary import Term, Vocabularies
from web.addresses import search_address
from web.cards import Tag, tags


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a panel: a name, and links or plain texts."""

    name: str
    links: tuple[Tag, ...] = ()
    texts: tuple[str, ...] = ()


def facts_of(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[Fact]:
    """What it is about."""
    places = [key for key in (meta.subregion or meta.region,) if key]
    rows = (
        ("Focus", "focus", "focus", meta.focus),
        ("SEND needs", "need", "need", meta.needs),
        ("Conditions", "condition", "condition", meta.conditions),
        ("Provision", "provision", "provision", meta.provision),
        ("Disadvantage", "disadvantage", "disadvantage", meta.disadvantage),
        ("Groups", "group", "group", meta.groups),
        ("Phase", "phase", "phase", meta.phases),
        ("Setting", "setting", "setting", meta.settings),
        ("Subjects", "subject", "subject", meta.subjects),
        ("Themes", "theme", "theme", meta.themes),
        ("Region", "region", "region", places),
    )
    for name, facet, kind, keys in rows:
        if keys:
            yield Fact(name, links=tuple(tags(facet, kind, keys, vocabularies)))
    if meta.la:
        yield Fact("Local authority", texts=(meta.la,))
    if meta.key_stages:
        yield Fact("Key stages", texts=_labels("key-stage", meta.key_stages, vocabularies))


def school_of(school: School, vocabularies: Vocabularies) -> Iterator[Fact]:
    """The school as it was in its year. What it does not say is left out, never shown as zero."""
    yield Fact("Name", texts=(school.name,))
    yield Fact("Type", texts=(vocabularies["school-type"].label(school.type),))
    if school.pupils is not None:
        yield Fact("Pupils", texts=(f"{school.pupils:,}",))
    shares = (
        ("Free school meals in six years", school.fsm6_percent),
        ("SEN support", school.sen_support_percent),
        ("EHC plans", school.ehcp_percent),
        ("English as an additional language", school.eal_percent),
    )
    for name, percent in shares:
        if percent is not None:
            yield Fact(name, texts=(f"{percent:g}%",))


def effort_of(effort: Effort, vocabularies: Vocabularies) -> Iterator[Fact]:
    """What it takes; what the authors did not say is left out."""
    if effort.cost:
        yield Fact("Cost", links=(Tag(effort.cost.label, search_address([("cost", effort.cost)])),))
    if effort.delivered_by:
        who = tags("delivered_by", "delivered-by", effort.delivered_by, vocabularies)
        yield Fact("Delivered by", links=tuple(who))
    numbers = (
        ("Staff", effort.staff, "{:g}"),
        ("Pupils in a group", effort.group_size, "{:g}"),
        ("Staff time", effort.minutes_per_week, "{:g} minutes a week"),
        ("Training", effort.training_hours, "{:g} hours"),
        ("First change seen after", effort.weeks_to_change, "{:g} weeks"),
    )
    for name, number, shown in numbers:
        if number is not None:
            yield Fact(name, texts=(shown.format(number),))


def strand_of(meta: FrontMatter, vocabularies: Vocabularies) -> Term | None:
    """The strand of the EEF's toolkit that it may be read beside, if one is known by that key."""
    strands = vocabularies["eef-strand"]
    key = meta.evidence.eef_strand if meta.evidence else None
    return strands[key] if key and key in strands else None


def contact_of(meta: FrontMatter, vocabularies: Vocabularies) -> str | None:
    """Whom to ask; `contact: hub` means the hub."""
    if meta.contact == "hub":
        return vocabularies["hub"].label(meta.hub) if meta.hub else None
    return meta.contact


def _labels(kind: str, keys: Iterable[str], vocabularies: Vocabularies) -> tuple[str, ...]:
    return tuple(vocabularies[kind].label(key) for key in keys)
