"""The calendars that say who is on call: whether each can be read, by which clock, and whether somebody is always named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flows.coverage import Gap
from flows.house import House
from voice_gateway import clock, on_call, who
from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.on_call.feeds import WrongCalendar
from voice_gateway.store import ladders, recall, standing
from voice_gateway.store.standing import Followed

MOST_GAPS_TOLD = 3
FEWER_EVENTS = "give a feed of fewer events, such as one of the coming weeks only"
NO_FEED = "look whether the feed was switched off, and whether its address is that of the calendar itself and not of a page"
WHAT_TO_DO = {
    "could not be reached": "look whether its address still holds; give the new one in the house file, then load it",
    "server leads on": "give the address to which it leads, over https",
    "private address": "put it into a file that ends in .ics: we fetch from public addresses only",
    "its file": "put the file there, or correct its path in the house file",
    "larger than": FEWER_EVENTS, "more than": FEWER_EVENTS, "cannot be read within": FEWER_EVENTS, on_call.UNFINISHED: FEWER_EVENTS,
    "is empty": NO_FEED, "has no events": NO_FEED, "no calendar": NO_FEED, "UTF-8": NO_FEED,
    "zone that does not exist": "write a zone that exists, such as Europe/London, at that event: a wrong hour is worse than an old copy",
    "name nobody of the house": "write the whole name of a person of the house into the title, or add the person to the house file",
}
OTHERWISE = "correct that event in the calendar"


def rotas(patient: Patient) -> Iterator[Finding]:
    """Each calendar by itself; then whether anybody works whenever somebody should."""
    now = clock.now()
    with patient.store.reading() as memory:
        followed, line = standing.followed(memory), recall.line(memory)
        rungs = ladders.schedules_called(memory)
        assert line is not None, "a house was loaded"
        for each in followed:
            yield from _calendar(memory, line.house, each, is_a_rung=each.schedule in rungs, now=now)
        if followed:
            yield _house(who.gaps_of_house(memory, line.house, now), line.house)
    if not followed:
        yield ok("none is followed: everybody works by the house file")


def _calendar(memory: Any, house: House, it: Followed, *, is_a_rung: bool, now: datetime) -> Iterator[Finding]:
    days = f"in the coming {who.DAYS_AHEAD.days} days"
    if it.problem:
        tell = warning if it.kept else error
        yield tell(f"{it.whose}: {it.problem}; {it.instead}", _what_to_do(it.problem))
    elif not it.kept:
        yield error(f"{it.whose} was never read", "run at least one worker and exactly one clock, as the Procfile says")
    if it.kept:
        yield from _floating(it, house.time_zone)
    if it.kept and not standing.duties(memory, now, now + who.DAYS_AHEAD, schedule=it.name):
        yield error(f"{it.whose}: nobody is named {days}", "plan who is on call, or give another calendar in the house file")
    elif it.kept and it.schedule:
        found = who.gaps_of_schedule(memory, house, it.schedule, now)
        if found and is_a_rung:
            yield warning(f"{it.whose}: nobody is on call {_told(found, house)}, and a rung of a ladder calls them",
                          f"plan somebody for then, or all that climbs is an alarm: voice-gateway who --on-call {it.schedule} --gaps")
        elif not it.problem:
            yield ok(f"{it.whose}: somebody is on call {'now and then' if found else 'at every hour'} {days}")
    elif it.kept and not it.problem:
        yield ok(f"{it.whose} can be read")


def _floating(it: Followed, zone: str) -> Iterator[Finding]:
    """Are there times of which nobody says where they are meant?"""
    try:
        is_floating = on_call.is_floating(it.kept, zone, clock.now())
    except WrongCalendar:  # it was good once, and what is wrong by now was told
        return
    if is_floating:
        yield warning(f"{it.whose}: its times name no zone; they are read by the clock of {zone}, the house's own",
                      "if they are meant by another clock, let the calendar name its zone")


def _house(gaps: tuple[Gap, ...], house: House) -> Finding:
    bad = tuple(gap for gap in gaps if gap.is_open)
    if bad:
        return warning(f"no agent works {_told(bad, house)}, though somebody should", "voice-gateway who --gaps")
    return ok(f"somebody works whenever somebody should, for {who.DAYS_AHEAD.days} days")


def _told(gaps: tuple[Gap, ...], house: House) -> str:
    """The first few, by the house's clock."""
    named = "; ".join(f"{house.wall(gap.begins):%a %-d %b %H:%M} to {house.wall(gap.ends):%a %-d %b %H:%M}" for gap in gaps[:MOST_GAPS_TOLD])
    return f"{named}{f'; and {len(gaps) - MOST_GAPS_TOLD} times more' if len(gaps) > MOST_GAPS_TOLD else ''}"


def _what_to_do(problem: str) -> str:
    return next((do for words, do in WHAT_TO_DO.items() if words in problem), OTHERWISE)
