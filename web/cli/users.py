"""`kb users`: who has an account, and with which role."""

import json
import os
from datetime import UTC, datetime

import click

from kb.domain import Role
from kb.people import Account, Accounts, Person
from web.inviting import inviting
from web.services import Services, open_services

_ROLE = click.Choice([role.value for role in Role])


@click.group("users")
def command() -> None:
    """Make accounts, change roles, let people in no more.

    \b
    Example:
      kb users add head@school.example --name "Jo Reed" --role admin
    """


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="As others see it; the person can change it.")
@click.option(
    "--role",
    type=_ROLE,
    default=Role.CONTRIBUTOR.value,
    show_default=True,
    help="What they may do.",
)
def add(email: str, name: str, role: str) -> None:
    """Make an account for EMAIL, and print the link on which its password is chosen.

    The link works once, within seven days. Where a mail server is set up, it is sent as well.

    \b
    Example:
      kb users add head@school.example --name "Jo Reed" --role admin
    """
    services = open_services(os.environ)
    with services.database.begin() as session:
        person = Accounts(session).add(email, name, Role(role), by=None, now=_now())
        address = inviting(services).invite(session, person, by=None, now=_now())
    _hand_out(person, address, services)


@command.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new link on which EMAIL chooses a password; it is sent where mail is set up.

    \b
    Example:
      kb users link head@school.example
    """
    services = open_services(os.environ)
    with services.database.begin() as session:
        person = Accounts(session).by_email(email)
        address = inviting(services).invite(session, person, by=None, now=_now())
    _hand_out(person, address, services)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
def show(*, as_json: bool) -> None:
    """Everybody with an account, those who are let in first.

    \b
    Example:
      kb users list --json
    """
    with open_services(os.environ).database.read() as session:
        everybody = Accounts(session).everybody()
    if as_json:
        click.echo(json.dumps([_fields(a) for a in everybody], indent=2, ensure_ascii=False))
        return
    for account in everybody:
        person = account.person
        click.echo(f"{person.role:<12}{_standing(account):<13}{person.email}  {person.name}")
    if not everybody:
        click.echo("Nobody has an account yet. Make the first: kb users add --help", err=True)


@command.command()
@click.argument("email")
@click.argument("new_role", metavar="ROLE", type=_ROLE)
def role(email: str, new_role: str) -> None:
    """Give EMAIL another ROLE: contributor, editor or admin.

    \b
    Example:
      kb users role head@school.example editor
    """
    with open_services(os.environ).database.begin() as session:
        accounts = Accounts(session)
        person = accounts.by_email(email)
        person = accounts.change_role(person.id, Role(new_role), by=None, now=_now())
    click.echo(f"{person.email} is {person.role} now.")


@command.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Let EMAIL in no more, from this moment; what they wrote stays.

    \b
    Example:
      kb users deactivate head@school.example
    """
    with open_services(os.environ).database.begin() as session:
        accounts = Accounts(session)
        person = accounts.deactivate(accounts.by_email(email).id, by=None, now=_now())
    click.echo(f"{person.email} is let in no more.")


@command.command()
@click.argument("email")
def activate(email: str) -> None:
    """Let EMAIL in again, with the role and password from before.

    \b
    Example:
      kb users activate head@school.example
    """
    with open_services(os.environ).database.begin() as session:
        accounts = Accounts(session)
        person = accounts.activate(accounts.by_email(email).id, by=None, now=_now())
    click.echo(f"{person.email} is let in again.")


def _hand_out(person: Person, address: str, services: Services) -> None:
    if services.settings.smtp_url is not None:
        click.echo(f"A message to {person.email} is on its way.", err=True)
    click.echo("For them alone; it works once, within seven days:", err=True)
    click.echo(address)


def _standing(account: Account) -> str:
    if not account.person.is_active:
        return "deactivated"
    return "active" if account.has_password else "invited"


def _fields(account: Account) -> dict[str, str]:
    person = account.person
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role.value,
        "standing": _standing(account),
        "created_at": account.created_at.isoformat(timespec="seconds"),
    }


def _now() -> datetime:
    return datetime.now(UTC)
