"""Who it might be: what an agent is shown beside a case of a number or of an account, with the reason in words.

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
STAFF = "staff"
_NAME = func.coalesce(ContactRow.name, func.nullif(IdentifierRow.goes_by, ""), IdentifierRow.display).label("name")


def might_be(connection: Connection, own_id: int, name: str, now: datetime, *, is_number: bool) -> list[Suggestion]:
    """Who it might be that rings with this number, or writes from this account, and is called `name`; the likeliest first.

    Looked at, on the other side: of whom something weaker than a proof says so, and whoever turned to us minutes ago.
    """
    known = (links.of_tel if is_number else links.of_account)(connection, own_id)
    claimed = [(each.account_id if is_number else each.tel_id, each.kind) for each in known
               if not each.is_proof and now < each.expires_at]
    kinds = {other: {kind for another, kind in claimed if another == other} for other, _kind in claimed}
    came = _came_just_now(connection, now, numbers=not is_number)
    own, other = (EvidenceRow.tel_id, EvidenceRow.account_id) if is_number else (EvidenceRow.account_id, EvidenceRow.tel_id)
    denied = set(connection.scalars(select(other).where(own == own_id, EvidenceRow.polarity < 0)))
    looked_at = select(IdentifierRow.id, _NAME).outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id).where(
        IdentifierRow.id.in_([*kinds, *came]))
    return rank(
        Likeness(row.id, row.name, likeness.of_names(name, row.name), name,
                 _minutes(came[row.id], now) if row.id in came else None, rang=not is_number,
                 declared="customer_declared" in kinds.get(row.id, ()), profile="profile_link" in kinds.get(row.id, ()),
                 denied=row.id in denied)
        for row in connection.execute(looked_at)
    )


def _came_just_now(connection: Connection, now: datetime, *, numbers: bool) -> dict[int, datetime]:
    """The numbers, or the accounts, that have opened a case within the last minutes, and when."""
    since = now - KINDS["time_coincidence"].holds
    rows = connection.execute(
        select(CaseRow.identifier_id, func.max(CaseRow.opened_at).label("at"))
        .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
        .where(CaseRow.closed_at.is_(None), CaseRow.opened_at > since,
               IdentifierRow.namespace == NUMBER if numbers else IdentifierRow.namespace.not_in((NUMBER, STAFF)))
        .group_by(CaseRow.identifier_id).order_by(CaseRow.identifier_id).limit(MOST_LOOKED_AT))
    return {row.identifier_id: row.at for row in rows}


def _minutes(at: datetime, now: datetime) -> float:
    return (now - at).total_seconds() / 60
