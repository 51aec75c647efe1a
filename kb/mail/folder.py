"""Where no mail server is set: each message is a file that mail programs open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from kb.errors import RelayFailed
from kb.mail.letter import Letter


class FolderRelay:
    """A folder of `.eml` files, for this user alone: they hold links that sign people in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return f".eml files in {self._folder}"

    @contextmanager
    def open(self) -> Iterator["FolderRelay"]:
        """Itself: there is nothing to keep open."""
        yield self

    def ready(self) -> None:
        """Make the folder; see `Line`."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._failed(error) from error

    def send(self, letter: Letter) -> str:
        """Write the file, whole or not at all; the same letter again is the same file."""
        path = self._folder / f"{letter.name}.eml"
        try:
            with NamedTemporaryFile(dir=self._folder, suffix=".new", delete=False) as file:
                file.write(letter.raw)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError as error:
            raise self._failed(error) from error
        return f"written to {path}"

    def _failed(self, error: OSError) -> RelayFailed:
        return RelayFailed(f"No mail can be written to {self._folder}: {error.strerror}.")
