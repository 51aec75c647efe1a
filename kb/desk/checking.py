"""What is wrong with a working copy, as `kb check` would say it of its file."""

from collections.abc import Sequence
from datetime import date

from kb.content import ContentFolder, Reading
from kb.desk import text
from kb.desk.values import WorkingCopy
from kb.domain import Status
from kb.findings import Finding, Severity
from kb.frontmatter import FrontMatterBroken
from kb.rules import FindPicture


def check(
    folder: ContentFolder, copy: WorkingCopy, picture: FindPicture, *, status: Status
) -> Reading:
    """Read a working copy as if its file said this status.

    Its faults are those that would keep the file out; to be published, nothing may be missing.
    """
    try:
        source = text.altered(copy.source, status=status.value)
    except FrontMatterBroken:
        source = copy.source
    return read_source(folder, copy.slug, source, picture)


def read_source(folder: ContentFolder, slug: str, source: str, picture: FindPicture) -> Reading:
    """Check a text as the file of a slug."""
    shown = folder.shown(f"{slug}.md")
    return folder.read_text(Reading(shown, slug, "", source, None, ()), picture)


def faults(reading: Reading) -> Sequence[Finding]:
    """The findings that keep a text out."""
    return [found for found in reading.findings if found.severity is Severity.FAULT]


def live_text(copy: WorkingCopy, old_slug: str | None, today: date) -> str:
    """The text of a working copy as it goes live: published, dated, its old address kept."""
    data, _ = text.parts(copy.source)
    changes: dict[str, object] = {"status": Status.PUBLISHED.value}
    if data.get("first_published"):
        changes["updated"] = max(today.isoformat(), str(data["first_published"]))
    else:
        changes["first_published"] = today.isoformat()
    held = data.get("aliases")
    aliases = [each for each in held if each != copy.slug] if isinstance(held, list) else []
    if old_slug and old_slug not in aliases:
        aliases.append(old_slug)
    if aliases != (held or []):
        changes["aliases"] = aliases
    return text.altered(copy.source, **changes)
