"""Who else is in the house: whom somebody in a talk may bring in, or hand it to."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from flows.facts import Agent, Call
from voice_gateway.store.tables import LegRow, PersonRow

LOOKED_AT = 60
MANAGES = 0  # the rank of managers among those who get what nobody took

_everybody = (
    select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.greeting, PersonRow.is_agent, PersonRow.owner_rank,
           (LegRow.id.is_(None) & (PersonRow.away_until.is_(None) | (PersonRow.away_until <= bindparam("now")))).label("free"))
    .outerjoin(LegRow, (LegRow.phone == PersonRow.phone) & LegRow.ended_at.is_(None) & LegRow.attested)
    .where(~PersonRow.gone, PersonRow.id != bindparam("me"), PersonRow.phone != bindparam("theirs"))
    .order_by(PersonRow.name, PersonRow.id).limit(LOOKED_AT)
)


def beside(connection: Connection, call: Call) -> Call:
    """The others of the house by name, and who of them is neither on the phone nor away."""
    me = call.leg.agent.id if call.leg and call.leg.agent else 0
    found = connection.execute(_everybody, {"now": call.now, "me": me, "theirs": call.contact.phone}).all()
    people = {each.id: Agent(each.id, each.name, each.phone, each.greeting) for each in found}
    return replace(
        call, company=tuple(dict.fromkeys(people[each.id] for each in found if each.is_agent)),
        managers=tuple(dict.fromkeys(people[each.id] for each in found if each.owner_rank == MANAGES)),
        free=frozenset(each.id for each in found if each.free))
