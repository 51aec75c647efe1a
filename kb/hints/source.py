"""A file's text as a draft."""

from typing import Any

from kb.domain import EvidenceStrength
from kb.frontmatter import ParsedFrontMatter, parse
from kb.hints.draft import Draft


def read_draft(source: str) -> Draft:
    """The draft that a file's text is; what has the wrong type counts as not written.

    Raises:
        FrontMatterBroken: the front matter cannot be read at all.
    """
    parsed = parse(source)
    data = parsed.data
    evidence = data.get("evidence")
    evidence = evidence if isinstance(evidence, dict) else {}
    return Draft(
        title=_text(data.get("title")),
        summary=_text(data.get("summary")),
        answers=_texts(data.get("answers")),
        body_md=parsed.body_md,
        strength=_strength(evidence.get("strength")),
        eef_strand=_text(evidence.get("eef_strand")) or None,
        body_line=parsed.body_line,
        lines=_lines(parsed),
    )


def _lines(parsed: ParsedFrontMatter) -> dict[str, int]:
    lines = {name: parsed.line_of((name,)) for name in ("title", "summary")}
    for number in range(len(_texts(parsed.data.get("answers")))):
        lines[f"answers.{number}"] = parsed.line_of(("answers", number))
    return lines


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(_text, values)) if isinstance(values, list) else ()


def _strength(value: Any) -> EvidenceStrength | None:
    known = {strength.value: strength for strength in EvidenceStrength}
    return known.get(value) if isinstance(value, str) else None
