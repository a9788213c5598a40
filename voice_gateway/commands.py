"""`voice-gateway ...`: what an operator types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from voice_gateway import clock, house_file, settings
from voice_gateway.gateway import Gateway, open_gateway
from voice_gateway.store import MemoryLost, Refused, furnish, migrate
from voice_gateway.turn import NothingLoaded

EXPECTED = (settings.WrongSettings, house_file.WrongHouse, NothingLoaded, migrate.OldSchema, MemoryLost, Refused,
            OSError)


class Stop(click.ClickException):
    """It cannot be done, and this is why. Exit status 2."""

    exit_code = 2


class PlainSpoken(click.Group):
    """Commands that say in one message what is wrong, and never show a traceback for it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            raise Stop(str(error)) from error


@click.group(cls=PlainSpoken, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A contact centre that a company runs itself."""


@main.command()
@click.option("--check", is_flag=True, help="Only look; exit status 1 when the database is not up to date.")
def release(check: bool) -> None:
    """Bring the database to the shape that this version needs."""
    store = _open().store
    try:
        migrate.must_be_at_head(store)
    except migrate.OldSchema as old:
        if check:
            raise click.ClickException(str(old)) from old
        click.echo(str(old).partition(":")[0])
        migrate.upgrade(store)
        click.echo(f"the database has been brought to {migrate.head()}")
    else:
        click.echo(f"the database is at {migrate.head()}, as it should be")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def load(file: Path, dry_run: bool) -> None:
    """Load the house, its numbers, hours, people and contacts from FILE.

    The same file again changes nothing, and prints nothing. The house heeds what was loaded within
    half a minute.
    """
    house = house_file.read(file)
    store = _open().store
    migrate.must_be_at_head(store)
    with store.transaction() as memory:
        changes = furnish.furnish(memory, house, clock.now(), dry_run=dry_run)
    for change in changes:
        click.echo(change)


def _open() -> Gateway:
    return open_gateway(settings.from_environment())
