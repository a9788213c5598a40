"""`voice-gateway share`: how much of what climbs each manager wants to take personally, and what they really took."""

from __future__ import annotations

import click

from flows import share as shares
from voice_gateway.command_line import open_house
from voice_gateway.store import shares as kept


@click.command()
def share() -> None:
    """Tell for everybody who shares escalations: target, truth, and what they were about."""
    with open_house(at_head=True) as house, house.store.reading() as memory:
        found = kept.report(memory)
    for name, wanted, brought in found:
        click.echo(shares.in_words(name, wanted, brought))
    if not found:
        click.echo("nobody shares: everything that climbs to somebody is theirs. `share` in the house file changes that")
