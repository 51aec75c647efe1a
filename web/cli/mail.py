"""`kb mail`: how mail stands, and whether it arrives."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from secrets import token_hex

import click

from kb.address import read_address
from kb.mail import Message
from kb.mail.standing import Standing, retry_failed, standing
from web.services import open_services


@click.group("mail")
def command() -> None:
    """See how mail stands, try it, give failed messages another go.

    \b
    Example:
      kb mail test me@example.org
    """


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _status(*, as_json: bool) -> None:
    """Say what waits, what was sent in the last 30 days, and what failed and why.

    \b
    Example:
      kb mail status --json
    """
    services = open_services(os.environ)
    with services.database.read() as session:
        stands = standing(session)
    if as_json:
        click.echo(json.dumps(asdict(stands), indent=2, default=datetime.isoformat))
    else:
        _print(stands, str(services.relay))


@command.command("retry")
def _retry() -> None:
    """Queue every failed message again.

    \b
    Example:
      kb mail retry
    """
    with open_services(os.environ).database.begin() as session:
        number = retry_failed(session, datetime.now(UTC))
    what = "1 message is" if number == 1 else f"{number} messages are"
    click.echo(f"{what} queued again; the keeper sends what is queued.")


@command.command("test")
@click.argument("address")
def _test(*, address: str) -> None:
    """Send one message to ADDRESS now, past the queue, and say what the server answered.

    \b
    Example:
      kb mail test me@example.org
    """
    services = open_services(os.environ)
    site, base = services.settings.site_name, services.settings.base_url
    message = Message(
        to=read_address(address),
        subject="A test message",
        text=f"If you read this, {site} ({base}) can send you mail.\n",
    )
    answer = services.post.send_now(message, f"test-{token_hex(16)}")
    click.echo(f"{services.relay}: {answer}")


def _print(stands: Standing, relay: str) -> None:
    click.echo(f"Mail goes to {relay}.")
    since = f", the oldest since {_minute(stands.oldest)}" if stands.oldest else ""
    click.echo(f"Waiting: {stands.waiting}{since}")
    if stands.held_up_by:
        click.echo(f"Held up: {stands.held_up_by}")
    click.echo(f"Last 30 days: {stands.sent} sent, {stands.failed} failed")
    for failure in stands.failures:
        click.echo(f"{_minute(failure.ended_at)}  {failure.to}  {failure.error}")
    if stands.failed:
        click.echo("To send them again: kb mail retry")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
