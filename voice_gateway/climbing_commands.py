"""`voice-gateway escalate ...`, and what `voice-gateway owed` tells of cases that climb."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from flows.climbing import REASONS
from flows.facts import spoken
from voice_gateway import clock
from voice_gateway.climbing import Climbing
from voice_gateway.command_line import Stop, number_typed, open_house, printable
from voice_gateway.store import climbs

LONGEST_NOTE = 300
LONGEST_TICKET = 12


@click.command()
@click.argument("whom", metavar="T12|NUMBER")
@click.option("--why", required=True, type=click.Choice(list(REASONS)), help="The reason.")
@click.option("--note", default="", help="In a few words, for the manager.")
@click.option("--about", default="", help="What it is about, where a case is opened for a NUMBER.")
@click.option("--by", default="The office", show_default=True, help="Who sends it.")
@click.option("--urgent", is_flag=True, help="Somebody is rung at once, however often they were rung lately.")
def escalate(whom: str, why: str, note: str, about: str, by: str, urgent: bool) -> None:
    """Send a case up the ladder: the open case T12, or that of a customer's NUMBER, opened if there is none."""
    words = [" ".join(printable(each).split()) for each in (note, about, by)]
    if max(map(len, words)) > LONGEST_NOTE:
        raise Stop(f"--note, --about and --by may have {LONGEST_NOTE} characters each")
    with open_house(at_head=True) as house:
        climbing = Climbing(house.turns)
        case_id = _ticket(whom) or climbing.case_at(number_typed(whom), words[1])
        if not climbing.send_up(case_id, why, words[2], words[0], urgent=urgent):
            raise Stop(f"there is no open case T{case_id}")
    click.echo(f"T{case_id} climbs: {REASONS[why]}")


def _ticket(whom: str) -> int | None:
    digits = whom.upper().removeprefix("T")
    is_ticket = whom[:1].upper() == "T" and digits.isascii() and digits.isdigit() and len(digits) < LONGEST_TICKET
    return int(digits) if is_ticket else None


def under_way(memory: Any) -> list[dict[str, Any]]:
    """The cases that climb, for programs: those of which an alarm tells first."""
    return [{"case": f"T{row.case_id}", "rule": row.rule, "since": row.began_at.isoformat(), "round": row.round + 1, "step": row.at,
             "next_at": row.due_at.isoformat(), "urgent": row.urgent,
             "alarmed_at": row.alarmed_at.isoformat() if row.alarmed_at else None} for row in climbs.under_way(memory)]


def lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """The same for people."""
    now = clock.now()
    for each in found:
        since = spoken(now - datetime.fromisoformat(each["since"]))
        alarm = ", ALARM: nobody takes it" if each["alarmed_at"] else ""
        yield f"{each['case']} has climbed for {since} ({each['rule']}), step {each['step']} of round {each['round']}{alarm}"
