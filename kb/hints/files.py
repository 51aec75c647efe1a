"""Hints for files, as `kb check` prints them."""

from collections.abc import Iterable, Sequence

from kb.content import ContentFolder, Reading
from kb.domain import READABLE
from kb.findings import Finding, Severity
from kb.glossary import Glossary
from kb.hints.check import Surroundings, hints_of
from kb.hints.source import read_draft


def hints_of_files(
    folder: ContentFolder, readings: Iterable[Reading], among: Sequence[Reading]
) -> list[Finding]:
    """The hints for some files, in order; none for a file with a fault, which is mended first.

    Args:
        folder: the content folder that they lie in.
        readings: all files, to which a link may lead.
        among: the files to look at.
    """
    media = folder.root / "media"
    studies = [reading.study for reading in readings if reading.study]
    readable = {
        slug
        for study in studies
        if study.meta.status in READABLE
        for slug in (study.slug, *study.meta.aliases)
    }
    around = Surroundings(
        Glossary.load(folder.root / "terms.toml"),
        knows=readable.__contains__,
        has_media=lambda path: (media / path).is_file(),
    )
    # Backwards: those that were read last are still rendered.
    found = [_findings(reading, around) for reading in reversed(among)]
    return [finding for of_one in reversed(found) for finding in of_one]


def _findings(reading: Reading, around: Surroundings) -> list[Finding]:
    if reading.study is None:
        return []
    return [
        Finding(reading.path, hint.line or 1, hint.message, Severity.HINT)
        for hint in hints_of(read_draft(reading.source), around)
    ]
