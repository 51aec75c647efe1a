"""What is wrong with a file, in words that say how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """A fault keeps this version of the file out; a warning does not; on a hint, one decides."""

    FAULT = "fault"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong with a file, or to decide on, in words that say how to mend it."""

    path: str
    line: int
    message: str
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        prefix = "" if self.severity is Severity.FAULT else f"{self.severity}: "
        return f"{self.path}:{self.line}: {prefix}{self.message}"
