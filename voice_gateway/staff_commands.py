"""`voice-gateway away` and `back`: for colleagues who cannot say it themselves, such as who is ill."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from voice_gateway import clock
from voice_gateway.command_line import Stop, open_house, printable
from voice_gateway.gateway import Gateway
from voice_gateway.store import absences, recall

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


def _goes(house: Gateway, name: str, until: datetime | None) -> list[int]:
    with house.store.transaction() as memory:
        person_id = absences.called(memory, name)
        if person_id is None:
            raise Stop(f'nobody of the house is called "{printable(name)}"')
        return absences.goes(memory, person_id, until, clock.now())
