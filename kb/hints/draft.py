"""What an author has written so far, from a file or a form, sound or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.domain import EvidenceStrength


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a study that hints are about.

    Attributes:
        strength: the evidence label; None as long as none was chosen.
        eef_strand: the research strand that the study may be read beside.
        body_line: the line of the file on which the text begins; 1 in a form.
        lines: of a file, the line of title, summary and each of the answers (`answers.0`, …).
    """

    title: str = ""
    summary: str = ""
    answers: tuple[str, ...] = ()
    body_md: str = ""
    strength: EvidenceStrength | None = None
    eef_strand: str | None = None
    body_line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict)
