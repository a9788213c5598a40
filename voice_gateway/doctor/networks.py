"""The social networks: which are set up, and whether they let us in."""

from __future__ import annotations

from collections.abc import Iterator

from flows import networks as ways
from voice_gateway.doctor.finding import Finding, error, ok
from voice_gateway.doctor.patient import Patient
from voice_gateway.networks import Network, Trouble
from voice_gateway.networks.opening import needed, open_networks

PLAYED = "square"


def networks(patient: Patient) -> Iterator[Finding]:
    """Each network by itself: what one lacks is no trouble of any other."""
    there = open_networks(patient.settings)
    for name, manners in sorted(ways.all_manners().items()):
        if name in there:
            yield _let_in(manners.told, there[name])
        elif name != PLAYED and (wanted := needed(name)):
            yield ok(f"{manners.told} is not set up; set {', '.join(wanted[:-1])} and {wanted[-1]} to be there")


def _let_in(told: str, network: Network) -> Finding:
    try:
        return ok(f"{told}: we are {network.us.handle}")
    except Trouble as trouble:
        return error(f"{told}: {trouble}", "correct what it names, or look again later")
