"""Whom mail comes from, and the server that it is sent through, as `KB_SMTP_URL` names it."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from kb.errors import Invalid

_EXAMPLE = "such as smtp://user:password@smtp.example.org:587"


class Security(StrEnum):
    """How the way to the server is kept private; the value is what people read."""

    TLS = "TLS"
    STARTTLS = "STARTTLS"
    NONE = "no encryption"


_SCHEMES = {
    "smtps": (Security.TLS, 465),
    # Demanded, not merely taken where it is offered: who sits between could leave out the offer.
    "smtp": (Security.STARTTLS, 587),
    "smtp+plain": (Security.NONE, 25),
}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where it is, and who we are to it."""

    host: str
    port: int
    security: Security
    user: str | None = None
    # Never shown in a log.
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """What people may read."""
        who = f", as {self.user}" if self.user else ""
        return f"{self.host} port {self.port} with {self.security}{who}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom messages come from: a name that people read, and an address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.rpartition("@")[2]


def read_smtp_url(raw: str) -> SmtpServer:
    """Read `smtps://`, `smtp://` (STARTTLS) or `smtp+plain://`, then `user:password@host:port`.

    Raises:
        Invalid: it is none of these; does not repeat it, because it may hold a password.
    """
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise Invalid(f"KB_SMTP_URL is not the address of a mail server, {_EXAMPLE}.") from None
    if parts.scheme not in _SCHEMES:
        raise Invalid(
            "KB_SMTP_URL must begin with smtps:// (TLS), smtp:// (STARTTLS) or smtp+plain:// "
            "(no encryption)."
        )
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or port == 0:
        raise Invalid(
            f"KB_SMTP_URL is not the address of a mail server, {_EXAMPLE}. "
            "In user and password, write / ? # @ : % as %2F %3F %23 %40 %3A %25."
        )
    security, usual_port = _SCHEMES[parts.scheme]
    user, password = _login(parts)
    if user and security is Security.NONE and not _is_this_machine(parts.hostname):
        raise Invalid(
            "KB_SMTP_URL would send a password that everybody on the way can read. "
            "Use smtps:// or smtp://, or leave user and password out."
        )
    return SmtpServer(parts.hostname, port or usual_port, security, user, password)


def _login(parts: SplitResult) -> tuple[str | None, str]:
    if (parts.username is None) != (parts.password is None):
        raise Invalid(f"KB_SMTP_URL needs both a user and a password, or neither, {_EXAMPLE}.")
    return unquote(parts.username or "") or None, unquote(parts.password or "")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
