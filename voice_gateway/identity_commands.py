"""`voice-gateway person ...` and `voice-gateway audit ...`: what an operator types about who somebody is."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from click import echo

from flows.how_many import how_many
from voice_gateway import clock
from voice_gateway.command_line import PlainSpoken, Stop, number_typed, open_house, printable
from voice_gateway.lists import forgetting, telling
from voice_gateway.store.identity import audit, erasing, persons

WHO = "WHO is a number, a ticket (T12), or an account (atproto:did:plc:...)."


@click.group(cls=PlainSpoken)
def person() -> None:
    """Show or forget all that is known of one person."""


@person.command(epilog=WHO)
@click.argument("who")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder for it, with their recordings and pictures.")
def export(who: str, folder: Path | None) -> None:
    """Print everything about the person WHO, as one JSON object; or put it into a folder."""
    with open_house(at_head=True) as house, house.store.picture() as memory:
        found = persons.export(memory, _tell_what_is_left_out(memory, _found(memory, who, clock.now())))
        if folder is not None and folder.exists():
            raise Stop(f"{printable(str(folder))} is there already; name a new folder")
        if folder is not None:
            many = telling.write(house, found, folder)
            echo(f"everything, with {how_many(many, 'recording or picture', 'recordings and pictures')}, in {printable(str(folder))}")
            return
    echo(json.dumps(found, indent=1, ensure_ascii=False))


@person.command(epilog=WHO)
@click.argument("who", nargs=-1, required=True)
@click.option("--by", required=True, help="Who asked for it, for the audit: your own name.")
@click.option("--yes", is_flag=True, help="Do not ask whether you mean it.")
def erase(who: tuple[str, ...], by: str, yes: bool) -> None:
    """Forget each person WHO, for good. What they were told and promised becomes nameless; nothing brings it back."""
    if not yes:
        click.confirm(f"Forget {how_many(len(who), 'person')} for good?", abort=True)
    with open_house(at_head=True) as house:
        for each in who:
            with house.store.reading() as memory:
                _tell_what_is_left_out(memory, _found(memory, each, clock.now()))
            try:
                erased = forgetting.one(house, partial(_find, each), printable(by))
            except erasing.NotNow as error:
                raise Stop(f"{printable(each)}: {error}") from error
            if erased is not None:
                echo(f"{printable(each)}: {how_many(sum(erased.rows.values()), 'row')} emptied, {how_many(len(erased.vault_keys), 'recording')} thrown away, "
                     f"{erased.at_carrier} to be erased at the carrier")


@click.group("audit", cls=PlainSpoken)
def chain() -> None:
    """Look whether the record of who was linked to whom is whole."""


@chain.command()
@click.option("--head", help="The head that was written down last time: it must still be in the chain.")
def verify(head: str | None) -> None:
    """Walk the whole chain. Exit status 1 when anything was changed behind its back.

    Write the head down somewhere else: lines cut off at the end are found by it alone.
    """
    with open_house(at_head=True) as house, house.store.picture() as memory:
        found = audit.verify(memory)
        missing = head is not None and not audit.holds(memory, head)
    for line in found.broken:
        echo(line)
    if missing:
        echo("the head that you wrote down is not in the chain: lines were cut off")
    echo(f"{how_many(found.lines, 'line')}, head {found.head}")
    if found.broken or missing:
        click.get_current_context().exit(1)


def _find(who: str, memory: Any) -> persons.Keys:
    return _found(memory, who, clock.now())


def _found(memory: Any, who: str, now: datetime) -> persons.Keys:
    """Whom the operator means."""
    space, _, subject = who.partition(":")
    try:
        if who[:1] in "Tt" and who[1:].isdecimal():
            return persons.of_ticket(memory, int(who[1:]), now)
        if subject:
            return persons.find(memory, space, subject, now)
        return persons.find(memory, "tel", number_typed(who), now)
    except persons.Unclear as error:
        raise Stop(printable(str(error))) from error


def _tell_what_is_left_out(memory: Any, keys: persons.Keys) -> persons.Keys:
    """What may be theirs and may be another's: the operator can name it too."""
    for each in persons.left_out(memory, keys):
        echo(f"left out: {printable(each)}. Several people use it, or a list alone says that it is theirs", err=True)
    return keys
