"""What processes below this one are there, and what memory is theirs."""

from pathlib import Path

_PROC = Path("/proc")


def can_measure_memory() -> bool:
    """Whether this system tells the proportional set size of a process, as Linux does."""
    return (_PROC / "self" / "smaps_rollup").exists()


def pss_mb(pid: int) -> float:
    """Proportional set size: its own memory, and its part of what it shares."""
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def below(pid: int) -> set[int]:
    """The processes below one, at any depth."""
    parents = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            # The name of a process, in brackets, may hold anything.
            after_name = (folder / "stat").read_text().rpartition(")")[2]
        except OSError:
            continue
        parents[int(folder.name)] = int(after_name.split()[1])
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level}
        found |= level
    return found


def command_line(pid: int) -> str:
    """The words of a process's command, parted by spaces; empty once it has ended."""
    try:
        return (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
