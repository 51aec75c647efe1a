"""Files that are there whole or not at all, whatever happens while they are written."""

import os
import tempfile
from pathlib import Path

# What a file ends in while it is written; a kill leaves one of these, hidden.
PART = ".part"


def write_whole(path: Path, data: bytes, mode: int) -> None:
    """Write beside, sync, rename, sync the folder; a file that says the same stays as it is.

    Raises:
        OSError: no room or no right to write; what was there before stays.
    """
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    handle, name = tempfile.mkstemp(prefix=".", suffix=PART, dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
