"""`voice-gateway reasons`: how often cases climbed in each month, because of what, and why they needed nobody any more."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from flows.escalation import sent_down, star_key
from voice_gateway import clock
from voice_gateway.command_line import open_house
from voice_gateway.store import reasons as kept
from voice_gateway.store.reasons import Counted

ASKED_FOR = (sent_down.NAME, star_key.NAME)
NOT_KNOWN = "not known"


@click.command()
@click.option("--months", type=click.IntRange(1, 120), default=12, show_default=True, help="How many, this one among them.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
def reasons(months: int, *, as_json: bool) -> None:
    """Count the reasons of what climbed, month by month."""
    with open_house(at_head=True) as house, house.store.reading() as memory:
        zone = house.turns.time_zone()
        found = kept.by_month(memory, first_of(clock.now().astimezone(ZoneInfo(zone)), months), zone)
    if as_json:
        click.echo(json.dumps([{"month": each.month, "rule": each.rule, "climbs": each.climbs, "sent": sent(each),
                                "resolved": given(each.ended)} for each in found], indent=1))
        return
    for each in found:
        click.echo(in_words(each))
    if not found:
        click.echo("nothing has climbed")


def first_of(wall: datetime, months: int) -> datetime:
    """When the first of so many months began, of which this is the last."""
    back = wall.year * 12 + wall.month - months
    return wall.replace(year=back // 12, month=back % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def in_words(counted: Counted) -> str:
    """`2026-11  sent_down: 3 (press 2, not known 1); resolved: solved 1`."""
    why = f" ({_listed(sent(counted))})" if sent(counted) else ""
    ended = f"; resolved: {_listed(given(counted.ended))}" if given(counted.ended) else ""
    return f"{counted.month}  {counted.rule}: {counted.climbs}{why}{ended}"


def sent(counted: Counted) -> dict[str, int]:
    """The codes with which they were sent; what somebody sent and no code tells of is not known."""
    unknown = counted.sent[""] if counted.rule in ASKED_FOR else 0
    return given(counted.sent) | ({NOT_KNOWN: unknown} if unknown else {})


def given(codes: Counter[str]) -> dict[str, int]:
    """Those that somebody gave, most frequent first."""
    return {code: times for code, times in codes.most_common() if code}


def _listed(codes: dict[str, int]) -> str:
    return ", ".join(f"{code} {times}" for code, times in codes.items())
