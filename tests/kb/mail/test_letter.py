"""Letters: what a mail program reads is what was written, whatever that was."""

import email
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest

from kb.mail.letter import write
from kb.smtp import Sender
from tests.factories import NOW
from tests.kb.mail.test_message import a_message

SENDER = Sender("What works; here", "library@example.org")


def raw(sender: Sender = SENDER, **given: Any) -> bytes:
    return write(a_message(**given), "digest.48", sender, NOW).raw


def read(sender: Sender = SENDER, **given: Any) -> EmailMessage:
    return email.message_from_bytes(raw(sender, **given), policy=default)


def test_it_says_whom_it_is_from_and_to_when_and_that_a_machine_wrote_it() -> None:
    mail = read()
    assert str(mail["From"]) == '"What works; here" <library@example.org>'
    assert str(mail["To"]) == "anna@school.org.uk"
    assert str(mail["Message-ID"]) == "<digest.48@example.org>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"


def told(part: object) -> str:
    return str(cast(EmailMessage, part).get_content()).replace("\r\n", "\n")


TEXTS = [
    "größer 👩\u200d🏫 “quoted”\n",
    ".\n..\nFrom me\n",
    "x" * 5000 + "\n",
    "a trailing space \n\n",
    "tab\there = 100 %\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    mail = read(text=text, html=f"<p>{text}</p>")
    plain, html = mail.iter_parts()
    assert told(plain) == text
    assert told(html).rstrip("\n") == f"<p>{text}</p>"
    assert mail.get_content_type() == "multipart/alternative"


SUBJECTS = [
    *("größer " * 20, "New: “Café 👩\u200d🏫”", "x" * 200, "word " * 40, "a" * 90 + " b"),
    *("=?utf-8?q?x?=", "ü =?utf-8?q?x=0D=0ABcc:_eve@example.org?=", "=?utf-8?b?Cg==?=Bcc: x"),
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    mail = read(subject=subject.strip(), headers=(("X-Note", "=?utf-8?q?x=0D=0ABcc:_y?="),))
    assert str(make_header(decode_header(raw_subject(mail)))) == subject.strip()
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Note"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }


def raw_subject(mail: EmailMessage) -> str:
    """The subject as it went over the wire, unfolded."""
    return str(dict(mail.raw_items())["Subject"]).replace("\r\n", "")


def test_no_line_is_longer_than_mail_may_have_and_all_is_ascii() -> None:
    headers = (("List-Unsubscribe", "<https://example.org/" + "x" * 800 + ">"),)
    written = raw(
        Sender("größer " * 10, "library@example.org"),
        subject="größer " * 25,
        text="ü" * 5000,
        html="ü" * 5000,
        headers=headers,
    )
    assert written.isascii()
    lines = written.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 998


def test_a_long_address_in_a_header_stays_whole() -> None:
    address = "<https://example.org/" + "x" * 500 + ">"
    written = raw(headers=(("List-Unsubscribe", address), ("List-Id", "Weekly <a.example.org>")))
    assert f"\r\nList-Unsubscribe: {address}\r\n".encode() in written
    assert b"\r\nList-Id: Weekly <a.example.org>\r\n" in written
