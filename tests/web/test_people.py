"""For admins: inviting, changing what somebody may do, and reading what was done."""

import csv
from typing import Any

import pytest
from sqlalchemy import text

from kb.domain import Role
from kb.people import audit
from tests.factories import NOW
from tests.kb.people.persons import a_person
from tests.web.html import parse
from tests.web.members import Member, a_member
from tests.web.site import Site, a_site


@pytest.fixture
def ada(site: Site) -> Member:
    """An admin who is signed in."""
    return a_member(site, Role.ADMIN, "ada@school.example")


NEW = {"email": "New@School.example", "name": "New Person", "role": "contributor"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"email": "x"}, "not an email address"),
        ({"email": "ada@school.example"}, "has an account already"),
        ({"name": ""}, "give a name"),
        ({"role": "owner"}, "Choose one of the roles"),
        ({"role": ""}, "Choose one of the roles"),
    ],
)
def test_an_invitation_that_cannot_be_is_given_back(
    ada: Member, given: dict[str, str], says: str
) -> None:
    answer = ada.post("/people/invite", **{**NEW, **given})
    assert answer.status_code == 422
    page = parse(answer.text)
    assert says in page.one(id="problem").text
    sent = {**NEW, **given}
    for name in ("email", "name"):
        assert page.one("input", id=name).attributes["value"] == sent[name]


def test_without_a_mail_server_the_admin_passes_the_link_on(site: Site, ada: Member) -> None:
    answer = ada.post("/people/invite", **NEW)
    assert answer.status_code == 200
    address = parse(answer.text).one("code").text
    assert address.startswith("http://127.0.0.1:8000/invitation/")
    assert site.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert answer.cache_control.no_store
    row = ada.page("/people").one("main").one("ul", class_="rows").text
    assert "new@school.example, contributor, invited" in row


def test_with_a_mail_server_the_link_is_the_receivers_alone(site: Site, ada: Member) -> None:
    env = {"KB_SMTP_URL": "smtp://127.0.0.1:2525", "KB_MAIL_FROM": "kb@school.example"}
    mailing = a_site(site.content, site.home, update=False, **env)
    admin = a_member(mailing, Role.ADMIN, "bea@school.example")
    answer = admin.post("/people/invite", **NEW)
    assert (answer.status_code, answer.location) == (303, "/people?done=invited")
    with site.services.database.read() as session:
        [(to, body)] = session.execute(text('SELECT "to", "text" FROM outbox'))
    assert to == "new@school.example"
    assert "/invitation/" in body
    mailing.services.database.close()


def test_a_role_is_changed_and_ends_what_went_before(site: Site, ada: Member) -> None:
    bob = a_member(site, Role.CONTRIBUTOR)
    here = f"/people/{bob.person.id}"
    assert ada.post(f"{here}/role", role="owner").status_code == 422
    assert ada.post(f"{here}/role", role="editor").location == "/people?done=changed"
    assert bob.get("/account").status_code == 303
    assert "editor" in ada.page(here).one("main").text


def test_deactivation_asks_first(site: Site, ada: Member) -> None:
    bob = a_member(site)
    here = f"/people/{bob.person.id}"
    assert ada.post(f"{here}/deactivate").status_code == 422
    assert bob.get("/account").status_code == 200
    assert ada.post(f"{here}/deactivate", sure="yes").status_code == 303
    assert bob.get("/account").status_code == 303
    assert "deactivated" in ada.page(here).one("main").text
    ada.post(f"{here}/activate")
    assert "deactivated" not in ada.page(here).one("main").text


def test_the_last_admin_is_kept(ada: Member) -> None:
    here = f"/people/{ada.person.id}"
    for form in ({"sure": "yes", "to": "deactivate"}, {"role": "editor", "to": "role"}):
        answer = ada.post(f"{here}/{form.pop('to')}", **form)
        assert answer.status_code == 422
        assert "only admin" in answer.text
    assert ada.get("/people").status_code == 200


@pytest.mark.parametrize("path", ["", "/role", "/deactivate", "/activate", "/invitation"])
def test_nobody_is_not_there(ada: Member, path: str) -> None:
    form = {"sure": "yes", "role": "editor"}
    answer = ada.post(f"/people/none{path}", **form) if path else ada.get("/people/none")
    assert answer.status_code == 404


def acts(member: Member, **params: Any) -> list[str]:
    rows = member.page("/audit", **params).all("tr")[1:]
    return [row.all("td")[3].text for row in rows]


def test_the_audit_log_is_read_narrowed_and_taken_away(site: Site, ada: Member) -> None:
    a_person(site.services.database, "bob@school.example", name="Bob")
    with site.services.database.begin() as session:
        for n in range(60):
            about = f"=study-{n} <b>"
            audit.record(session, "archived", by=ada.person.id, about=about, now=NOW)
    page = ada.page("/audit")
    assert len(page.all("tr")) == 51
    assert not page.one("main").all("b")
    older = next(link for link in page.links() if "before=" in link)
    assert "bob@school.example" in ada.page(older).text
    assert acts(ada, about="study-59") == ["=study-59 <b>"]
    assert len(acts(ada, by=ada.person.id, act="archived")) == 50
    assert acts(ada, act="invited") == ["bob@school.example", "ada@school.example"]
    assert acts(ada, act="none") == []
    answer = ada.get("/audit.csv", about="study-5")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(answer.get_data().decode("utf-8-sig").splitlines()))
    assert len(rows) == 12
    assert {row[4][:8] for row in rows[1:]} == {"'=study-"}


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "9" * 5000, "1e9", "%00"])
def test_a_page_that_is_none_is_no_bug(ada: Member, before: str) -> None:
    assert ada.get("/audit", before=before).status_code == 200


def test_admins_alone_see_the_way_to_people(site: Site, ada: Member) -> None:
    assert "/people" in ada.page("/").links()
    assert "/people" not in a_member(site).page("/").links()
