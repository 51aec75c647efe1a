"""Settings: a bad value stops the start and names its variable."""

from pathlib import Path

import pytest

from kb.errors import Invalid
from kb.settings import Settings
from kb.smtp import Security, Sender, SmtpServer


def test_nothing_given_gives_a_site_that_runs_here() -> None:
    settings = Settings.from_env({})
    assert settings.home == Path.cwd() / "var"
    assert settings.content == Path.cwd() / "content"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/var/kb.sqlite"
    assert settings.model is None
    assert settings.site_name == "Practice Library"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.show_illustrative is True


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            "KB_HOME": "/srv/kb",
            "KB_CONTENT": "/srv/studies",
            "KB_DATABASE_URL": "postgresql+psycopg://kb:secret@db/kb",
            "KB_MODEL": "/srv/model",
            "KB_SITE_NAME": "What works here",
            "KB_BASE_URL": "https://practice.example.org/library/",
            "KB_SHOW_ILLUSTRATIVE": "no",
            "KB_SMTP_URL": "smtps://mail.example.org",
            "KB_MAIL_FROM": "library@example.org",
        }
    )
    assert settings == Settings(
        home=Path("/srv/kb"),
        content=Path("/srv/studies"),
        database_url="postgresql+psycopg://kb:secret@db/kb",
        model="/srv/model",
        site_name="What works here",
        # Addresses are appended to it.
        base_url="https://practice.example.org/library",
        show_illustrative=False,
        smtp_url=SmtpServer("mail.example.org", 465, Security.TLS),
        mail_from=Sender("What works here", "library@example.org"),
    )


def test_the_database_lies_in_the_home_folder_unless_said_otherwise() -> None:
    assert Settings.from_env({"KB_HOME": "/srv/kb"}).database_url == "sqlite:////srv/kb/kb.sqlite"


def test_a_home_below_the_users_own_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/teacher")
    assert Settings.from_env({"KB_HOME": "~/kb"}).home == Path("/home/teacher/kb")


def test_empty_values_and_other_programs_variables_count_as_not_given() -> None:
    env = {"KB_HOME": "", "KB_BASE_URL": "  ", "KBD_MODE": "x", "PATH": "/bin"}
    assert Settings.from_env(env) == Settings.from_env({})


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *((word, True) for word in ("yes", "TRUE", "1", "on")),
        *((word, False) for word in ("no", "False", "0", "off")),
    ],
)
def test_a_switch_understands_the_usual_words(written: str, shown: bool) -> None:
    assert Settings.from_env({"KB_SHOW_ILLUSTRATIVE": written}).show_illustrative is shown


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KB_DATABASE_URL", "kb.sqlite", "such as sqlite:////srv/kb/kb.sqlite"),
        ("KB_DATABASE_URL", "mysql://host/kb", "must begin with sqlite: or postgresql:"),
        ("KB_BASE_URL", "practice.example.org", "must look like https://practice.example.org"),
        ("KB_BASE_URL", "ftp://practice.example.org", "must look like https://"),
        ("KB_BASE_URL", "https:///library", "must look like https://"),
        ("KB_BASE_URL", "https://example.org/?a=b", "must look like https://"),
        ("KB_BASE_URL", "https://example.org/#top", "must look like https://"),
        ("KB_BASE_URL", "javascript:alert(1)", "must look like https://"),
        ("KB_PROXIES", "-1", "number of proxies"),
        ("KB_PROXIES", "many", "number of proxies"),
        ("KB_PROXIES", "6", "0 to 5"),
        ("KB_PROXIES", "²", "number of proxies"),
        ("KB_SHOW_ILLUSTRATIVE", "maybe", "must be yes or no, not “maybe”"),
    ],
)
def test_a_bad_value_names_its_variable_and_what_it_must_be(
    name: str, value: str, says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        Settings.from_env({name: value})
    assert name in str(caught.value)
    assert says in str(caught.value)


def test_a_name_that_is_no_setting_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid, match=r"KB_BASEURL is not a setting\. Settings: .*KB_BASE_URL"):
        Settings.from_env({"KB_BASEURL": "https://example.org"})


def test_a_password_in_a_bad_database_url_is_not_repeated() -> None:
    with pytest.raises(Invalid) as caught:
        Settings.from_env({"KB_DATABASE_URL": "postgres//kb:hunter2@host/kb"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("KB_BASE_URL", "http://[", id="an address with half a bracket"),
        pytest.param("KB_BASE_URL", "http://example.org:port", id="a port in words"),
        pytest.param("KB_DATABASE_URL", "postgresql://h:port/kb", id="a database port in words"),
        pytest.param("KB_DATABASE_URL", "sqlite+nonsense:///kb", id="a driver that nobody has"),
        pytest.param("KB_HOME", "~nobody-here/kb", id="a home of an unknown user"),
        pytest.param("KB_CONTENT", "~nobody-here/kb", id="content of an unknown user"),
    ],
)
def test_an_odd_value_names_its_variable_too(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        Settings.from_env({name: value})
