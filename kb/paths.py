"""Whether a path stays where it should."""

from pathlib import Path


def stays_inside(path: Path, root: Path) -> bool:
    """Whether a path, all links followed, lies below a folder; a loop of links does not."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False
