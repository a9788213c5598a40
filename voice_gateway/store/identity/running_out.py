"""What somebody said long ago and nobody proved: once its time is over no look-up needs to read it again.

Proofs stay, since a look-up tells that one is over, and there is one of a number and a network at most.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, literal_column, select, update

from voice_gateway.store.identity import audit, hold
from voice_gateway.store.identity.links import IS_ACTIVE
from voice_gateway.store.tables import LinkRow

IN_A_BATCH = 200

_is_over = (IS_ACTIVE, LinkRow.tier != literal_column("'route'"), LinkRow.expires_at <= bindparam("now"))
_over = select(LinkRow.id, LinkRow.tel_id, LinkRow.account_id).where(*_is_over).order_by(LinkRow.expires_at).limit(IN_A_BATCH)
_end = (
    update(LinkRow).where(*_is_over, LinkRow.id.in_(bindparam("which", expanding=True)))
    .values(state="expired", reason="its time is over", revoked_at=bindparam("now"), revoked_by="house").returning(*audit.LINK)
)


def end(connection: Connection, now: datetime) -> int:
    """End the links whose time ran out first. Tells how many; there may be more."""
    over = connection.execute(_over, {"now": now}).all()
    if not over:
        return 0
    hold(connection, *(each for row in over for each in (row.tel_id, row.account_id)))
    ended = connection.execute(_end, {"which": [row.id for row in over], "now": now}).all()
    audit.append(connection, [audit.Deed("expired", "house", "link", row.id, row.tel_id, row.account_id, "active", "expired", row)
                              for row in sorted(ended)], now)
    return len(ended)
