"""Whether a path stays where it should, and whether state can be kept at one."""

from pathlib import Path
from tempfile import TemporaryFile

from kb.errors import StorageFailed


def stays_inside(path: Path, root: Path) -> bool:
    """Whether a path, all links followed, lies below a folder; a loop of links does not."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def prepare_home(home: Path) -> None:
    """Make the folder for state, and see that it can be written.

    Raises:
        StorageFailed: it cannot; says what to do.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise StorageFailed(
            f"KB_HOME {home} cannot be written ({error.strerror}). "
            "Give this user the right to write there, or set KB_HOME to another folder."
        ) from error
