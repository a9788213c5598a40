"""The social networks: which are set up, and whether they let us in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flows import networks as ways
from flows.networks import Manners
from voice_gateway import clock
from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.networks import (
    EndsByItself,
    HearsElsewhere,
    HearsOfColleagues,
    Network,
    Trouble,
)
from voice_gateway.networks.opening import needed, open_networks
from voice_gateway.networks.purse import Purse, for_x
from voice_gateway.settings import Settings
from voice_gateway.store import listening, look_up, staff

PLAYED, PAID = "square", "x"
LISTENER_IS_LATE = timedelta(seconds=60)
SOON = timedelta(days=14)
VARIABLES = tuple(name.upper() for name in Settings.model_fields if name.startswith(("bluesky_", "mastodon_", "x_", "meta_", "threads_")))


def networks(patient: Patient) -> Iterator[Finding]:
    """Each network by itself: what one lacks is no trouble of any other."""
    there = open_networks(patient.settings)
    if any(name != PLAYED for name in there):
        yield _listener(patient)
    for name, manners in sorted(ways.all_manners().items()):
        if name in there:
            purse = for_x(patient.store, patient.settings) if name == PAID else None
            if purse is None or not purse.is_used_up:
                yield from _let_in(patient, manners, there[name])
            if purse:
                yield _money(purse)
        elif name != PLAYED and (wanted := needed(name)):
            yield ok(f"{manners.told} is not set up; set {', '.join(wanted[:-1])} and {wanted[-1]} to be there")


def _listener(patient: Patient) -> Finding:
    """Is there somebody whose only work is to listen?"""
    with patient.store.reading() as memory:
        seen = look_up.last_sign_of_life(memory, "listener")
    if seen is None or clock.now() - seen > LISTENER_IS_LATE * patient.settings.clock_speed:
        return warning("no listener runs: posts are heard seconds later, and a network that is slow keeps a worker from ringing",
                       "run `python -m jobs listener`, once")
    return ok("a listener runs")


def _let_in(patient: Patient, manners: Manners, network: Network) -> Iterator[Finding]:
    told = manners.told
    try:
        signs_in = ", and people can sign in there to show who they are" if hasattr(network, "begin") else ""
        yield ok(f"{told}: we are {network.us.handle or network.us.subject}{signs_in}")
    except Trouble as trouble:
        yield error(f"{told}: {trouble}", "correct what it names, or look again later")
    else:
        if isinstance(network, EndsByItself):
            yield from _until(told, network)
        yield from _is_read(patient, manners, network)
        if isinstance(network, HearsElsewhere) and (why := network.unheard()):
            yield warning(f"{told}: what people write to us privately is not heard: {why}",
                          "correct what it names; until then only what is public is read there")


def _is_read(patient: Patient, manners: Manners, network: Network) -> Iterator[Finding]:
    """A token may tell who we are and yet not read; and who names a colleague alone may not be heard."""
    with patient.store.reading() as memory:
        problem = next((each.problem for each in listening.all_of_them(memory) if each.name == manners.name), "")
        colleagues = staff.subjects(memory, manners.namespace, clock.now())
    if problem:
        yield warning(f"{manners.told} could not be read the last time: {problem}", "correct what it names; it is tried again by itself")
    if colleagues and isinstance(network, HearsOfColleagues) and (why := network.why_deaf()):
        yield warning(f"{manners.told}: who names a colleague and not us is not heard: {why}",
                      "ask whoever runs the server to open it to us; who names us is heard all the same")


def _until(told: str, network: EndsByItself) -> Iterator[Finding]:
    """Is its leave for us near its end?"""
    try:
        until = network.lets_in_until()
    except Trouble as trouble:
        yield warning(f"{told} does not say how long it lets us in: {trouble}", "renew the token within 60 days after it was made")
        return
    if until and until - clock.now() < SOON:
        yield warning(f"{told} lets us in until {until:%Y-%m-%d} only, and then neither reads nor takes anything of ours",
                      "renew the token before, as docs/networks.md tells, and set THREADS_TOKEN to what it gives")
    elif until:
        yield ok(f"{told}: its token holds until {until:%Y-%m-%d}")


def _money(purse: Purse) -> Finding:
    if purse.is_used_up:
        return warning(f"{purse.told}: {purse.used_up(clock.now())}", "wait, or set X_BUDGET_USD to more")
    return ok(f"{purse.told}: {purse.told_now}")
