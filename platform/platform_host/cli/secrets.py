"""`tradewind secrets`: the keys under which the passwords of other systems are sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from platform_core import audit, database, operations, records, secrets
from platform_core.settings import SettingsError
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, json_option, show, use_settings

T = TypeVar("T")


@click.group(name="secrets")
def secrets_() -> None:
    """Passwords and tokens of other systems, sealed in the database."""


@secrets_.command()
@data_option
@json_option
def state(data: str | None, as_json: bool) -> None:
    """Say whether this installation's key opens its secrets. Exit code 1 where it does not."""
    found = _inside(data, secrets.state)
    show(
        [
            {"state": found.state, "key": found.present, "sealed under": ", ".join(found.sealed_under) or "-",
             "secrets": found.secrets, "locked": found.locked}
        ],
        as_json,
    )  # fmt: skip
    if found.state == "locked":
        raise SystemExit(1)


@secrets_.command()
@data_option
def rotate(data: str | None) -> None:
    """Make new data keys and seal every secret and every encrypted field under them. Works while the program runs;
    after a kill, run it again."""
    done, fields = _inside(data, _rotate)
    begun = "finished what was begun" if done.resumed else "made a new key"
    click.echo(f"{begun}: {done.resealed} secrets sealed anew, {done.dropped} old keys thrown away")
    click.echo(f"{fields} values of encrypted fields sealed anew")


async def _rotate() -> tuple[secrets.Rotation, int]:
    """Secrets first, then the fields; of the fields' keys a new one is made unless a rotation still waits."""
    done = await secrets.rotate()
    await secrets.retire_field_key()
    return done, await records.reseal()


@secrets_.command()
@data_option
@click.option(
    "--old-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="File with the key from before.",
)  # fmt: skip
def rewrap(data: str | None, old_key: Path) -> None:
    """Follow a change of the installation's key: stop the program, change the key, run this, start again."""
    old = old_key.read_bytes().strip()
    if len(old) < 32:
        raise SettingsError("--old-key", "***", "this is no key.", "Give the secret.key of the backup.")
    click.echo(f"{_inside(data, lambda: _follow(old))} data keys wrapped by the present key")


async def _follow(old: bytes) -> int:
    """Wraps the data keys anew and notes the present key as the installation's; run again, it finishes what is left."""
    known = await operations.known_fingerprint()
    if known not in (None, secrets.fingerprint(old), secrets.fingerprint()):
        raise secrets.SecretLocked(str(known), secrets.fingerprint(old))
    wrapped = await secrets.rewrap(old)
    await audit.follow_key(old)
    await operations.adopt_key(anew=True)
    return wrapped


def _inside(data: str | None, work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` with the database of the installation open, and nothing else."""
    current = use_settings(data=data)

    async def run() -> T:
        registry = assemble()
        await database.open(current.database_url, pool_size=2)
        try:
            await database.migrate(registry.migrations)
            return await work()
        finally:
            await database.close()

    return asyncio.run(run())
