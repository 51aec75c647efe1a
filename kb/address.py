"""Email addresses, as people type them and as they are kept."""

import re

from email_validator import EmailNotValidError, validate_email

from kb.errors import Invalid
from kb.smtp import Sender

_MAX_NAME = 100
_NAMED = re.compile(r"\s*\"?(?P<name>[^<>\"]*?)\"?\s*<(?P<address>[^<>]*)>\s*")


def read_address(raw: str) -> str:
    """The address that somebody typed, in one spelling: ASCII, lower case, nothing around it.

    Lower case, because no mail provider tells Anna@ from anna@, and a person is one account. Asks
    nobody whether the address exists.

    Raises:
        Invalid: mail cannot be sent to it; says how to mend it.
    """
    typed = raw.strip()
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise Invalid(
            f"“{_shown(typed)}” is not an email address such as name@school.org.uk: "
            f"{str(error).rstrip('.')}."
        ) from None
    # Without SMTPUTF8 there always is one; the domain is in its form of plain letters.
    return (found.ascii_email or found.normalized).lower()


def read_sender(raw: str, name: str) -> Sender:
    """`name@example.org`, or `What to call us <name@example.org>`.

    Args:
        raw: what was typed.
        name: stands where only an address was given.

    Raises:
        Invalid: it is neither.
    """
    named = _NAMED.fullmatch(raw)
    called = (named and named["name"]) or name
    if not called.isprintable() or len(called) > _MAX_NAME:
        raise Invalid(f"A sender's name has at most {_MAX_NAME} characters, on one line.")
    return Sender(called, read_address(named["address"] if named else raw))


def _shown(typed: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in typed)
    return printable if len(printable) <= 80 else f"{printable[:79]}…"
