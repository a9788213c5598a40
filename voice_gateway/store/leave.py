"""Whoever wrote from an account is rung and texted only with leave, and that is looked at twice: when it is ordered, in the
transaction that orders it, and again by whoever is about to do it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from flows.identity.grant import RouteGrant
from voice_gateway.store import Refused
from voice_gateway.store.desk import Desk
from voice_gateway.store.identity import evidence, grants, links, reaching
from voice_gateway.store.outbox import Owed

GONE = "nobody may be reached because of that link any more"


def for_customer(desk: Desk) -> int | None:
    """The link because of which the customer of this case is reached; None when they are at the number they came with.

    Raises Refused when it has just been undone: the story looks again, and goes another way.
    """
    grant = desk.call.grant
    if grant is None:
        return None
    if not (isinstance(grant, RouteGrant) and grants.recheck(desk.connection, grant, desk.call.now)):
        raise Refused(GONE)
    return grant.link_id


def sim_was_changed(connection: Connection, order: Owed, at: datetime, now: datetime) -> None:
    """The SIM of the number that this order is to ring was changed then: what was proved before counts no more."""
    link = links.held(connection, order.link_id or 0)
    if link is not None:
        evidence.swapped(connection, link.tel_id, at, now)


def holds(connection: Connection, order: Owed, number: str, now: datetime) -> bool:
    """May this order still reach that number? Asked right before it does."""
    return order.link_id is None or reaching.holds(connection, order.case_id, order.link_id, number, now)
