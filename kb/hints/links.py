"""Links to studies, and to pictures, that are not there."""

from collections.abc import Callable, Iterator

from kb.hints.hint import Hint, HintKind
from kb.hints.written import Written
from kb.markdown import media_path, site_address

_PRACTICE = "/practice/"
Knows = Callable[[str], bool]


def hints(written: Written, knows: Knows, has_media: Knows) -> Iterator[Hint]:
    """Links within the site that lead nowhere.

    Args:
        written: the draft.
        knows: whether a study, by its slug or an old one, can be read.
        has_media: whether a file is there, by its path below media/.
    """
    if written.rendered is None:
        return
    for link in dict.fromkeys(written.rendered.links):
        address = site_address(link.target) or ""
        if path := media_path(link.target):
            if not has_media(path):
                message = f"There is no media/{path}. Add the file, or take the link out."
                yield _hint(written, message, link.target)
        elif address.startswith(_PRACTICE):
            slug = address.removeprefix(_PRACTICE).partition("#")[0].partition("?")[0]
            slug = slug.partition("/")[0].removesuffix(".md")
            if not knows(slug):
                message = (
                    f"No published case study has the address “{slug}”. Mend or remove the link."
                )
                yield _hint(written, message, link.target)


def _hint(written: Written, message: str, target: str) -> Hint:
    """A hint about a link, which the plain text does not show."""
    number = written.row_with(target)
    heading = written.heading_at(number)
    return Hint(HintKind.LINK, message, heading, written.draft.body_line + number, target)
