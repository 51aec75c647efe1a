"""Who reaches which address. A route that is not in the table fails the test: add its line.

The table says the least role that a route lets in, or EVERYBODY; SIGNED for forms that anybody may
send, which are checked by `web.public_forms` instead, and so refuse what this test sends.
"""

import re
from collections.abc import Callable
from functools import partial

import pytest
from werkzeug.test import TestResponse

from kb.domain import Role
from tests.web.members import Member, a_member
from tests.web.site import Site

EVERYBODY = "everybody"
SIGNED = "whoever has the form"
CONTRIBUTOR, EDITOR, ADMIN = Role

TABLE: dict[str, str] = {
    "GET /": EVERYBODY,
    "GET /about": EVERYBODY,
    "GET /accessibility": EVERYBODY,
    "GET /account": CONTRIBUTOR,
    "POST /account/daily": CONTRIBUTOR,
    "POST /account/name": CONTRIBUTOR,
    "POST /account/password": CONTRIBUTOR,
    "POST /account/sign-ins/<int(max=2147483647):number>/end": CONTRIBUTOR,
    "POST /account/sign-out-everywhere": CONTRIBUTOR,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /api/v1/search": EVERYBODY,
    "GET /audit": ADMIN,
    "GET /audit.csv": ADMIN,
    "GET /compare": EVERYBODY,
    "GET /approval/<token>": EVERYBODY,
    "POST /approval/<token>": SIGNED,
    "GET /approval/<token>/pictures/<name>": EVERYBODY,
    "GET /edit": CONTRIBUTOR,
    "GET /digest/admin": ADMIN,
    "GET /digest/admin/preview": ADMIN,
    "GET /digest/confirm/<token>": EVERYBODY,
    "POST /digest/confirm/<token>": SIGNED,
    "GET /digest/deleted": EVERYBODY,
    "GET /digest/issue/<token>": EVERYBODY,
    "GET /digest/preferences/<token>": EVERYBODY,
    "POST /digest/preferences/<token>": SIGNED,
    "GET /digest/preferences/<token>/data": EVERYBODY,
    "GET /digest/preferences/<token>/delete": EVERYBODY,
    "POST /digest/preferences/<token>/delete": SIGNED,
    "GET /digest/unsubscribe/<token>": EVERYBODY,
    "POST /digest/unsubscribe/<token>": SIGNED,
    "GET /edit/<case_id>": CONTRIBUTOR,
    "POST /edit/<case_id>/ask-school": EDITOR,
    "POST /edit/<case_id>/discard": CONTRIBUTOR,
    "POST /edit/<case_id>/publish": EDITOR,
    "GET /edit/<case_id>/recover": CONTRIBUTOR,
    "POST /edit/<case_id>/recover": CONTRIBUTOR,
    "GET /edit/<case_id>/review": CONTRIBUTOR,
    "POST /edit/<case_id>/review/approve": EDITOR,
    "POST /edit/<case_id>/review/ask-changes": EDITOR,
    "POST /edit/<case_id>/review/comment": CONTRIBUTOR,
    "POST /edit/<case_id>/review/comments/<int:number>/<any(resolve, reopen):what>": CONTRIBUTOR,
    "POST /edit/<case_id>/review/submit": CONTRIBUTOR,
    "POST /edit/<case_id>/review/take-back": CONTRIBUTOR,
    "POST /edit/<case_id>/review/take-base": CONTRIBUTOR,
    "GET /edit/<case_id>/revisions/<int:number>": CONTRIBUTOR,
    "POST /edit/<case_id>/revisions/<int:number>/restore": CONTRIBUTOR,
    "POST /edit/<case_id>/schedule": EDITOR,
    "POST /edit/<case_id>/unschedule": EDITOR,
    "GET /edit/<case_id>/versions": CONTRIBUTOR,
    "GET /edit/<case_id>/versions/<int:number>": CONTRIBUTOR,
    "POST /edit/<case_id>/versions/<int:number>/restore": CONTRIBUTOR,
    "GET /edit/archive/<slug>": EDITOR,
    "POST /edit/archive/<slug>": EDITOR,
    "POST /edit/begin/<slug>": CONTRIBUTOR,
    "POST /edit/bring-back/<slug>": EDITOR,
    "POST /edit/<case_id>": CONTRIBUTOR,
    "GET /edit/<case_id>/alike": CONTRIBUTOR,
    "POST /edit/<case_id>/alike": EDITOR,
    "POST /edit/<case_id>/autosave": CONTRIBUTOR,
    "POST /edit/<case_id>/here": CONTRIBUTOR,
    "POST /edit/<case_id>/look": CONTRIBUTOR,
    "POST /edit/<case_id>/pictures": CONTRIBUTOR,
    "GET /edit/<case_id>/pictures/<name>": CONTRIBUTOR,
    "GET /edit/<case_id>/preview": CONTRIBUTOR,
    "GET /edit/new": CONTRIBUTOR,
    "POST /edit/new": CONTRIBUTOR,
    "POST /edit/renew/<case_id>": EDITOR,
    "GET /edit/schools": CONTRIBUTOR,
    "GET /edit/word": CONTRIBUTOR,
    "POST /edit/word": CONTRIBUTOR,
    "GET /feed.atom": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /invitation/<token>": EVERYBODY,
    "POST /invitation/<token>": SIGNED,
    "GET /map": EVERYBODY,
    "GET /media/<slug>/<name>": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /opensearch.xml": EVERYBODY,
    "GET /people": ADMIN,
    "GET /people/<person_id>": ADMIN,
    "POST /people/<person_id>/activate": ADMIN,
    "POST /people/<person_id>/deactivate": ADMIN,
    "POST /people/<person_id>/invitation": ADMIN,
    "POST /people/<person_id>/role": ADMIN,
    "POST /people/invite": ADMIN,
    "GET /practice/<slug>": EVERYBODY,
    "GET /practice/<slug>.md": EVERYBODY,
    "GET /practice/<slug>/briefing": EVERYBODY,
    "POST /practice/<slug>/feedback": SIGNED,
    "GET /practice/<slug>/thanks": EVERYBODY,
    "GET /practice/<slug>/versions": EVERYBODY,
    "GET /practice/<slug>/versions/<int:number>": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /regions": EVERYBODY,
    "GET /robots.txt": EVERYBODY,
    "GET /search": EVERYBODY,
    "GET /shortlist": EVERYBODY,
    "GET /sign-in": EVERYBODY,
    "POST /sign-in": SIGNED,
    "GET /sign-in/link/<token>": EVERYBODY,
    "POST /sign-in/link/<token>": SIGNED,
    "GET /sign-in/sent": EVERYBODY,
    # Whoever is signed out already is told so.
    "POST /sign-out": CONTRIBUTOR,
    "GET /sitemap.xml": EVERYBODY,
    "GET /static/<path:name>": EVERYBODY,
    "GET /subscribe": EVERYBODY,
    "GET /subscribe/sent": EVERYBODY,
    "POST /subscribe": SIGNED,
    "GET /suggest": EVERYBODY,
}
# What stands for each part of an address that varies.
PARTS = {
    "slug": "gate",
    "name": "photo.png",
    "number": "1",
    "token": "none",
    "person_id": "none",
    "case_id": "NONE000000",
    "what": "resolve",
}
ANONYMOUS = "nobody"


