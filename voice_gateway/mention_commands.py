"""`voice-gateway mentions`: what was written about us lately, and how long it took from the post to a voice."""

from __future__ import annotations

import json
from datetime import datetime

import click

from voice_gateway.command_line import PlainSpoken, open_house, printable
from voice_gateway.store import conversations


@click.command(cls=PlainSpoken)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def mentions(as_json: bool) -> None:
    """Show the last fifty cases that began with a post: when a telephone rang here, and when people talked."""
    with open_house(at_head=True) as house, house.store.reading() as memory:
        found = [{
            "case": f"T{each.case_id}", "network": each.network, "who": printable(each.handle), "state": each.state,
            "said_at": each.watch.said_at.isoformat(timespec="seconds"),
            "rang_after_s": _seconds(each.watch.said_at, each.watch.rung_at),
            "talked_after_s": _seconds(each.watch.said_at, each.watch.talked_at),
        } for each in conversations.latest(memory, 50)]
    if as_json:
        click.echo(json.dumps({"mentions": found}, indent=1))
        return
    for row in found:
        rang, talked = row["rang_after_s"], row["talked_after_s"]
        click.echo(f"{row['case']}  {row['said_at']}  {row['who']} on {row['network']}: {row['state']}"
                   + (f", rang after {rang} s" if rang is not None else "")
                   + (f", talked after {talked} s" if talked is not None else ""))
    click.echo(f"{len(found)} mentions" if found else "nobody has written about us")


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return round((until - since).total_seconds(), 1) if until else None
