"""The rules of a case study that its types cannot say: vocabularies, dates, headings, pictures."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.domain import OPTIONAL_HEADINGS, SECTION_HEADINGS, CaseStudy, FrontMatter, Status
from kb.errors import UnknownTerm
from kb.markdown import Link, MarkdownTooDeep, Section, media_path, render, site_address
from kb.paths import stays_inside
from kb.picture_kinds import FORMATS, IMAGE_TYPES, MAX_PIXELS
from kb.vocabulary import Vocabularies

SLUG = re.compile(r"(?=.{1,100}$)[a-z0-9]+(?:-[a-z0-9]+)*")
# The field of each vocabulary, by the kind of term that it holds.
TERM_FIELDS = {
    "values": "value",
    "focus": "focus",
    "needs": "need",
    "conditions": "condition",
    "provision": "provision",
    "disadvantage": "disadvantage",
    "groups": "group",
    "phases": "phase",
    "key_stages": "key-stage",
    "subjects": "subject",
    "settings": "setting",
    "themes": "theme",
    "policies": "policy",
    "region": "region",
    "subregion": "region",
    "hub": "hub",
}
NEEDED_TO_PUBLISH = ("values", "phases", "settings", "region", "evidence", "review_by")
# Neither <https://…> nor <name@host>, which are Markdown.
_RAW_HTML = re.compile(r"<(?:/|!--)?(?!https?:|mailto:|[^\s<>@]+@[^\s<>@]+>)[A-Za-z][^>\n]*>|<!--")
# A second-level heading: ## …, or a line with hyphens below it.
_ATX = re.compile(r" {0,3}##(?!#)")
_UNDERLINE = re.compile(r" {0,3}-+\s*$")
_CODE = re.compile(r"`[^`\n]*`")
# Where "<folder>/<picture>" lies, whether it is there or not; None for a place not to look at.
FindPicture = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class MetaProblem:
    """A problem of the front matter, and the path of its key."""

    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class BodyProblem:
    """A problem of the text; lines count from 1 at the start of the text."""

    line: int
    message: str
    harmless: bool = False


def pictures_in(media: Path) -> FindPicture:
    """Finds pictures in a folder that has one folder for each study."""

    def find(path: str) -> Path | None:
        return media / path if stays_inside(media / path, media) else None

    return find


def check_meta(study: CaseStudy, vocabularies: Vocabularies) -> list[MetaProblem]:
    """Everything wrong with a study's front matter, in no order."""
    meta = study.meta
    return [
        *_terms(meta, vocabularies),
        *_places(meta, vocabularies),
        *_consistency(meta),
        *_dates(meta),
        *_needed(meta),
        *_aliases(study),
    ]


def check_body(study: CaseStudy, picture: FindPicture) -> list[BodyProblem]:
    """Everything wrong with a study's text: headings, raw HTML, links, pictures.

    Args:
        study: a study whose front matter is typed.
        picture: where a picture lies that the text names.
    """
    lines = study.body_md.split("\n")
    try:
        rendered = render(study.body_md)
    except MarkdownTooDeep as error:
        return [BodyProblem(1, str(error))]
    problems = [*_headings(study, lines, rendered.sections)]
    if rendered.preamble:
        problems.append(
            BodyProblem(1, "there is text above the first heading; move it under ## Context")
        )
    problems += _raw_html(lines)
    places = {link.target: _lines_with(lines, link.target) for link in rendered.links}
    for link in rendered.links:
        line = next(places[link.target], 1)
        if message := _link_problem(link, picture):
            problems.append(BodyProblem(line, message))
    return problems


