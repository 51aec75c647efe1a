"""Inviting people to one installation, for the pages of admins and for the command line."""

from kb.people.inviting import Inviting
from web.addresses import invitation_address
from web.services import Services


def inviting(services: Services) -> Inviting:
    """What invites people to this installation."""
    settings = services.settings
    return Inviting(
        links=services.links,
        address_of=lambda token: f"{settings.base_url}{invitation_address(token)}",
        site_name=settings.site_name,
        sends=settings.smtp_url is not None,
    )
