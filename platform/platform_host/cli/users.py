"""`tradewind user …`: accounts, for the first admin and for who has locked themselves out."""

from __future__ import annotations

import click

from platform_core import identity
from platform_core.errors import NotFound
from platform_host.cli.session import in_installation


@click.group()
def user() -> None:
    """Create accounts and set passwords."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, help='A role ("admin", "sales", …); repeatable.')
@click.option("--language", default="en", show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="IANA time zone.")
@click.password_option(help="Asked for when not given.")
@in_installation
async def create(
    email: str, name: str, roles: tuple[str, ...], language: str, zone: str, password: str
) -> None:
    """Create the account EMAIL."""
    made = await identity.create_user(
        email=email,
        name=name,
        password=password,
        roles=roles,
        language=language,
        zone=zone,
        actor=identity.SYSTEM,
    )
    click.echo(f"created: {made.email}")


@user.command()
@click.argument("email")
@click.password_option(help="Asked for when not given.")
@in_installation
async def password(email: str, password: str) -> None:
    """Set the password of EMAIL and end its sessions."""
    found = await identity.user_by_email(email)
    if found is None:
        raise NotFound(
            "There is no account {email}.", params={"email": email}, remedy="See the list in Settings, Users."
        )
    await identity.set_password(found.id, password, actor=identity.SYSTEM)
    click.echo(f"password set: {email}")