def routes(site: Site) -> set[str]:
    """Every method and rule of the app."""
    return {
        f"{method} {rule}"
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_in_the_table_and_every_line_is_a_route(small: Site) -> None:
    missing, gone = routes(small) - TABLE.keys(), TABLE.keys() - routes(small)
    assert not missing, f"add a line to TABLE, with the least role, for {sorted(missing)}"
    assert not gone, f"no such route any more: {sorted(gone)}"


def address_of(route: str) -> str:
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda part: PARTS[part[1]], route.partition(" ")[2])


def ask(site: Site, route: str, role: str) -> TestResponse:
    """What somebody new with a role gets; their form carries their token."""
    address = address_of(route)
    if role == ANONYMOUS:
        client = site.app.test_client()
        send: dict[str, Callable[..., TestResponse]] = {"GET": client.get, "POST": client.post}
    else:
        member: Member = a_member(
            site, Role(role), f"{role}-{sorted(TABLE).index(route)}@school.example"
        )
        send = {"GET": member.get, "POST": partial(member.post)}
    return send[route.partition(" ")[0]](address)


def outcome(answer: TestResponse) -> str:
    """`in`, `out` for whoever must sign in first, or `refused`."""
    if answer.status_code == 401 or (
        answer.status_code in {302, 303} and answer.location.startswith("/sign-in?next=")
    ):
        return "out"
    return "refused" if answer.status_code == 403 else "in"


def expected(route: str, role: str) -> str:
    least = TABLE[route]
    if least == SIGNED:
        return "refused"
    if least == EVERYBODY:
        # A link that is none is refused to everybody alike.
        return "refused" if "<token>" in route else "in"
    if role == ANONYMOUS:
        return "out"
    return "in" if Role(role).may_act_as(Role(least)) else "refused"


@pytest.mark.parametrize("role", [ANONYMOUS, *Role])
def test_only_the_allowed_roles_reach_an_address(site: Site, role: str) -> None:
    for route in sorted(TABLE):
        answer = ask(site, route, role)
        assert answer.status_code < 500 or route == "GET /readyz", route
        assert outcome(answer) == expected(route, role), (route, answer.status_code)


@pytest.mark.parametrize("role", list(Role))
def test_no_form_of_theirs_is_taken_without_its_token(site: Site, role: Role) -> None:
    theirs, other = a_member(site, role), a_member(site, role, "other@school.example")
    for route in sorted(r for r in TABLE if r.startswith("POST ") and TABLE[r] != SIGNED):
        for token in ("", "forged", other.csrf_token):
            answer = theirs.client.post(address_of(route), data={"csrf_token": token})
            assert answer.status_code == 403, route
            assert "from its own page" in answer.text
    assert theirs.get("/account").status_code == 200


def test_a_form_is_taken_with_the_token_in_a_header_too(site: Site) -> None:
    member = a_member(site)
    headers = {"X-CSRFToken": member.csrf_token}
    answer = member.client.post("/account/daily", data={"daily": "yes"}, headers=headers)
    assert answer.status_code == 303
