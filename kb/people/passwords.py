"""Which passwords may be chosen, and how they are kept: as hashes by argon2id alone.

The cost is what OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, two passes, one
lane; 40 ms here (2026-11-28). Attempts are limited beside that.
"""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kb.errors import Invalid

FEWEST, MOST = 12, 256
# zxcvbn's estimate of the guesses that it takes somebody who tries the likeliest ones first.
_FEWEST_GUESSES = 10**7
# What it reads of a password: it slows down with the length.
_ESTIMATED = 72
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def check_choice(password: str, email: str, name: str) -> None:
    """See that a password may be chosen by the person with this address and name.

    Raises:
        Invalid: too short, too long, very common, or made from the address.
    """
    if len(password) < FEWEST:
        raise Invalid(
            f"The password has {len(password)} characters, and needs at least {FEWEST}. "
            "Three or four words that do not belong together are easy to remember."
        )
    if len(password) > MOST:
        raise Invalid(f"The password has {len(password)} characters; at most {MOST} are taken.")
    local = email.partition("@")[0].casefold()
    if email.casefold() in password.casefold() or (len(local) > 2 and local in password.casefold()):
        raise Invalid("The password contains your address. Choose one that does not.")
    if _guesses(password, (email, local, name)) < _FEWEST_GUESSES:
        raise Invalid(
            "This password is among those that are tried first. Choose one that is less common: "
            "three or four words that do not belong together, perhaps."
        )


def hash_password(password: str) -> str:
    """What is kept of a password: takes some 40 ms, so do it outside a transaction."""
    return _HASHER.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; as slow for None, which none fits."""
    if len(password) > MOST:
        # The answer must not take longer than for others either.
        kept, password = None, password[:MOST]
    try:
        _HASHER.verify(_nobodys() if kept is None else kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was made with other costs than today's, and should be made again."""
    return _HASHER.check_needs_rehash(kept)


def _guesses(password: str, known: tuple[str, ...]) -> float:
    # Imported here: its lists of passwords take time that only this needs.
    from zxcvbn import zxcvbn

    told = [part for part in known if part]
    return float(zxcvbn(password[:_ESTIMATED], user_inputs=told)["guesses"])


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hash_password("nobody's password")
