"""What is remembered of who somebody is, and the only place where a RouteGrant is made.

A number and an account are rows of `identifiers`; cases, calls and texts hang on those and stay there. What
joins them is a row of `links`, and to undo it is one update.
"""

from __future__ import annotations

from sqlalchemy import Connection

from voice_gateway.store import look_up

CHAIN = "identity chain"


def hold(connection: Connection, *identifier_ids: int, and_chain: bool = False) -> None:
    """Whoever deals with the same number or account waits here until this transaction has ended.

    The number is held, not the person: two persons may be about to claim it. Always in one order, so that
    nobody waits for each other. `and_chain`: nobody adds to the audit meanwhile either, so its end can be looked at.
    """
    identifiers = [f"identifier {each}" for each in sorted(set(identifier_ids))]
    look_up.one_at_a_time(connection, *identifiers, *([CHAIN] if and_chain else []))
