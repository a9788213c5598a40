"""What goes on because of a link, and is stopped when that ends: in the same transaction, whoever ends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows import proving
from voice_gateway.store import outbox
from voice_gateway.store.tables import CaseRow

_open = select(CaseRow.id).where(CaseRow.identifier_id == bindparam("whose"), CaseRow.closed_at.is_(None))


def stop(connection: Connection, account_id: int, now: datetime) -> None:
    """A link of this account has ended. What rings because of it falls silent, and what stands on another one goes on;
    nothing new is sent, for that is looked at before each sending anyway."""
    case_id = connection.scalar(_open, {"whose": account_id})
    if case_id is not None:
        outbox.owe_turn(connection, case_id, proving.link_has_ended.address, now)
