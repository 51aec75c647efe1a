"""An issue of the digest as a message: HTML with its styles inlined, text beside it, headers."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, select_autoescape

from kb.desk.clock import LONDON
from kb.digest.issue import Choice, Issue
from kb.digest.subscription import Subscription, SubscriptionId
from kb.digest.wishes import WEEKDAYS, Wishes
from kb.mail import Message
from web.digest.issue_parts import parts_of, subject
from web.digest.links import ReaderLinks

# Some 60 KB each.
_MOST_DRAFTS = 500
# What stands in a message for its one reader.
_OWN = ("when", "web_href", "preferences_href", "unsubscribe_href")


@dataclass(frozen=True, slots=True)
class _Draft:
    """An issue written once for all who get the same, with marks where a reader's own goes."""

    html: str
    text: str


class Composer:
    """Writes issues for the readers of one site, inside a request or outside of any.

    One is for one run: a study is taken to stay as it was when it was first written of.
    """

    def __init__(self, links: ReaderLinks, site_name: str) -> None:
        self._links = links
        self._site_name = site_name
        # Styles stand in the template; nothing is ever fetched for them.
        self._inliner = CSSInliner(load_remote_stylesheets=False)
        # Nobody who writes a study can know the marks, and so fill in somebody's link.
        self._marks = {name: f"mark-{secrets.token_hex(16)}" for name in _OWN}
        self._drafts: OrderedDict[Hashable, _Draft] = OrderedDict()

    def compose(self, reader: Subscription, issue: Issue, due_at: datetime) -> Message:
        """The message of a reader's issue; the same Message-ID for the same issue, always."""
        draft, own = self._draft(issue, due_at), self._own(reader, due_at)
        return Message(
            to=reader.address,
            subject=subject(issue),
            text=self._filled(draft.text, own),
            html=self._filled(draft.html, own),
            headers=self._headers(own["unsubscribe_href"]),
            message_id=message_id(reader.id, due_at),
            is_bulk=True,
        )

    def page(self, reader: Subscription, issue: Issue, due_at: datetime) -> str:
        """The same issue for a browser."""
        told = self._told(issue, due_at) | self._own(reader, due_at)
        return self._html(told | {"web_href": None})

    def _draft(self, issue: Issue, due_at: datetime) -> _Draft:
        key = (due_at.astimezone(LONDON).date(), *map(_key, issue.choices))
        if key not in self._drafts:
            told = self._told(issue, due_at) | self._marks
            text = self._templates.get_template("digest/issue/mail.txt").render(told)
            self._drafts[key] = _Draft(self._html(told), text)
            if len(self._drafts) > _MOST_DRAFTS:
                self._drafts.popitem(last=False)
        self._drafts.move_to_end(key)
        return self._drafts[key]

    def _html(self, told: dict[str, Any]) -> str:
        page = self._templates.get_template("digest/issue/mail.html").render(told)
        return self._inliner.inline(page)

    def _told(self, issue: Issue, due_at: datetime) -> dict[str, Any]:
        day = due_at.astimezone(LONDON)
        return {
            "site_name": self._site_name,
            "subject": subject(issue),
            "day": f"{day.day} {day:%B %Y}",
            "parts": [*parts_of(issue, self._links.base_url)],
        }

    def _own(self, reader: Subscription, due_at: datetime) -> dict[str, str]:
        return {
            "when": when(reader.wishes),
            "web_href": self._links.issue(reader.id, due_at),
            "preferences_href": self._links.preferences(reader.id),
            "unsubscribe_href": self._links.unsubscribe(reader.id),
        }

    def _filled(self, draft: str, own: Mapping[str, str]) -> str:
        """A draft with a reader's own, of which nothing needs escaping: links of ours and times."""
        for name, mark in self._marks.items():
            draft = draft.replace(mark, own[name])
        return draft

    def _headers(self, unsubscribe: str) -> tuple[tuple[str, str], ...]:
        host = (urlsplit(self._links.base_url).hostname or "localhost").encode("idna").decode()
        return (
            ("List-Id", f"<digest.{host}>"),
            ("List-Unsubscribe", f"<{unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=PackageLoader("web"),
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )


def message_id(subscription_id: SubscriptionId, due_at: datetime) -> str:
    """Of the message that brings a reader's issue: told by whom and when, and telling neither."""
    named = f"{subscription_id} {due_at.timestamp():.0f}"
    return f"digest-{hashlib.sha256(named.encode()).hexdigest()[:40]}"


def _key(choice: Choice) -> Hashable:
    return (choice.study.id, choice.kind, choice.passage, choice.why)


def when(wishes: Wishes) -> str:
    """How often and when an issue comes, within a sentence."""
    often = wishes.frequency.label
    return f"{often.lower()}, {WEEKDAYS[wishes.weekday]} at {wishes.hour:02}:00"
