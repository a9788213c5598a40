"""Who might be calling: what an agent is shown beside a case of a number, with the reason in words.

Nothing here makes a link, and nothing of it is kept: an agent who takes a line up has a code sent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from flows.identity import KINDS, NUMBER
from flows.identity.suggestions import Likeness, Suggestion, rank
from voice_gateway import likeness
from voice_gateway.store.identity import links
from voice_gateway.store.tables import CaseRow, ContactRow, EvidenceRow, IdentifierRow

MOST_LOOKED_AT = 200


def might_be(connection: Connection, tel_id: int, name: str, now: datetime) -> list[Suggestion]:
    """Whose account it might be that rings with this number and calls themselves `name`, the likeliest first.

    Looked at: accounts of which something weaker than a proof says so, and those that wrote to us minutes ago.
    """
    claimed = [each for each in links.of_tel(connection, tel_id) if not each.is_proof and now < each.expires_at]
    kinds = {each.account_id: {other.kind for other in claimed if other.account_id == each.account_id} for each in claimed}
    wrote = _wrote_just_now(connection, now)
    denied = set(connection.scalars(
        select(EvidenceRow.account_id).where(EvidenceRow.tel_id == tel_id, EvidenceRow.polarity < 0)))
    looked_at = select(IdentifierRow.id, func.coalesce(ContactRow.name, IdentifierRow.display).label("name")).outerjoin(
        ContactRow, ContactRow.id == IdentifierRow.contact_id).where(IdentifierRow.id.in_([*kinds, *wrote]))
    return rank(
        Likeness(row.id, row.name, likeness.of_names(name, row.name), name,
                 _minutes(wrote[row.id], now) if row.id in wrote else None,
                 declared="customer_declared" in kinds.get(row.id, ()), profile="profile_link" in kinds.get(row.id, ()),
                 denied=row.id in denied)
        for row in connection.execute(looked_at)
    )


def _wrote_just_now(connection: Connection, now: datetime) -> dict[int, datetime]:
    """The accounts that have opened a case within the last minutes, and when."""
    since = now - KINDS["time_coincidence"].holds
    rows = connection.execute(
        select(CaseRow.identifier_id, func.max(CaseRow.opened_at).label("at"))
        .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
        .where(CaseRow.closed_at.is_(None), CaseRow.opened_at > since, IdentifierRow.namespace != NUMBER)
        .group_by(CaseRow.identifier_id).order_by(CaseRow.identifier_id).limit(MOST_LOOKED_AT))
    return {row.identifier_id: row.at for row in rows}


def _minutes(at: datetime, now: datetime) -> float:
    return (now - at).total_seconds() / 60
