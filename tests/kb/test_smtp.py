"""The settings of mail: encrypted unless said otherwise, and silent about the password."""

import pytest

from kb.errors import Invalid
from kb.settings import Settings
from kb.smtp import Security, Sender, SmtpServer, read_smtp_url

FROM = {"KB_MAIL_FROM": "library@example.org"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://anna:p%40ss%2Fw@mail.example.org",
            SmtpServer("mail.example.org", 587, Security.STARTTLS, "anna", "p@ss/w"),
        ),
        (
            "smtps://a%40example.org:x@mail.example.org/",
            SmtpServer("mail.example.org", 465, Security.TLS, "a@example.org", "x"),
        ),
        ("SMTP://mail.example.org:25", SmtpServer("mail.example.org", 25, Security.STARTTLS)),
        ("smtp+plain://mailhost", SmtpServer("mailhost", 25, Security.NONE)),
        (
            "smtp+plain://anna:x@[::1]:1025",
            SmtpServer("::1", 1025, Security.NONE, "anna", "x"),
        ),
    ],
)
def test_each_scheme_is_read(url: str, server: SmtpServer) -> None:
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mail.example.org", "must begin with smtps://"),
        ("http://mail.example.org", "must begin with smtps://"),
        ("smtp://", "is not the address of a mail server"),
        ("smtp://user:hunter2@", "is not the address of a mail server"),
        ("smtp://mail.example.org:port", "is not the address of a mail server"),
        ("smtp://mail.example.org:0", "is not the address of a mail server"),
        ("smtp://mail.example.org:99999", "is not the address of a mail server"),
        ("smtp://user:hun/ter2@mail.example.org", "is not the address of a mail server"),
        ("smtp://user:hunter2#@mail.example.org", "is not the address of a mail server"),
        ("smtp://[mail.example.org", "is not the address of a mail server"),
        ("smtp://mail.example.org?tls=no", "is not the address of a mail server"),
        ("smtp://user@mail.example.org", "both a user and a password"),
        ("smtp+plain://user:hunter2@mail.example.org", "everybody on the way can read"),
    ],
)
def test_a_bad_address_is_refused_without_being_repeated(url: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        Settings.from_env({"KB_SMTP_URL": url, **FROM})
    assert "KB_SMTP_URL" in str(caught.value)
    assert "hun" not in str(caught.value)


def test_the_password_is_never_shown() -> None:
    settings = Settings.from_env({"KB_SMTP_URL": "smtp://anna:hunter2@mail.example.org", **FROM})
    assert "hunter2" not in repr(settings)
    assert str(settings.smtp_url) == "mail.example.org port 587 with STARTTLS, as anna"


def test_without_a_server_nobody_needs_to_be_the_sender() -> None:
    settings = Settings.from_env({"KB_SITE_NAME": "What works"})
    assert settings.smtp_url is None
    assert settings.mail_from == Sender("What works", "no-reply@localhost")


def test_a_server_needs_a_sender() -> None:
    with pytest.raises(Invalid, match="needs KB_MAIL_FROM"):
        Settings.from_env({"KB_SMTP_URL": "smtp://mail.example.org"})


def test_the_sender_is_called_as_the_site_unless_said_otherwise() -> None:
    given = {"KB_SITE_NAME": "What works", **FROM}
    assert Settings.from_env(given).mail_from.name == "What works"
    given["KB_MAIL_FROM"] = "The library <library@example.org>"
    assert Settings.from_env(given).mail_from == Sender("The library", "library@example.org")


@pytest.mark.parametrize("raw", ["library", "a@example.org b@example.org", "Library <a@b@c>"])
def test_a_bad_sender_names_its_variable(raw: str) -> None:
    with pytest.raises(Invalid, match="KB_MAIL_FROM"):
        Settings.from_env({"KB_MAIL_FROM": raw})
