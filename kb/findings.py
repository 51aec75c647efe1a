"""What is wrong with a file, in words that say how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """A fault keeps this version of the file out; a warning does not."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong with a file, in words that say how to mend it."""

    path: str
    line: int
    message: str
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        prefix = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.path}:{self.line}: {prefix}{self.message}"