def _terms(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[MetaProblem]:
    claims: list[tuple[tuple[str | int, ...], str, str]] = []
    for name, kind in TERM_FIELDS.items():
        held = getattr(meta, name)
        if isinstance(held, tuple):
            claims += [((name, n), kind, key) for n, key in enumerate(held)]
            if len(set(held)) < len(held):
                yield MetaProblem((name,), f"{name} names the same thing twice")
        elif held is not None:
            claims.append(((name,), kind, held))
    if meta.school:
        claims.append((("school", "type"), "school-type", meta.school.type))
    if meta.evidence and meta.evidence.eef_strand:
        claims.append((("evidence", "eef_strand"), "eef-strand", meta.evidence.eef_strand))
    if meta.effort:
        claims += [
            (("effort", "delivered_by", n), "delivered-by", key)
            for n, key in enumerate(meta.effort.delivered_by)
        ]
    for path, kind, key in claims:
        try:
            vocabularies[kind].read(key)
        except UnknownTerm as error:
            yield MetaProblem(path, f"{path[0]}: {error}")


def _places(meta: FrontMatter, vocabularies: Vocabularies) -> Iterator[MetaProblem]:
    regions = vocabularies["region"]
    if meta.region in regions and meta.region and regions[meta.region].parent:
        yield MetaProblem(
            ("region",),
            f"{meta.region} is part of {regions[meta.region].parent}: "
            "put that under region, and this under subregion",
        )
    if meta.subregion in regions and meta.subregion:
        parent = regions[meta.subregion].parent
        if parent != meta.region:
            belongs = f"lies in {parent}" if parent else "is a whole region"
            instead = f", not in {meta.region}" if meta.region else "; give the region too"
            yield MetaProblem(("subregion",), f"{meta.subregion} {belongs}{instead}")


def _consistency(meta: FrontMatter) -> Iterator[MetaProblem]:
    if (meta.needs or meta.conditions) and "send" not in meta.focus:
        name = "needs" if meta.needs else "conditions"
        yield MetaProblem((name,), f"{name} are given, but focus does not hold send: add it")
    if meta.disadvantage and "disadvantage" not in meta.focus:
        yield MetaProblem(
            ("disadvantage",), "disadvantage is given, but focus does not hold disadvantage: add it"
        )
    if meta.illustrative and meta.school and meta.school.urn:
        yield MetaProblem(
            ("school", "urn"), "an illustrative study is of no real school: take the urn out"
        )
    if meta.contact and "@" in meta.contact:
        yield MetaProblem(("contact",), "never a personal address in public: write contact: hub")


def _dates(meta: FrontMatter) -> Iterator[MetaProblem]:
    first = meta.first_published
    for name, later in (("updated", meta.updated), ("review_by", meta.review_by)):
        if first and later and later < first:
            yield MetaProblem((name,), f"{name} {later} is before first_published {first}")


def _needed(meta: FrontMatter) -> Iterator[MetaProblem]:
    if meta.status is Status.PUBLISHED:
        for name in NEEDED_TO_PUBLISH:
            if not getattr(meta, name):
                yield MetaProblem(
                    ("status",), f"a published study needs {name}; add it, or set status: draft"
                )


def _aliases(study: CaseStudy) -> Iterator[MetaProblem]:
    for n, alias in enumerate(study.meta.aliases):
        if not SLUG.fullmatch(alias):
            yield MetaProblem(
                ("aliases", n), f"“{alias}” is not an address: use a-z, 0-9 and hyphens"
            )
        elif alias == study.slug:
            yield MetaProblem(("aliases", n), f"“{alias}” is the study's own name; take it out")


def _headings(
    study: CaseStudy, lines: Sequence[str], sections: Sequence[Section]
) -> Iterator[BodyProblem]:
    order = (*SECTION_HEADINGS, *OPTIONAL_HEADINGS)
    found = [section.heading for section in sections]
    places = _heading_lines(lines)
    position = -1
    for number, heading in enumerate(found):
        line = places[number] if len(places) == len(found) else 1
        if heading not in order:
            yield BodyProblem(
                line,
                f"“{heading}” is not a heading of a case study; use {', '.join(order)}, or ###",
            )
        elif order.index(heading) <= position:
            again = "stands twice" if found.count(heading) > 1 else "is out of order"
            yield BodyProblem(
                line, f"the heading “{heading}” {again}; the order is {', '.join(order)}"
            )
        else:
            position = order.index(heading)
    if study.meta.status in {Status.PUBLISHED, Status.IN_REVIEW}:
        for number, section in enumerate(sections):
            if not section.blocks:
                line = places[number] if len(places) == len(found) else 1
                yield BodyProblem(line, f"there is nothing under “{section.heading}”; write it")
        for heading in SECTION_HEADINGS:
            if heading not in found:
                yield BodyProblem(
                    1, f"the heading “## {heading}” is missing; add it, or set status: draft"
                )


def _raw_html(lines: Iterable[str]) -> Iterator[BodyProblem]:
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.lstrip().startswith("```")
        if (
            not fenced
            and not line.startswith("    ")
            and (match := _RAW_HTML.search(_CODE.sub("", line)))
        ):
            message = f"HTML such as {match[0][:40]} is shown as it stands; write Markdown instead"
            yield BodyProblem(number, message, harmless=True)


def _link_problem(link: Link, picture: FindPicture) -> str | None:
    if not link.is_image:
        if site_address(link.target) is None:
            return (
                f"the link “{link.target[:80]}” is not allowed; "
                "use https:, mailto: or another study's file"
            )
        return None
    path = media_path(link.target)
    if path is None:
        return f"the image “{link.target[:80]}” must be written as ../media/<study>/<picture>.png"
    if not link.alt.strip():
        return f"the image {path} has no description; write ![what it shows](…)"
    if not SLUG.fullmatch(path.partition("/")[0]):
        return f"the folder of the image {path} must be named like a study: a-z, 0-9 and hyphens"
    if not path.lower().endswith(tuple(IMAGE_TYPES)):
        return f"the name of the image {path} must end in {', '.join(IMAGE_TYPES)}"
    return _image_problem(picture(path), path)


def _image_problem(file: Path | None, path: str) -> str | None:
    # Takes 50 ms to load: whoever looks at no picture does not wait for it.
    from PIL import Image, UnidentifiedImageError

    if file is None:
        return f"the image {path} leads out of the content folder"
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return f"the image {path} has over {MAX_PIXELS:,} pixels; make it smaller"
            # verify() looks at nothing in a JPEG.
            image.load()
    except FileNotFoundError:
        return f"the image {path} is missing: put it at content/media/{path}"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return f"{path} is not a PNG, JPEG or WebP picture, or is damaged; save it again"
    return None


def _lines_with(lines: Sequence[str], text: str) -> Iterator[int]:
    """The line of each occurrence of a text, in order."""
    for number, line in enumerate(lines, 1):
        for _ in range(line.count(text)):
            yield number


def _heading_lines(lines: Sequence[str]) -> list[int]:
    """Where the second-level headings stand, in order."""
    found = []
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.lstrip().startswith("```")
        underlined = number < len(lines) and line.strip() and _UNDERLINE.match(lines[number])
        if not fenced and (_ATX.match(line) or underlined):
            found.append(number)
    return found
