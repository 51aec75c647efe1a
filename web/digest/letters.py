"""What is written to an address that was given: a question, never more.

Anybody may give any address and any search. So the message holds no word that was typed: only
labels of vocabularies and counts.
"""

from flask import render_template

from kb.digest.subscriptions import Asked
from kb.digest.wishes import WEEKDAYS, Wishes
from kb.mail import Message
from kb.vocabulary import Vocabularies
from web.context import settings
from web.digest.context import links
from web.digest.wishes_form import form_of


def letter_to(asked: Asked, vocabularies: Vocabularies) -> Message:
    """What to write to whoever reads the mail of the address."""
    if asked.known:
        link = links().preferences(asked.known.id, asked=asked.asked.id)
        return _letter("known", "Your digest", asked, vocabularies, link)
    return _letter(
        "confirm",
        "Please confirm: the digest",
        asked,
        vocabularies,
        links().confirm(asked.asked.id),
    )


def _letter(
    name: str, subject: str, asked: Asked, vocabularies: Vocabularies, link: str
) -> Message:
    told = {"link": link, "points": points_of(asked.asked.wishes, vocabularies)}
    return Message(
        to=asked.asked.address,
        subject=f"{subject} of {settings().site_name}",
        text=render_template(f"digest/mail/{name}.txt", **told),
        html=render_template(f"digest/mail/{name}.html", **told),
    )


def points_of(wishes: Wishes, vocabularies: Vocabularies) -> list[str]:
    """Wishes in plain words, without anything that was typed."""
    form = form_of(wishes, vocabularies)
    groups = [
        f"{group.label}: {', '.join(option.label for option in group.options if option.chosen)}"
        for group in (*form.topics, *form.limits)
        if group.is_open
    ]
    number = len(wishes.interests.searches)
    searches = [f"What is new in {number} {'search' if number == 1 else 'searches'}"]
    when = f"{wishes.frequency.label}, {WEEKDAYS[wishes.weekday]} at {wishes.hour:02}:00"
    about = [*groups, *(searches if number else [])] or ["All that is new"]
    return [when, *about]
