"""On the move.

Hours are worked by the clock on the wall, and whoever travels has another wall. They text ZONE and a city, and from
then on they are rung by day there; ZONE HOME when they are back. What an on-call calendar says stays as it is: it
names instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import Flow, Step
from flows.facts import Call
from flows.orders import Moves, Text

flow = Flow(__name__)

ZONE = re.compile(r"(?:time\s?)?zone\b[\s:=]*(.*)", re.IGNORECASE | re.DOTALL)
HOME = "home"


def place_in(text: str) -> str | None:
    """The place that somebody texts, as in `ZONE Tokyo`; None if that is no such text."""
    told = ZONE.fullmatch(text.strip())
    return " ".join(told[1].split()).strip(" .!?,;") if told else None


@flow.turn
def says_where_they_are(call: Call) -> Iterator[Step]:
    """Their hours are read there from now on."""
    assert call.meant_for is not None and call.words is not None, "somebody of the house wrote"
    who, place, zone = call.meant_for, place_in(call.words.text) or "", call.words.zone
    if place.casefold() == HOME:
        yield Moves(who, "")
        yield Text(who, "You are at home again: your hours count there.")
    elif zone:
        yield Moves(who, zone)
        yield Text(who, f"Your clock is that of {zone} now, where it is {call.house.wall(call.now, zone):%A, %H:%M}. Your hours "
                        "count there; what an on-call calendar says stays as it is. Text ZONE HOME when you are back.")
    else:
        what = f'"{place}" is no time zone that we know.' if place else "Which time zone?"
        yield Text(who, f"{what} Text a large city in it, such as ZONE Tokyo or ZONE Los Angeles, or its name: ZONE Europe/Berlin. "
                        "Nothing was changed, and nothing was sent.")
