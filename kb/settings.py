"""Settings: one frozen object, read from the environment at the edge and passed down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from kb.errors import Invalid
from kb.secret import SHORTEST
from kb.smtp import Sender, SmtpServer, read_smtp_url

PREFIX = "KB_"
_TRUE = {"1", "true", "yes", "on"}
_MOST_PROXIES = 5
_FALSE = {"0", "false", "no", "off"}
_SITE_NAME = "Practice Library"
# Whom messages come from that are only kept as files.
_NOBODY = Sender(_SITE_NAME, "no-reply@localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things live and how the site is called; README lists the variables."""

    home: Path
    content: Path
    database_url: str
    model: str | None
    site_name: str
    base_url: str
    show_illustrative: bool
    # None where it is to be made and kept; never shown in a log.
    secret_key: str | None = field(default=None, repr=False)
    # None where messages are kept as files.
    smtp_url: SmtpServer | None = None
    mail_from: Sender = _NOBODY
    # How many proxies stand before this server, each of which says whom it asks for.
    proxies: int = 0
    # Of messages to many people, such as the digest.
    mail_per_minute: int = 1000
    mail_per_minute_to_domain: int = 300

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `KB_*`; an empty value counts as not given.

        Raises:
            Invalid: a value cannot be used, or a `KB_` name is not a setting; names it.
        """
        given = {k: v.strip() for k, v in env.items() if k.startswith(PREFIX) and v.strip()}
        known = {f"{PREFIX}{name.upper()}" for name in cls.__dataclass_fields__}
        if unknown := sorted(set(given) - known):
            raise Invalid(f"{unknown[0]} is not a setting. Settings: {', '.join(sorted(known))}.")
        home = _folder("KB_HOME", given.get("KB_HOME", "var"))
        return cls(
            home=home,
            content=_folder("KB_CONTENT", given.get("KB_CONTENT", "content")),
            database_url=_database_url(given.get("KB_DATABASE_URL"), home),
            model=given.get("KB_MODEL"),
            site_name=given.get("KB_SITE_NAME", _SITE_NAME),
            base_url=_base_url(given.get("KB_BASE_URL", "http://127.0.0.1:8000")),
            show_illustrative=_switch(
                "KB_SHOW_ILLUSTRATIVE", given.get("KB_SHOW_ILLUSTRATIVE", "yes")
            ),
            secret_key=_secret(given.get("KB_SECRET_KEY")),
            smtp_url=_smtp(given),
            mail_from=_sender(given),
            proxies=_proxies(given.get("KB_PROXIES", "0")),
            mail_per_minute=_number(given, "KB_MAIL_PER_MINUTE", 1000),
            mail_per_minute_to_domain=_number(given, "KB_MAIL_PER_MINUTE_TO_DOMAIN", 300),
        )


def _database_url(raw: str | None, home: Path) -> str:
    if raw is None:
        return f"sqlite:///{home}/kb.sqlite"
    # Imported here, so that a search, which needs no database, does not wait for it.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(raw)
        url.get_dialect()
    except (ArgumentError, ValueError) as error:
        # The value may carry a password, so it is not repeated.
        raise Invalid(
            "KB_DATABASE_URL is not a database URL, such as sqlite:////srv/kb/kb.sqlite."
        ) from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Invalid("KB_DATABASE_URL must begin with sqlite: or postgresql:.")
    return raw


def _smtp(given: Mapping[str, str]) -> SmtpServer | None:
    if (raw := given.get("KB_SMTP_URL")) is None:
        return None
    if "KB_MAIL_FROM" not in given:
        raise Invalid(
            "KB_SMTP_URL needs KB_MAIL_FROM beside it: the address that messages come from, "
            "such as library@example.org."
        )
    return read_smtp_url(raw)


def _sender(given: Mapping[str, str]) -> Sender:
    name = given.get("KB_SITE_NAME", _SITE_NAME)
    if (raw := given.get("KB_MAIL_FROM")) is None:
        return replace(_NOBODY, name=name)
    # Imported here, so that a search, which sends no mail, does not wait for it.
    from kb.address import read_sender

    try:
        return read_sender(raw, name)
    except Invalid as error:
        raise Invalid(f"KB_MAIL_FROM: {error}") from error


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    raw = given.get(name, str(default))
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 8 and int(raw)):
        raise Invalid(f"{name} must be a whole number from 1 on, not “{raw}”.")
    return int(raw)


def _secret(raw: str | None) -> str | None:
    if raw is not None and len(raw) < SHORTEST:
        # The value is not repeated: it may be meant for elsewhere.
        raise Invalid(
            f"KB_SECRET_KEY must have at least {SHORTEST} characters. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))', or leave it out."
        )
    return raw


def _proxies(raw: str) -> int:
    if raw.isascii() and raw.isdigit() and int(raw) <= _MOST_PROXIES:
        return int(raw)
    raise Invalid(
        f"KB_PROXIES must be the number of proxies before this server, 0 to {_MOST_PROXIES}, "
        f"not “{raw}”."
    )


def _base_url(raw: str) -> str:
    try:
        parts = urlsplit(raw)
        # Reading the port is what finds one that is none.
        is_site = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_site = None
    if not is_site or parts.query or parts.fragment:
        raise Invalid(f"KB_BASE_URL must look like https://practice.example.org, not “{raw}”.")
    return raw.rstrip("/")


def _folder(name: str, raw: str) -> Path:
    try:
        folder = Path(raw).expanduser().absolute()
    except RuntimeError as error:
        raise Invalid(f"{name} names a home folder that does not exist: {raw}") from error
    if "?" in str(folder):
        raise Invalid(f"{name} cannot hold a question mark: {raw}")
    return folder


def _switch(name: str, raw: str) -> bool:
    if raw.casefold() in _TRUE:
        return True
    if raw.casefold() in _FALSE:
        return False
    raise Invalid(f"{name} must be yes or no, not “{raw}”.")
