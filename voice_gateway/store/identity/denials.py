""""Not the same person": who may say it of what, and what ends with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from voice_gateway.store.identity import challenges, evidence, links
from voice_gateway.store.identity.evidence import Added


def pairs(connection: Connection, identifier_id: int, now: datetime) -> list[tuple[int, int]]:
    """The number and the account of all that is claimed of this one, or was about to be proved just now."""
    claimed = [(each.tel_id, each.account_id) for each in (*links.of_tel(connection, identifier_id),
                                                           *links.of_account(connection, identifier_id))
               if now < each.expires_at]
    return list(dict.fromkeys([*claimed, *challenges.pairs(connection, identifier_id, now)]))


def deny(connection: Connection, tel_id: int, account_id: int, who: str, why: str, now: datetime) -> Added:
    """They are not one person: codes on their way count no more, and the link ends."""
    challenges.void(connection, tel_id, account_id, now)
    return evidence.not_same(connection, tel_id, account_id, who, why, now)
