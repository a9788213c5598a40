"""The social networks: which are set up, and whether they let us in."""

from __future__ import annotations

from collections.abc import Iterator

from flows import networks as ways
from voice_gateway import clock
from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.networks import Network, Trouble
from voice_gateway.networks.opening import needed, open_networks
from voice_gateway.networks.purse import Purse, for_x
from voice_gateway.settings import Settings

PLAYED, PAID = "square", "x"
VARIABLES = tuple(name.upper() for name in Settings.model_fields if name.startswith(("bluesky_", "mastodon_", "x_", "meta_")))


def networks(patient: Patient) -> Iterator[Finding]:
    """Each network by itself: what one lacks is no trouble of any other."""
    there = open_networks(patient.settings)
    for name, manners in sorted(ways.all_manners().items()):
        if name in there:
            yield _let_in(manners.told, there[name])
            if name == PAID:
                yield _money(for_x(patient.store, patient.settings))
        elif name != PLAYED and (wanted := needed(name)):
            yield ok(f"{manners.told} is not set up; set {', '.join(wanted[:-1])} and {wanted[-1]} to be there")


def _let_in(told: str, network: Network) -> Finding:
    try:
        return ok(f"{told}: we are {network.us.handle or network.us.subject}")
    except Trouble as trouble:
        return error(f"{told}: {trouble}", "correct what it names, or look again later")


def _money(purse: Purse) -> Finding:
    if purse.is_used_up:
        return warning(f"{purse.told}: {purse.used_up(clock.now())}", "wait, or set X_BUDGET_USD to more")
    return ok(f"{purse.told}: {purse.told_now}")
