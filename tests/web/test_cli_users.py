"""`kb users`: the first admin, and all others that the command line looks after."""

import json
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from kb.domain import Role
from kb.people import audit
from kb.people.audit import NOBODY, Filter
from tests.kb.people.persons import a_person
from tests.web.command import kb, refused
from tests.web.members import a_member
from tests.web.site import Site

HEAD = "head@school.example"
ADD = ("users", "add", HEAD, "--name", "Jo Reed")


def test_the_first_admin_gets_a_link_that_opens_an_account(site: Site) -> None:
    ran = kb(site, *ADD, "--role", "admin")
    assert ran.exit_code == 0, ran.output
    [address] = ran.stdout.split()
    assert address.startswith("http://127.0.0.1:8000/invitation/")
    page = site.page(urlsplit(address).path)
    assert page.one("input", name="email").attributes["value"] == HEAD
    assert page.one("input", name="name").attributes["value"] == "Jo Reed"
    assert mails(site) == 0
    with site.services.database.read() as session:
        found = audit.entries(session, Filter(), 5)
    assert [(e.act, e.by, e.about) for e in found] == [
        ("link-given", NOBODY, HEAD),
        ("invited", NOBODY, HEAD),
    ]
    # Whoever reads the log is not let in by it.
    assert address.rpartition("/")[2] not in str(found)


def test_where_mail_is_set_up_the_link_is_sent_as_well(site: Site) -> None:
    ran = kb(site, *ADD, KB_SMTP_URL="smtp://127.0.0.1:2525", KB_MAIL_FROM="kb@school.example")
    assert ran.exit_code == 0, ran.output
    assert "is on its way" in ran.stderr
    assert mails(site) == 1


def mails(site: Site) -> int:
    with site.services.database.read() as session:
        return int(session.scalar(text("SELECT count(*) FROM outbox")) or 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "head", "--name", "Jo"), "not an email address"),
        (("add", HEAD, "--name", " "), "give a name"),
        (("role", HEAD, "editor"), "Nobody here is known"),
        (("deactivate", HEAD), "Nobody here is known"),
        (("activate", HEAD), "Nobody here is known"),
        (("link", HEAD), "Nobody here is known"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    site: Site, arguments: tuple[str, ...], says: str
) -> None:
    assert says in refused(kb(site, "users", *arguments))


def test_an_address_is_taken_once(site: Site) -> None:
    assert kb(site, *ADD).exit_code == 0
    assert "has an account already" in refused(kb(site, *ADD))


def test_everybody_is_listed_with_how_they_stand(site: Site) -> None:
    assert "kb users add" in kb(site, "users", "list").stderr
    database = site.services.database
    a_person(database, HEAD, name="Jo Reed", role=Role.ADMIN)
    a_person(database, "new@school.example", name="New", has_password=False)
    a_person(database, "gone@school.example", name="Gone")
    assert kb(site, "users", "deactivate", "gone@school.example").exit_code == 0
    listed = json.loads(kb(site, "users", "list", "--json").stdout)
    assert [(each["name"], each["role"], each["standing"]) for each in listed] == [
        ("Jo Reed", "admin", "active"),
        ("New", "editor", "invited"),
        ("Gone", "editor", "deactivated"),
    ]
    lines = kb(site, "users", "list").stdout.splitlines()
    assert lines[0].split() == ["admin", "active", HEAD, "Jo", "Reed"]
    assert "password" not in "".join(listed[0])
    assert "argon2" not in str(listed)


def test_the_last_admin_is_kept(site: Site) -> None:
    a_person(site.services.database, HEAD, role=Role.ADMIN)
    assert "only admin" in refused(kb(site, "users", "role", HEAD, "editor"))
    assert "only admin" in refused(kb(site, "users", "deactivate", HEAD))
    a_person(site.services.database, "second@school.example", role=Role.ADMIN)
    assert kb(site, "users", "role", HEAD.upper(), "editor").stdout == f"{HEAD} is editor now.\n"


def test_who_is_deactivated_is_out_at_once_and_comes_back(site: Site) -> None:
    member = a_member(site, email=HEAD)
    assert kb(site, "users", "deactivate", HEAD).exit_code == 0
    assert member.get("/account").status_code == 303
    assert kb(site, "users", "activate", HEAD).exit_code == 0
    [address] = kb(site, "users", "link", HEAD).stdout.split()
    assert site.get(urlsplit(address).path).status_code == 200
