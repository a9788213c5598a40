""""Not the same person": who may say it of what, and what ends with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from voice_gateway.store.identity import challenges, evidence, links
from voice_gateway.store.identity.evidence import Added
from voice_gateway.store.identity.on_whatsapp import BY_WHATSAPP


def pairs(connection: Connection, identifier_id: int, now: datetime) -> list[tuple[int, int]]:
    """The number and the account of all that is claimed of this one, or was about to be proved just now."""
    claimed = [(each.tel_id, each.account_id) for each in (*links.of_tel(connection, identifier_id),
                                                           *links.of_account(connection, identifier_id))
               if now < each.expires_at]
    return list(dict.fromkeys([*claimed, *challenges.pairs(connection, identifier_id, now)]))


def numbers(connection: Connection, identifier_id: int, now: datetime) -> list[int]:
    """Of which numbers this one may say that others use them too: itself, and an account what it was shown to have.

    Anybody can say that a number is theirs, and have a code sent there: that is no word about who uses it.
    """
    shown = [each.tel_id for each in links.of_account(connection, identifier_id)
             if now < each.expires_at and (each.is_proof or each.kind in BY_WHATSAPP)]
    own = [tel_id for tel_id, _account_id in pairs(connection, identifier_id, now) if tel_id == identifier_id]
    return list(dict.fromkeys([*own, *shown]))


def deny(connection: Connection, tel_id: int, account_id: int, who: str, why: str, now: datetime) -> Added:
    """They are not one person: codes on their way count no more, and the link ends."""
    challenges.void(connection, tel_id, account_id, now)
    return evidence.not_same(connection, tel_id, account_id, who, why, now)
