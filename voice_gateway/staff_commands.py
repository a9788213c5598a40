"""`voice-gateway away`, `back`, `zone` and `vouch`: for colleagues who cannot say it themselves, such as who is ill."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from flows.on_the_move import HOME
from voice_gateway import clock, zones
from voice_gateway.command_line import Stop, open_house, printable
from voice_gateway.gateway import Gateway
from voice_gateway.store import absences, hours, recall, telephones

log = logging.getLogger(__name__)

TIMES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


@click.command()
@click.argument("name")
@click.option("--until", required=True, type=click.DateTime(TIMES), help="By the house's clock; a day means its first minute.")
def away(name: str, until: datetime) -> None:
    """NAME is not there until then: nobody rings them, and what they have promised is handed over now."""
    with open_house(at_head=True) as house:
        with house.store.reading() as memory:
            line = recall.line(memory)
        back_at = until.replace(tzinfo=ZoneInfo(line.house.time_zone if line else "UTC")).astimezone(UTC)
        if back_at <= clock.now():
            raise Stop(f"{until:%Y-%m-%d %H:%M} is over; give a time to come")
        handed_over = _goes(house, name, back_at)
    click.echo(f"{printable(name)} is away until {until:%a %-d %b %Y %H:%M}"
               + (f"; handed over: {', '.join(f'T{each}' for each in handed_over)}" if handed_over else ""))


@click.command()
@click.argument("name")
def back(name: str) -> None:
    """NAME is there again."""
    with open_house(at_head=True) as house:
        _goes(house, name, None)
    click.echo(f"{printable(name)} is there again")


@click.command()
@click.argument("name")
@click.argument("place")
def zone(name: str, place: str) -> None:
    """NAME is in another time zone: PLACE is its name or a city in it, such as Tokyo, or "home". Their hours are read there."""
    found = zones.named(place)
    if not found and place.casefold() != HOME:
        raise Stop(f'"{printable(place)}" is no time zone: name a large city in it, such as Tokyo, or write Europe/Berlin, or home')
    with open_house(at_head=True) as house, house.store.transaction() as memory:
        hours.moves(memory, _called(memory, name), found)
    click.echo(f"the hours of {printable(name)} are read {f'by the clock of {found}' if found else 'as the house file says'}")


@click.command()
@click.argument("name")
@click.option("--by", required=True, help="Who has rung them there and spoken with them.")
def vouch(name: str, by: str) -> None:
    """NAME has the telephone that the house file tells, for one that takes no texts: somebody has spoken with them there."""
    with open_house(at_head=True) as house, house.store.transaction() as memory:
        telephones.becomes(memory, _called(memory, name), telephones.THEIRS)
    log.info("a telephone was vouched for", extra={"person": printable(name), "by": printable(by)})
    click.echo(f"{printable(name)} gets customers' calls and texts there, as {printable(by)} vouches")


def _called(memory: Any, name: str) -> int:
    person_id = absences.called(memory, name)
    if person_id is None:
        raise Stop(f'nobody of the house is called "{printable(name)}"')
    return person_id


def _goes(house: Gateway, name: str, until: datetime | None) -> list[int]:
    with house.store.transaction() as memory:
        return absences.goes(memory, _called(memory, name), until, clock.now())
