"""The key that signs links and forms: given, or made once and kept."""

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from kb.errors import Invalid, StorageFailed

_FILE = "secret-key"
_BYTES = 32
# Of a key that somebody gives: as many characters as 24 random bytes take.
SHORTEST = 32


def load_secret(home: Path) -> str:
    """The key kept in KB_HOME, made on the first call; all processes get the same one.

    Raises:
        StorageFailed: it cannot be read or written.
        Invalid: the file holds no key.
    """
    path = home / _FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_text().strip()
    except OSError as error:
        raise StorageFailed(
            f"The key {path} cannot be kept ({error.strerror}). Mend the rights, or set "
            "KB_SECRET_KEY."
        ) from error
    if len(key) < SHORTEST:
        raise Invalid(f"{path} holds no key. Delete it, and a new one is made.")
    return key


def _make(path: Path) -> None:
    """Write a new key for this user alone, unless another process was quicker."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{_FILE}-") as file:
        file.write(f"{secrets.token_urlsafe(_BYTES)}\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            # A link, because it fails where there is a key already.
            os.link(file.name, path)
        except FileExistsError:
            return
