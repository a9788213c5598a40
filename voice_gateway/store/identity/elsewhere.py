"""Whoever rings may have written on a network too: their open case there, for the colleague who talks with them.

Only with leave: the carrier vouches for the number on the line, and exactly one proof joins it to that account.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from flows.facts import Call
from flows.identity.grant import RouteGrant
from voice_gateway.store.identity import grants, links
from voice_gateway.store.identity.pairs import called
from voice_gateway.store.tables import CaseRow, IdentifierRow

_open = (
    select(CaseRow.id, IdentifierRow.namespace, IdentifierRow.subject, IdentifierRow.display)
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .where(CaseRow.identifier_id == bindparam("whose"), CaseRow.closed_at.is_(None))
)


def of_caller(connection: Connection, call: Call) -> str:
    """What they also wrote as, and its ticket; empty when they did not, or when we may not say so."""
    authentic = any(leg.role == "customer" and leg.inbound and leg.attested for leg in call.legs)
    if call.contact.network or not authentic:
        return ""
    proved = sorted({claim.network for claim in links.of_tel(connection, call.case.whose) if claim.is_proof})
    leave = [grants.resolve_for_route(connection, call.case.id, each, call.now, authentic=authentic) for each in proved]
    rows = [row for each in leave if isinstance(each, RouteGrant) and (row := connection.execute(_open, {"whose": each.to_id}).first())]
    return ", ".join(f"{called(row.namespace, row.subject, row.display)}: T{row.id}" for row in rows)
