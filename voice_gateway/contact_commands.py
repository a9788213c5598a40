"""`voice-gateway contacts ...`: what an operator types about lists of contacts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click
from click import echo

from flows.how_many import how_many
from flows.identity import kind_of
from voice_gateway import clock
from voice_gateway.command_line import PlainSpoken, Stop, open_house, printable
from voice_gateway.gateway import Gateway
from voice_gateway.lists import cards, forgetting, opening
from voice_gateway.lists.cards import Cards
from voice_gateway.lists.error_file import ErrorFile
from voice_gateway.lists.forgetting import Find, Forgotten
from voice_gateway.lists.table import Table
from voice_gateway.lists.taking_in import IN_A_BATCH, Told, take_in
from voice_gateway.lists.telling import Given, give
from voice_gateway.lists.writing_out import WAYS
from voice_gateway.store import inventory
from voice_gateway.store.address_book import HOUSE_FILE
from voice_gateway.store.contacts import everybody
from voice_gateway.store.identity import unlisting
from voice_gateway.store.identity.listing import Source

LONGEST_SOURCE = 100
FILE = click.Path(path_type=Path)


@click.group(cls=PlainSpoken)
def contacts() -> None:
    """Take in, undo, write out and forget whole lists of contacts."""


@contacts.command("import")
@click.argument("file", type=FILE)
@click.option("--map", "told", default="", metavar='"HEADING=FIELD,..."',
              help="What each column is, when the headings do not tell: name, first, last, company, phone, email, accounts, "
                   "or a network.")
@click.option("--source", default="", help="What to call this list; the file's name when left out.")
@click.option("--verified", default="", metavar="HOW", help="How its owner made sure of it, such as \"passports seen\".")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="On which day they did.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def take_list(file: Path, told: str, source: str, verified: str, day: datetime | None, dry_run: bool) -> None:
    """Take in the contacts of FILE. The same again changes nothing, and a list renames and merges nobody.

    What is wrong with a row is told in FILE.errors.csv; the other rows are taken in.
    """
    with open_house(at_head=True) as house:
        said = _source(source or file.name, verified, day, clock.now())
        listed = _opened(house, file, told)
        echo(f"{printable(str(file))}: {printable(listed.read_as)}", err=True)
        rows, errors, counted = listed.count(), ErrorFile(file, listed.heading), Told()
        try:
            with click.progressbar(length=rows, label=how_many(rows, "row")) as bar:
                take_in(house.store, listed, said, errors, counted, bar.update, dry_run=dry_run)
        except KeyboardInterrupt:
            raise Stop(f"stopped. {counted.in_words()}. Type the same again, and it goes on") from None
    echo(f"{'would be: ' if dry_run else ''}{counted.in_words()}")
    if dry_run and rows > IN_A_BATCH:
        echo(f"rows were looked at {IN_A_BATCH:,} at a time: who stands in it again further down was counted anew, and what they share was not seen")
    if counted.wrong:
        echo(f"what is wrong stands in {printable(str(errors.path))}")
        click.get_current_context().exit(1)


@contacts.command("export")
@click.option("--to", "file", type=FILE, help="A new file to write to; the terminal when left out.")
@click.option("--as", "way", type=click.Choice(sorted(WAYS)), default="csv", help="csv (which spreadsheets may open) or vcard.")
def write_list(file: Path | None, way: str) -> None:
    """Write out all contacts with their numbers and accounts. `import` reads it again."""
    with open_house(at_head=True) as house, house.store.picture() as memory, ExitStack() as open_files:
        if file is None:
            WAYS[way](everybody(memory), sys.stdout)
            return
        if file.exists():
            raise Stop(f"{printable(str(file))} is there already; name a new file")
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        out = open_files.enter_context(os.fdopen(handle, "w", encoding="utf-8-sig" if way == "csv" else "utf-8", newline=""))
        many = WAYS[way](everybody(memory), out)
    echo(f"{how_many(many, 'contact')} in {printable(str(file))}")


@contacts.command()
@click.option("--list", "file", type=FILE, help="Of whoever has an address that stands in this list.")
@click.option("--source", default="", help="Of everybody of whom the list that was taken in under this name says anything.")
@click.option("--map", "told", default="", metavar='"HEADING=FIELD,..."', help="As for import.")
@click.option("--to", "folder", type=FILE, required=True, help="A new folder: in it one for each person.")
def everything(file: Path | None, source: str, told: str, folder: Path) -> None:
    """Write out all that is known of many persons, each with their recordings and pictures, to be given to them."""
    with open_house(at_head=True) as house:
        who, given = _whom(house, file, source, told), Given()
        if folder.exists():
            raise Stop(f"{printable(str(folder))} is there already; name a new folder")
        for line in give(house, who, folder, given):
            echo(printable(line))
    echo(f"{how_many(given.persons, 'person')} with {how_many(given.files, 'recording or picture', 'recordings and pictures')} in "
         f"{printable(str(folder))}, {given.refused:,} refused, {_unknown(given.unknown)}")
    if given.refused:
        click.get_current_context().exit(1)


@contacts.command()
@click.argument("source", metavar="LIST")
@click.option("--by", required=True, help="Who asked for it, for the audit: your own name.")
@click.option("--because", default="the list was wrong", help="Why.")
def undo(source: str, by: str, because: str) -> None:
    """Undo all that LIST has said: what was known before is known again."""
    if source == HOUSE_FILE:
        raise Stop("what the house file says is changed there, and loaded anew")
    with open_house(at_head=True) as house:
        undone = unlisting.undo(house.store, source, printable(by), printable(because), clock.now())
    if not (undone.addresses or undone.links):
        raise Stop(f'nothing is known from a list "{printable(source)}"')
    echo(f"{how_many(undone.addresses, 'address', 'addresses')} and {how_many(undone.links, 'link')} undone, "
         f"{how_many(undone.contacts, 'contact')} gone")


@contacts.command()
@click.option("--list", "file", type=FILE, help="Forget whoever has an address that stands in this list.")
@click.option("--source", default="", help="Forget everybody of whom the list that was taken in under this name says anything.")
@click.option("--map", "told", default="", metavar='"HEADING=FIELD,..."', help="As for import.")
@click.option("--by", required=True, help="Who asked for it, for the audit: your own name.")
@click.option("--dry-run", is_flag=True, help="Only say how many, and who cannot be forgotten yet.")
@click.option("--yes", is_flag=True, help="Do not ask whether you mean it.")
def erase(file: Path | None, source: str, told: str, by: str, dry_run: bool, yes: bool) -> None:
    """Forget many persons, for good, here and at the carrier. Who cannot be forgotten yet is told. Nothing brings it back."""
    with open_house(at_head=True) as house:
        who = _whom(house, file, source, told)
        if not (yes or dry_run):
            click.confirm("Forget all of them for good?", abort=True)
        done = Forgotten()
        try:
            for line in forgetting.forget(house, who, printable(by), done, dry_run=dry_run):
                echo(printable(line))
        finally:
            echo(f"{'would be: ' if dry_run else ''}{how_many(done.persons, 'person')} forgotten, "
                 f"{how_many(done.at_carrier, 'thing')} to be erased at the carrier, {done.refused:,} refused, {_unknown(done.unknown)}")
    if done.refused:
        click.get_current_context().exit(1)


def _unknown(count: int) -> str:
    return f"{how_many(count, 'address', 'addresses')} that nobody has"


def _whom(house: Gateway, file: Path | None, source: str, told: str) -> Iterator[tuple[str, Find]]:
    """Everybody whom the operator means. Raises Stop."""
    if (file is None) == (not source):
        raise Stop("say whom: either --list FILE or --source NAME")
    return forgetting.of_source(house.store, source) if file is None else forgetting.of_list(_opened(house, file, told, nameless=True))


def _source(name: str, verified: str, day: datetime | None, now: datetime) -> Source:
    """Which list it is. Raises Stop."""
    name = printable(name).strip()
    if not name or len(name) > LONGEST_SOURCE:
        raise Stop(f"the name of a list has 1 to {LONGEST_SOURCE} letters; give another with --source")
    if name == HOUSE_FILE:
        raise Stop(f'a list cannot be called "{HOUSE_FILE}"; give it another name with --source')
    if bool(verified.strip()) != bool(day):
        raise Stop("--verified HOW and --on DATE belong together")
    if day is None:
        return Source(name, now)
    at = day.replace(tzinfo=UTC)
    if at > now:
        raise Stop("--on is in the future")
    holds = kind_of("import_verified").holds
    if at + holds <= now:
        raise Stop(f"what was verified more than {holds.days} days ago does not count any more; leave --verified and --on out")
    return Source(name, at, printable(verified).strip())


def _opened(house: Gateway, file: Path, told: str, *, nameless: bool = False) -> Table | Cards:
    """The list, read by the house's own country. Raises Stop or WrongList."""
    with house.store.reading() as memory:
        known = inventory.inventory(memory)
    if known is None:
        raise Stop("no house was loaded yet: `voice-gateway load FILE.toml` first")
    region = known.countries[0] if known.countries else ""
    if not opening.first_line(file).strip().upper().startswith(cards.BEGIN):
        return Table(file, region, told, nameless=nameless)
    if told:
        raise Stop("--map is for tables; cards say themselves what is what")
    return Cards(file, region)
