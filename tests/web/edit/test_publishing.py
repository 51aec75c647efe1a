"""Publication in the browser: now, at a time in London, by an admin alone; archived and back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from kb.desk.values import CopyState
from kb.domain import Role
from kb.people import audit
from tests.web.edit.desk import GATE, saved
from tests.web.html import parse
from tests.web.members import Member, a_member
from tests.web.site import Site, today

SignedIn = Callable[[Role], Member]
REVIEW = f"/edit/{GATE}/review"


@pytest.fixture
def author(signed_in: SignedIn) -> Member:
    return signed_in(Role.CONTRIBUTOR)


@pytest.fixture
def editor(signed_in: SignedIn) -> Member:
    return signed_in(Role.EDITOR)


def version(site: Site) -> str:
    return str(saved(site).version)


@pytest.fixture
def approved(site: Site, author: Member, editor: Member) -> str:
    """The version of a text that an editor agreed to."""
    author.post("/edit/begin/gate")
    assert author.post(f"{REVIEW}/submit", version=version(site)).status_code == 303
    assert editor.post(f"{REVIEW}/approve", version=version(site)).status_code == 303
    return version(site)


def file(site: Site) -> str:
    return (site.content / "case-studies" / "gate.md").read_text()


def test_what_is_approved_is_published_and_its_draft_ends(
    site: Site, editor: Member, approved: str
) -> None:
    answer = editor.post(f"/edit/{GATE}/publish", version=approved)
    assert answer.location == f"/edit/{GATE}/versions?done=published"
    assert "updated:" in file(site)
    page = editor.page(answer.location)
    assert "by Editor Person, in the browser" in page.text
    assert "published meanwhile" in editor.page(REVIEW, status=404).text
    # The picture went with it.
    assert site.get("/media/gate/photo.png").status_code == 200


def test_two_editors_who_publish_at_once_publish_once(site: Site, approved: str) -> None:
    both = [a_member(site, Role.EDITOR, f"{n}@school.example") for n in range(2)]
    forms = [{"csrf_token": each.csrf_token, "version": approved} for each in both]
    together = threading.Barrier(2)

    def send(n: int) -> int:
        together.wait()
        return both[n].client.post(f"/edit/{GATE}/publish", data=forms[n]).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(send, range(2)))
    assert statuses[0] == 303
    assert statuses[1] in {409, 429}
    with site.services.database.read() as session:
        assert len(audit.entries(session, audit.Filter(act="publish"), 9)) == 1


def test_what_nobody_agreed_to_only_an_admin_publishes_and_with_a_reason(
    site: Site, author: Member, editor: Member, signed_in: SignedIn
) -> None:
    author.post("/edit/begin/gate")
    sent = {"version": version(site), "reason": "Nobody else is here <b>"}
    assert editor.post(f"/edit/{GATE}/publish", **sent).status_code == 403
    admin = signed_in(Role.ADMIN)
    answer = admin.post(f"/edit/{GATE}/publish", version=sent["version"], reason=" ")
    assert answer.status_code == 422
    assert "Give a reason" in parse(answer.text).one("p", role="alert").text
    answer = admin.post(f"/edit/{GATE}/publish", **sent)
    page = admin.page(answer.location)
    assert "Reason: Nobody else is here <b>" in page.text
    assert not page.one("main").all("b")


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("2031-03-29", "01:30", datetime(2031, 3, 29, 1, 30, tzinfo=UTC)),
        ("2031-03-30", "02:00", datetime(2031, 3, 30, 1, 0, tzinfo=UTC)),
        # This hour happens twice: the first is meant.
        ("2031-10-26", "01:30", datetime(2031, 10, 26, 0, 30, tzinfo=UTC)),
        ("2031-10-26", "02:00", datetime(2031, 10, 26, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_of_the_clock_in_london(
    site: Site, editor: Member, approved: str, day: str, time: str, moment: datetime
) -> None:
    answer = editor.post(f"/edit/{GATE}/schedule", version=approved, day=day, time=time)
    assert answer.location == f"{REVIEW}?done=scheduled"
    assert saved(site).publish_at == moment
    page = editor.page(REVIEW)
    assert f"{time}, London time" in page.text
    assert page.one("input", name="time").attributes["value"] == time
    editor.post(f"/edit/{GATE}/unschedule", version=approved)
    assert saved(site).state is CopyState.APPROVED
    with site.services.database.read() as session:
        acts = [e.act for e in audit.entries(session, audit.Filter(about=GATE), 2)]
    assert acts == ["unschedule", "schedule"]


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [
        ("2031-03-30", "01:30", "the clocks go forward"),
        ("2020-01-01", "09:00", "has passed"),
        ("", "", "Give a day and a time"),
        ("2031-02-30", "09:00", "Give a day and a time"),
        ("2031-02-20", "09:00+05:00", "Give a day and a time"),
    ],
)
def test_a_time_that_cannot_be_is_given_back(
    site: Site, editor: Member, approved: str, day: str, time: str, says: str
) -> None:
    answer = editor.post(f"/edit/{GATE}/schedule", version=approved, day=day, time=time)
    assert answer.status_code == 422
    page = parse(answer.text)
    assert says in page.one("p", role="alert").text
    assert page.one("input", name="day").attributes["value"] == day
    assert saved(site).state is CopyState.APPROVED


def test_a_full_disk_leaves_the_draft_and_names_no_file(
    site: Site, editor: Member, approved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = editor.post(f"/edit/{GATE}/publish", version=approved)
    assert answer.status_code == 503
    assert "nothing was changed" in parse(answer.text).one("p", role="alert").text
    assert str(site.content) not in answer.text
    assert saved(site).state is CopyState.APPROVED


# Begun from what is live, archived, brought back


def test_the_buttons_of_a_study_are_for_those_who_are_signed_in(
    site: Site, author: Member, editor: Member
) -> None:
    nobody = site.get("/practice/gate").text
    assert "/edit" not in nobody
    assert "csrf_token" not in nobody
    assert "\n\n\n" not in nobody
    page = author.page("/practice/gate")
    assert page.one("form", action="/edit/begin/gate")
    assert "/edit/archive/gate" not in page.links()
    assert "/edit/archive/gate" in editor.page("/practice/gate").links()


def test_a_study_that_is_live_is_taken_up_once_with_its_pictures(
    site: Site, author: Member, editor: Member
) -> None:
    assert author.post("/edit/begin/gate").location == f"/edit/{GATE}"
    assert author.post("/edit/begin/gate").location == f"/edit/{GATE}"
    assert editor.post("/edit/begin/gate").location == f"/edit/{GATE}"
    assert saved(site).owner == author.person.id
    assert (site.home / "drafts" / GATE / "photo.png").is_file()
    other = a_member(site, Role.CONTRIBUTOR, "other@school.example")
    assert other.post("/edit/begin/gate").status_code == 403
    assert author.post("/edit/begin/half-done").status_code == 404


def test_a_study_is_archived_with_a_reason_and_brought_back(site: Site, editor: Member) -> None:
    answer = editor.post("/edit/archive/gate", reason=" ")
    assert answer.status_code == 422
    assert "status: published" in file(site).replace('"', "")
    answer = editor.post("/edit/archive/gate", reason="Out of <b>date")
    assert answer.location == f"/edit/{GATE}/versions?done=archived"
    assert "status: archived" in file(site)
    assert "Reason: Out of <b>date" in editor.page(answer.location).text
    site.update()
    assert f"Archived {today()}." in site.page("/practice/gate").one("main").text
    # Asked again, as by a second tab, it says so.
    assert editor.post("/edit/archive/gate", reason="Again").status_code == 422
    page = editor.page("/edit/archive/gate")
    where = page.one("main").one("form").attributes["action"]
    assert editor.post(where).location == f"/edit/{GATE}/versions?done=brought-back"
    assert "status: published" in file(site)
