"""A case study's page, and its Markdown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from kb.domain import Effort, FrontMatter, School, is_due_for_review
from kb.errors import CaseStudyNotFound
from kb.markdown import render
from kb.vocabulary import Vocabularies
from web.addresses import PRACTICE, practice_address, search_address
from web.cards import Tag, document_card, tags
from web.context import library, searcher
from web.view import safe_html

bp = Blueprint("practices", __name__, url_prefix=PRACTICE)

_WORDS_A_MINUTE = 220


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the at-a-glance panel: a name, and links or plain texts."""

    name: str
    links: tuple[Tag, ...] = ()
    texts: tuple[str, ...] = ()


@bp.get("/<slug>")
def show(slug: str) -> str | WerkzeugResponse:
    """The study; an address that it once had leads to the present one."""
    with library() as studies:
        try:
            published = studies.get(slug)
        except CaseStudyNotFound:
            return redirect(practice_address(studies.moved_to(slug)), code=301)
    vocabularies = searcher().vocabularies()
    meta = published.study.meta
    rendered = render(published.study.body_md)
    return render_template(
        "practices/show.html",
        study=published.study,
        meta=meta,
        since=published.since,
        minutes=max(1, round(rendered.word_count / _WORDS_A_MINUTE)),
        body=safe_html(rendered),
        sections=rendered.sections,
        values=tags("value", "value", meta.values, vocabularies),
        theme=next(iter(tags("theme", "theme", meta.themes, vocabularies)), None),
        source_href=_source_address(slug),
        facts=tuple(_facts(meta, vocabularies)),
        effort=tuple(_effort(meta.effort, vocabularies)) if meta.effort else (),
        school=tuple(_school(meta.school, vocabularies)) if meta.school else (),
        strand=_strand(meta, vocabularies),
        contact=_contact(meta, vocabularies),
        review_due=is_due_for_review(meta, datetime.now(UTC).date()),
        related=[document_card(d, vocabularies) for d in searcher().related(published.study.id)],
    )


@bp.get("/<slug>.md")
def source(slug: str) -> WerkzeugResponse:
    """The study as the file it is."""
    with library() as studies:
        try:
            text = studies.source(slug)
        except CaseStudyNotFound:
            return redirect(_source_address(studies.moved_to(slug)), code=301)
    return Response(
        text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.md"'},
    )


def _source_address(slug: str) -> str:
    return f"{practice_address(slug)}.md"


def _facts(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[Fact]:
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
    if meta.key_stages:
        yield Fact("Key stages", texts=_labels("key-stage", meta.key_stages, vocabularies))


def _school(school: School, vocabularies: Vocabularies) -> Iterator[Fact]:
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


def _effort(effort: Effort, vocabularies: Vocabularies) -> Iterator[Fact]:
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


def _strand(meta: FrontMatter, vocabularies: Vocabularies) -> str | None:
    if meta.evidence is None or meta.evidence.eef_strand is None:
        return None
    return vocabularies["eef-strand"].label(meta.evidence.eef_strand)


def _contact(meta: FrontMatter, vocabularies: Vocabularies) -> str | None:
    """Whom to ask; `contact: hub` means the hub."""
    if meta.contact == "hub":
        return vocabularies["hub"].label(meta.hub) if meta.hub else None
    return meta.contact


def _labels(kind: str, keys: Iterable[str], vocabularies: Vocabularies) -> tuple[str, ...]:
    return tuple(vocabularies[kind].label(key) for key in keys)
