"""`kb digest`: what is due, sending it, and how it stands."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.address import read_address
from kb.digest.bounces import note, read_report
from kb.digest.choice import Chooser
from kb.digest.holidays import SchoolHolidays
from kb.digest.interests import Interests
from kb.digest.runs import Standing, standing
from kb.digest.schedule import news_since
from kb.digest.shelf import load_shelf
from kb.digest.subscription import State, Subscription, SubscriptionId
from kb.digest.subscriptions import Subscriptions
from kb.digest.wishes import Wishes
from kb.errors import Invalid
from kb.mail.letter import write
from web.cli.progress import bars
from web.digest.finding import SearcherFinder
from web.digest.sending import composer, sending
from web.services import Services, open_services


@click.group("digest")
def command() -> None:
    """Send the digest, look at an issue, see how it stands.

    \b
    Example:
      kb digest send --due --dry-run
    """


@command.command()
@click.option("--due", is_flag=True, required=True, help="All issues that are due now.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
def send(*, due: bool, dry_run: bool) -> None:  # noqa: ARG001
    """Leave the issues that are due in the outbox, from where the keeper sends them.

    Safe to run at any time, beside the keeper too: each issue goes out once.

    \b
    Example:
      kb digest send --due
    """
    services, now = open_services(os.environ), datetime.now(UTC)
    if dry_run:
        number = 0
        for reader, message in sending(services).rehearse(now):
            number += message is not None
            click.echo(f"{reader.address}: {message.subject if message else 'nothing new'}")
        click.echo(f"{number} to send. Nothing was sent.")
        return
    with bars() as progress:
        done = sending(services).send_due(
            now, progress=lambda so_far: progress("Readers", so_far.total, so_far.total)
        )
    click.echo(
        f"{done.issues} left for the keeper to send; nothing new for {done.without_news}; "
        f"{done.failed} could not be written."
    )


@command.command()
@click.option("--to", "address", required=True, help="Whose next issue; anybody's, if unknown.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("digest.eml"))
def preview(*, address: str, out: Path) -> None:
    """Write what an address would be sent now to a file that mail programs open.

    An address that has no subscription gets what a reader gets who chose nothing in particular.

    \b
    Example:
      kb digest preview --to head@school.example
    """
    services, now = open_services(os.environ), datetime.now(UTC)
    reader = _reader(services, read_address(address), now)
    words = services.searcher.vocabularies()
    with services.database.read() as session:
        shows = services.settings.show_illustrative
        shelf = load_shelf(session, words, show_illustrative=shows)
    chooser = Chooser(shelf, SearcherFinder(services.searcher), now)
    issue = chooser.choose(reader.wishes.interests, news_since(reader), {}, always=True)
    if issue is None:
        raise Invalid("The library has no case study yet that could be sent.")
    message = composer(services).compose(reader, issue, now)
    sender = services.settings.mail_from
    out.write_bytes(write(message, message.message_id or "", sender, now).raw)
    click.echo(f"{out}: {message.subject}")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(*, as_json: bool) -> None:
    """Say how many readers there are, what is due, and what the last runs did.

    \b
    Example:
      kb digest status --json
    """
    with open_services(os.environ).database.read() as session:
        stands = standing(session, datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(asdict(stands), indent=2, default=datetime.isoformat))
    else:
        click.echo("\n".join(_lines(stands)))


@command.command("bounces")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def bounces(*, files: tuple[Path, ...]) -> None:
    """Read reports of mail that came back, or of complaints, one message a FILE.

    Who cannot be reached for good, or complained, gets no more. A report counts once.

    \b
    Example:
      kb digest bounces ~/Maildir/new/*
    """
    new = 0
    services = open_services(os.environ)
    for file in files:
        try:
            found = read_report(file.read_bytes())
        except Invalid as error:
            click.echo(f"{file}: {error}", err=True)
            continue
        with services.database.begin() as session:
            new += note(session, found, datetime.now(UTC))
    click.echo(f"{new} new.")


def _lines(stands: Standing) -> Iterable[str]:
    counts = ", ".join(f"{number} {state}" for state, number in stands.readers.items())
    yield f"Readers: {counts or 'none'}"
    yield f"Due now: {stands.due}"
    if stands.next_due:
        yield f"Next due: {stands.next_due:%Y-%m-%d %H:%M} UTC"
    for run in stands.runs:
        yield (
            f"{run.started_at:%Y-%m-%d %H:%M} UTC  sent: {run.issues}, "
            f"nothing new: {run.without_news}, could not be written: {run.failed}"
        )


def _reader(services: Services, address: str, now: datetime) -> Subscription:
    with services.database.read() as session:
        found = Subscriptions(session, SchoolHolidays()).find(address)
    unknown = Subscription(
        SubscriptionId("preview"), address, Wishes(Interests()), State.ACTIVE, asked_at=now
    )
    # Whatever its links open, they are not for whoever looks at a preview.
    return replace(found or unknown, id=SubscriptionId("preview"))
