"""Addresses of the site's pages.

A results page holds some hundred of them. Flask's url_for took 25 µs for each of a page's links,
2 ms in all (2026-11-24, 20 results); joining strings takes 1 µs. A test holds both to agree.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlencode

HOME = "/"
SEARCH = "/search"
SUGGEST = "/suggest"
PRACTICE = "/practice"
STATIC = "/static"
COMPARE = "/compare"
MAP = "/map"
SHORTLIST = "/shortlist"
REGIONS = "/regions"
FEED = "/feed.atom"
SUBSCRIBE = "/subscribe"
DIGEST = "/digest"
DIGEST_ADMIN = f"{DIGEST}/admin"
OPENSEARCH = "/opensearch.xml"
ABOUT = "/about"
ACCESSIBILITY = "/accessibility"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"
INVITATION = "/invitation"
PEOPLE = "/people"
AUDIT = "/audit"
EDIT = "/edit"
APPROVAL = "/approval"
# Of what a browser takes for a path of this site, what we write: no second slash or backslash,
# which would name another host, and nothing that browsers drop before they look.
_LOCAL = re.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?")
# What an address may hold as it is, as browsers and url_for see it.
_SAFE = "!$'()*,/:;?@"


def search_address(pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The results page of these parameters, in their order."""
    query = urlencode(list(pairs), safe=_SAFE)
    return f"{SEARCH}?{query}" if query else SEARCH


def feed_address(pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The feed of a search; it has an order of its own, and no pages."""
    kept = [(name, value) for name, value in pairs if name not in {"sort", "page", "limit"}]
    query = urlencode(kept, safe=_SAFE)
    return f"{FEED}?{query}" if query else FEED


def compare_address(slugs: Iterable[str]) -> str:
    """These studies side by side."""
    return f"{COMPARE}?{urlencode([('slug', slug) for slug in slugs])}"


def shortlist_address(slugs: Iterable[str]) -> str:
    """These studies as a shortlist; without any, the one of the reader's browser."""
    query = urlencode([("slug", slug) for slug in slugs])
    return f"{SHORTLIST}?{query}" if query else SHORTLIST


def versions_address(slug: str) -> str:
    """The versions of a study."""
    return f"{PRACTICE}/{slug}/versions"


def version_address(slug: str, number: int) -> str:
    """What a version of a study changed."""
    return f"{PRACTICE}/{slug}/versions/{number}"


def feedback_address(slug: str) -> str:
    """Where what a reader makes of a study is sent."""
    return f"{PRACTICE}/{slug}/feedback"


def thanks_address(slug: str) -> str:
    """What is shown once it has arrived."""
    return f"{PRACTICE}/{slug}/thanks"


def practice_address(slug: str) -> str:
    """The page of a study; a slug needs no quoting."""
    return f"{PRACTICE}/{slug}"


def briefing_address(slug: str) -> str:
    """A study on one sheet, for a meeting of staff."""
    return f"{practice_address(slug)}/briefing"


def local_path(raw: str) -> str:
    """A path of this site that an address asked to be led on to; "" for anything else."""
    return raw if _LOCAL.fullmatch(raw) and len(raw) <= 2000 else ""


def sign_in_address(next_path: str = "") -> str:
    """The page to sign in on, leading on to a path."""
    return f"{SIGN_IN}?{urlencode([('next', next_path)])}" if next_path else SIGN_IN


def sign_in_link_address(token: str) -> str:
    """The page that the link in a message opens."""
    return f"{SIGN_IN}/link/{token}"


def invitation_address(token: str) -> str:
    """The page on which an invitation is taken up."""
    return f"{INVITATION}/{token}"


def person_address(person_id: str) -> str:
    """What an admin may do about somebody."""
    return f"{PEOPLE}/{person_id}"


def copy_address(case_id: str) -> str:
    """The page on which a working copy is written."""
    return f"{EDIT}/{case_id}"


def review_address(case_id: str) -> str:
    """The page on which a working copy is talked about and agreed to."""
    return f"{EDIT}/{case_id}/review"


def preview_address(case_id: str) -> str:
    """A working copy as its page would be."""
    return f"{EDIT}/{case_id}/preview"


def saved_address(case_id: str) -> str:
    """What was saved and published of a study, version by version."""
    return f"{EDIT}/{case_id}/versions"


def pictures_address(case_id: str) -> str:
    """The folder of a draft's pictures."""
    return f"{EDIT}/{case_id}/pictures"


def saved_version_address(case_id: str, version: int) -> str:
    """What a saved version of a working copy changed."""
    return f"{saved_address(case_id)}/{version}"


def revision_address(case_id: str, number: int) -> str:
    """What a published revision changed, drafts too."""
    return f"{EDIT}/{case_id}/revisions/{number}"


def recover_address(case_id: str) -> str:
    """Where a draft that was given up is taken up again."""
    return f"{EDIT}/{case_id}/recover"


def begin_address(slug: str) -> str:
    """Where a new version of a study is begun."""
    return f"{EDIT}/begin/{slug}"


def archive_address(slug: str) -> str:
    """Where a study is archived."""
    return f"{EDIT}/archive/{slug}"


def bring_back_address(slug: str) -> str:
    """Where an archived study is published again."""
    return f"{EDIT}/bring-back/{slug}"


def approval_address(token: str) -> str:
    """The page on which a school answers."""
    return f"{APPROVAL}/{token}"


def subscribe_address(pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The form that subscribes to the digest; with a search, it offers to follow that."""
    left_out = {"sort", "page", "limit", "as_typed"}
    query = urlencode([(name, value) for name, value in pairs if name not in left_out], safe=_SAFE)
    return f"{SUBSCRIBE}?{query}" if query else SUBSCRIBE


def confirm_address(token: str) -> str:
    """Where a reader agrees to get the digest."""
    return f"{DIGEST}/confirm/{token}"


def preferences_address(token: str) -> str:
    """Where a reader changes what the digest brings."""
    return f"{DIGEST}/preferences/{token}"


def issue_address(token: str) -> str:
    """An issue of the digest, as its reader sees it in a browser."""
    return f"{DIGEST}/issue/{token}"


def unsubscribe_address(token: str) -> str:
    """Where a reader ends the digest, or their mail program does."""
    return f"{DIGEST}/unsubscribe/{token}"
