"""Whoever wrote from an account: may we ring and text them, and where.

Not because of a guess, and not because they never said no: it takes leave (`grants.py`), and that they agreed to be
called by us since the number is theirs. It is asked anew in every turn, and again before anything is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from flows.facts import Call
from flows.identity import NUMBER
from flows.identity.grant import NoGrant, RouteGrant
from voice_gateway.store.identity import grants
from voice_gateway.store.tables import ABOUT_RECORDING, ConsentRow, IdentifierRow, LegRow, LinkRow, OrderRow

_number = select(IdentifierRow.opted_out_at, IdentifierRow.unreachable).where(IdentifierRow.id == bindparam("which"))
_agreed = (
    select(ConsentRow.id)
    .join(LinkRow, LinkRow.tel_id == ConsentRow.identifier_id).join(IdentifierRow, IdentifierRow.id == LinkRow.tel_id)
    .where(LinkRow.id == bindparam("link"), ConsentRow.source != ABOUT_RECORDING, ConsentRow.at >= LinkRow.covers_from,
           or_(IdentifierRow.swapped_at.is_(None), ConsentRow.at >= IdentifierRow.swapped_at)).limit(1)
)

_rings = (
    select(OrderRow.link_id, LegRow.phone).join(LegRow, LegRow.id == OrderRow.leg_id)
    .where(LegRow.case_id == bindparam("case"), LegRow.ended_at.is_(None), OrderRow.link_id.is_not(None))
)


def of_account(connection: Connection, case_id: int, now: datetime) -> RouteGrant | NoGrant:
    """Leave to ring the number that belongs to the account of this case, or why there is none.

    The number is authentic, since it is we who would ring it.
    """
    grant = grants.resolve_for_route(connection, case_id, NUMBER, now, authentic=True)
    if isinstance(grant, NoGrant):
        return grant
    number = connection.execute(_number, {"which": grant.to_id}).one()
    if number.opted_out_at:
        return NoGrant("they want no more texts and calls from us")
    if number.unreachable:
        return NoGrant("their number cannot be reached")
    if connection.scalar(_agreed, {"link": grant.link_id}) is None:
        return NoGrant("they have not agreed to be rung since the number is theirs", grant.address, grant.to_id)
    return grant


def number_agreed_for(grant: RouteGrant | NoGrant | None) -> int:
    """The id of the number for which it counts, too, what whoever has the account agrees to now; 0 when there is none."""
    if isinstance(grant, NoGrant):
        return grant.number_id
    return grant.to_id if grant else 0


def wants_nothing(connection: Connection, tel_id: int) -> bool:
    """Has whoever has this number said that they want no more from us?"""
    return connection.execute(_number, {"which": tel_id}).one().opted_out_at is not None


def holds(connection: Connection, case_id: int, link_id: int, number: str, now: datetime) -> bool:
    """Is it still because of this very link that this very number may be rung? Asked right before it is."""
    grant = of_account(connection, case_id, now)
    return (isinstance(grant, RouteGrant) and (grant.link_id, grant.address) == (link_id, number)
            and grants.recheck(connection, grant, now))


def as_rung(connection: Connection, call: Call) -> Call:
    """The same case, without leave to reach anybody if a telephone of theirs rings because of a link that holds no more.

    Another proof may hold meanwhile, of another number: that is no leave to go on ringing this one.
    """
    rings = connection.execute(_rings, {"case": call.case.id}).all()
    if all(holds(connection, call.case.id, each.link_id, each.phone, call.now) for each in rings):
        return call
    why = NoGrant("the link because of which they were rung holds no more")
    return replace(call, grant=why, contact=replace(call.contact, phone=""))


def why_not_rung(connection: Connection, case_id: int, now: datetime) -> str:
    """Why whoever wrote is not rung now, in words; empty when they are."""
    found = of_account(connection, case_id, now)
    return found.why if isinstance(found, NoGrant) else ""
