"""Messages: nothing that somebody wrote can add a header, and all of it can be sent."""

from typing import Any

import pytest

from kb.errors import Invalid
from kb.mail import Message
from kb.mail.message import MAX_SUBJECT, one_line


def a_message(**given: Any) -> Message:
    return Message(**{"to": "anna@school.org.uk", "subject": "Hello", "text": "Hi."} | given)


BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\0", "\ud800"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_line_break_is_refused_wherever_it_could_make_a_header(line_break: str) -> None:
    evil = f"Hello{line_break}Bcc: eve@example.org"
    for given in (
        {"subject": evil},
        {"to": f"anna@school.org.uk{line_break}Bcc: eve@example.org"},
        {"to": f"anna@school.org.uk{line_break}"},
        {"headers": (("List-Id", evil),)},
        {"headers": ((f"List-Id{line_break}", "x"),)},
        {"message_id": f"a{line_break}"},
    ):
        with pytest.raises(Invalid):
            a_message(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"to": "Anna@School.org.uk"},
        {"to": "anna"},
        {"subject": ""},
        {"subject": "  "},
        {"subject": "x" * (MAX_SUBJECT + 1)},
        {"text": "half \ud800 a character"},
        {"html": "<p>\0</p>"},
        {"message_id": ""},
        {"message_id": "a@b"},
        {"message_id": "a..b"},
        {"message_id": "<a>"},
        {"message_id": "x" * 201},
        *({"headers": ((name, "x"),)} for name in ("", "X Y", "X:", "Ü", "Bcc", "FROM", "Sender")),
        *({"headers": ((name, "x"),)} for name in ("Content-Type", "Message-ID", "MIME-Version")),
        {"headers": (("List-Id", ""),)},
        {"headers": (("List-Id", "größer"),)},
        {"headers": (("List-Id", "x" * 901),)},
    ],
)
def test_what_cannot_be_sent_as_it_stands_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        a_message(**given)


def test_what_people_write_can_be_sent() -> None:
    subject = "New: “Café 👩\u200d🏫\u00a0at the gate”"
    a_message(subject=subject, text="größer", html="<p>größer</p>", message_id="digest.2026-48_a+b")
    a_message(headers=(("List-Unsubscribe", "<https://example.org/" + "x" * 800 + ">"),))


@pytest.mark.parametrize("line_break", BREAKS)
def test_what_people_write_is_made_one_line_for_a_subject(line_break: str) -> None:
    line = one_line(f" Hello{line_break} Bcc:  x ")
    assert line == "Hello Bcc: x"
    assert a_message(subject=line).subject == line


def test_a_long_title_is_cut_for_a_subject() -> None:
    line = one_line("word " * 200)
    assert len(line) == MAX_SUBJECT
    assert line.endswith("…")
