"""Who gets no more mail because it came back, and who still does."""

from datetime import timedelta

import pytest

from kb.digest.bounces import MOST_SOFT, SOFT_LASTS, Bounce, Kind, forget, note, note_refused
from kb.digest.bounces import read_report as read
from kb.digest.subscription import State
from kb.errors import Invalid
from kb.mail.claims import Claims
from tests.factories import Installation
from tests.kb.digest.readers import DAY, MONDAY, NOW, everyone, get, subscribe
from tests.kb.digest.sends import publish, send

ADDRESS = "a@example.org"


def report(status: str = "5.1.1", action: str = "failed", to: str = ADDRESS) -> bytes:
    return f"""\
From: MAILER-DAEMON@mx.example.org
To: library@example.org
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b
MIME-Version: 1.0

--b
Content-Type: text/plain

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b--
""".encode()


COMPLAINT = b"""\
Content-Type: multipart/report; report-type=feedback-report; boundary=b
MIME-Version: 1.0

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Rcpt-To: <a@example.org>

--b--
"""


def noted(site: Installation, *bounces: Bounce, at: timedelta = timedelta()) -> int:
    with site.database.begin() as session:
        return note(session, bounces, NOW + at)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (report(), Kind.HARD),
        (report("5.2.2"), Kind.SOFT),
        (report("4.4.1", "delayed"), Kind.SOFT),
        (report("5.7.1"), Kind.SOFT),
        (COMPLAINT, Kind.COMPLAINT),
    ],
)
def test_a_report_says_who_and_for_how_long(raw: bytes, kind: Kind) -> None:
    [bounce] = read(raw)
    assert (bounce.address, bounce.kind) == (ADDRESS, kind)


@pytest.mark.parametrize(
    "raw",
    [b"", b"Subject: hello\n\nhi", report(action="delivered"), report(to="nobody"), b"\xff" * 99],
)
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="not a report"):
        read(raw)


def test_for_good_or_complained_of_is_the_end_at_once(site: Installation) -> None:
    for name, raw in (("a", report()), ("b", COMPLAINT.replace(b"a@", b"b@"))):
        subscribe(site, f"{name}@example.org")
        assert noted(site, *read(raw)) == 1
    assert {state for _, state in everyone(site)} == {State.SUPPRESSED}


def test_a_report_counts_once(site: Installation) -> None:
    reader = subscribe(site)
    for _ in range(MOST_SOFT + 1):
        noted(site, *read(report("5.2.2")))
    assert get(site, reader).state is State.ACTIVE


def test_what_came_back_for_a_while_decays(site: Installation) -> None:
    reader = subscribe(site)
    for number in range(MOST_SOFT - 1):
        noted(site, Bounce(f"s{number}", ADDRESS, Kind.SOFT, "full"))
    noted(site, Bounce("later", ADDRESS, Kind.SOFT, "full"), at=SOFT_LASTS + DAY)
    assert get(site, reader).state is State.ACTIVE
    for number in range(MOST_SOFT - 1):
        noted(site, Bounce(f"t{number}", ADDRESS, Kind.SOFT, "full"), at=SOFT_LASTS + DAY)
    assert get(site, reader).state is State.SUPPRESSED
    with site.database.begin() as session:
        forget(session, NOW + 3 * SOFT_LASTS)
    assert get(site, reader).state is State.SUPPRESSED


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 no such user", State.SUPPRESSED),
        ("550 no such user", State.SUPPRESSED),
        ("554 5.7.1 looks like spam", State.ACTIVE),
        ("552 5.2.2 full", State.ACTIVE),
    ],
)
def test_what_the_server_refuses_is_noted_too(
    site: Installation, answer: str, state: State
) -> None:
    publish(site, "gate", at=NOW)
    reader = subscribe(site)
    send(site)
    with site.database.begin() as session:
        claims = Claims(session)
        claimed = claims.claim(MONDAY)
        assert claimed
        claims.rejected(claimed, MONDAY, answer)
    with site.database.begin() as session:
        assert note_refused(session, MONDAY) == 1
        assert note_refused(session, MONDAY) == 0
    assert get(site, reader).state is state
