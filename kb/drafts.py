"""Beginning a case study: a fresh id, a slug from the title, a draft with its headings in place."""

import re
import secrets
import unicodedata
from pathlib import Path

from kb.domain import SECTION_HEADINGS, CaseStudyId
from kb.errors import Invalid, StorageFailed
from kb.rules import SLUG

# Crockford's base 32: no letters that are taken for digits when read out.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 12
# What stands in a new draft until its author writes something else.
SUMMARY_PROMPT = "One or two sentences that a busy teacher reads first."
PROMPTS = dict(
    zip(
        SECTION_HEADINGS,
        (
            "What kind of school, where, with which pupils, in which year.",
            "What the need was, and how you knew.",
            "Who did what, when, for how long, with what; enough for somebody to start on Monday.",
            "What changed, how you measured it, and what else may have played a part.",
            "What did not work, what you stopped, what you would change.",
        ),
        strict=True,
    )
)


def new_id() -> CaseStudyId:
    """A fresh opaque id: 60 random bits."""
    return CaseStudyId("".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH)))


def slug_of(title: str) -> str:
    """The address that a title suggests.

    Raises:
        Invalid: it holds no letter that an address can have.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain)).strip("-")[:80].rstrip("-")
    if not SLUG.fullmatch(slug):
        raise Invalid(
            f"The title “{title}” gives no address; name one with --slug, such as quiet-start."
        )
    return slug


def write_draft(content: Path, title: str, slug: str | None = None) -> Path:
    """Write a valid draft; returns its path.

    Raises:
        Invalid: no usable title or slug, or the file is there already.
        StorageFailed: the content folder cannot be written.
    """
    title = " ".join(title.split())
    if not title or len(title) > 160 or not title.isprintable():
        raise Invalid("A title has 1 to 160 letters, on one line.")
    slug = slug or slug_of(title)
    if not SLUG.fullmatch(slug):
        raise Invalid(f"“{slug}” is not an address: use a-z, 0-9 and single hyphens.")
    path = content / "case-studies" / f"{slug}.md"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_draft(title))
    except FileExistsError as error:
        raise Invalid(f"{path} is there already; choose another title, or a --slug.") from error
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _draft(title: str) -> str:
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    body = "\n\n".join(f"## {heading}\n\n{prompt}" for heading, prompt in PROMPTS.items())
    return f"""---
id: {new_id()}
title: "{quoted}"
summary: {SUMMARY_PROMPT}
status: draft
---

{body}
"""
