"""The page on which a working copy is talked about and agreed to, put together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from flask import render_template
from markupsafe import Markup

from kb.desk import text
from kb.desk.clock import LONDON
from kb.desk.options import options
from kb.desk.revisions import Revisions, is_behind
from kb.desk.school import requests_to_school
from kb.desk.values import Comment, WorkingCopy
from kb.domain import CaseStudyId, PersonId
from kb.errors import Invalid
from kb.glossary import Glossary
from kb.markdown import render
from web.addresses import copy_address, practice_address, preview_address, saved_address
from web.context import searcher, wired
from web.edit.desk import Desk, reading_desk
from web.edit.differences import differences
from web.edit.looking import draft_body
from web.edit.writing import look_of

# Written by `web.prose` alone: in a study's own text every such bracket is escaped.
_SECTION = re.compile(r'(?=<section(?: class="weighed")?>)')
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the text as readers would see it, with what is said of it; no heading for the top."""

    heading: str | None
    body: Markup
    comments: tuple[Comment, ...]


def review_page(
    case_id: CaseStudyId,
    *,
    done: str | None = None,
    problem: str | None = None,
    typed: Mapping[str, str] = _NOTHING,
) -> str:
    """The page as it is now.

    Args:
        case_id: the study.
        done: what has just happened.
        problem: why something did not.
        typed: what was sent with it, given back.

    Raises:
        WorkingCopyNotFound: nobody is at work on it.
        NotAllowed: a colleague's, and this person is no editor.
    """
    with reading_desk() as at:
        copy = at.copies.get(case_id)
        comments = at.comments.of(case_id)
        decisions = at.review.decisions(case_id)
        writers = at.review.writers(case_id)
        allowed = options(at.person, copy, writers, at.review.open_points(case_id))
        revisions = Revisions(at.session, at.person)
        live, base = revisions.live(case_id), revisions.base(case_id)
        asked = requests_to_school(at.session, copy)
        names = _names(at, copy, comments, [each.decided_by for each in decisions])
        decided = at.decided.keys(case_id)
    vocabularies = searcher().vocabularies()
    parts, strays = _parts(copy, comments, searcher().glossary())
    return render_template(
        "edit/review.html",
        copy=copy,
        data=text.parts(copy.source)[0],
        done=done,
        problem=problem,
        typed=typed,
        may=allowed,
        names=names,
        writers=sorted(names[each] for each in writers),
        decisions=decisions,
        asked=asked,
        parts=parts,
        about_all=[each for each in comments if each.heading is None],
        strays=strays,
        first_open=next((each.id for each in comments if each.resolved_at is None), None),
        changes=differences(live.source, copy.source, vocabularies) if live else None,
        live=live,
        live_href=practice_address(live.slug) if live else None,
        meanwhile=differences(base.source, live.source, vocabularies)
        if base and live and is_behind(live, base)
        else None,
        look=look_of(copy, decided, wired().services.content()),
        publish_at=copy.publish_at and copy.publish_at.astimezone(LONDON),
        write_href=copy_address(copy.id),
        preview_href=preview_address(copy.id),
        versions_href=saved_address(copy.id),
    )


def _names(
    at: Desk, copy: WorkingCopy, comments: Sequence[Comment], deciders: Sequence[PersonId | None]
) -> Mapping[PersonId, str]:
    said = {id_ for each in comments for id_ in (each.said_by, each.resolved_by) if id_}
    decided = {each for each in deciders if each}
    return at.names({copy.owner, copy.saved_by, *said, *decided, *at.review.writers(copy.id)})


def _parts(
    copy: WorkingCopy, comments: Sequence[Comment], glossary: Glossary
) -> tuple[Sequence[Part], Sequence[Comment]]:
    """The text heading by heading, and the comments on headings that are no longer there."""
    _, body_md = text.parts(copy.source)
    whole = draft_body(copy, body_md, glossary)
    starts = [found.start() for found in _SECTION.finditer(whole)]
    top = whole[: starts[0]] if starts else whole
    # A slice of Markup is Markup.
    bodies = [whole[at:end] for at, end in pairwise([*starts, len(whole)])]
    try:
        headings = [section.heading for section in render(body_md).sections]
    except Invalid:
        headings = []
    first = dict.fromkeys(headings)
    parts = [Part(None, top, ())] if top.strip() else []
    parts += _with_comments(headings, bodies, comments)
    strays = [each for each in comments if each.heading is not None and each.heading not in first]
    return parts, strays


def _with_comments(
    headings: Sequence[str], bodies: Sequence[Markup], comments: Sequence[Comment]
) -> Iterator[Part]:
    seen: set[str] = set()
    for heading, body in zip(headings, bodies, strict=True):
        # Of two headings alike, the first holds what is said.
        own = () if heading in seen else tuple(c for c in comments if c.heading == heading)
        seen.add(heading)
        yield Part(heading, body, own)
