"""What the tests of editing pages do over and over: begin, fill the form, save."""

from datetime import UTC, datetime
from typing import Any

from werkzeug.test import TestResponse

from kb.desk.copies import Copies
from kb.desk.values import WorkingCopy
from kb.domain import CaseStudyId, PersonId, Role
from kb.people import Person
from tests.factories import an_id
from tests.web.html import Element
from tests.web.members import Member
from tests.web.site import Site

GATE = an_id("gate")
_SOMEBODY = Person(PersonId("nobody"), "Nobody", "nobody@example.org", Role.ADMIN, is_active=True)


def begin(site: Site, person: Person, case_id: CaseStudyId = GATE) -> WorkingCopy:
    """The working copy of a study that is live."""
    with site.services.database.begin() as session:
        return Copies(session, person).begin_from(case_id, datetime.now(UTC))


def saved(site: Site, case_id: CaseStudyId = GATE) -> WorkingCopy:
    """The working copy as it is kept now."""
    with site.services.database.read() as session:
        return Copies(session, _SOMEBODY).get(case_id)


def filled(page: Element) -> dict[str, Any]:
    """What a browser would send of the form as it stands on the page."""
    form = page.one("form", id="study")
    sent: dict[str, list[str]] = {}
    for box in form.walk():
        name = box.attributes.get("name")
        if not name:
            continue
        kind = box.attributes.get("type", "")
        if box.tag == "input" and kind in {"checkbox", "radio"}:
            if "checked" in box.attributes:
                sent.setdefault(name, []).append(box.attributes["value"])
        elif box.tag == "input":
            sent.setdefault(name, []).append(box.attributes.get("value", ""))
        elif box.tag == "textarea":
            # A browser drops one line end behind the tag.
            raw = "".join(child for child in box.children if isinstance(child, str))
            sent.setdefault(name, []).append(raw.removeprefix("\n").replace("\n", "\r\n"))
        elif box.tag == "select":
            options = box.all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            sent.setdefault(name, []).append(chosen[0].attributes["value"])
    return dict(sent)


def save(member: Member, page: Element, **changes: Any) -> TestResponse:
    """Send the form of a page with some fields changed."""
    form = filled(page) | changes
    return member.client.post(page.one("form", id="study").attributes["action"], data=form)
