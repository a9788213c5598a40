"""Think a delivery through before the first fork.

SQLAlchemy works out each statement once per process, and every job has a process
of its own: what is worked out here, no work-horse works out again. Nothing of it
stays in the database.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import NoResultFound

from voice_gateway.store import Store, look_up, outbox, recall

NOBODY = 0


def rehearse(store: Store, now: datetime) -> None:
    """Ask for an order, a leg and a text that do not exist, and undo it."""
    with store.engine.connect() as memory:
        acts = (
            lambda: recall.line(memory), lambda: recall.lock(memory, NOBODY),
            lambda: outbox.due(memory, now, 1), lambda: outbox.of_case(memory, NOBODY, now),
            lambda: outbox.claim(memory, NOBODY, now, ""), lambda: outbox.leg(memory, NOBODY),
            lambda: outbox.text(memory, NOBODY), lambda: outbox.slot(memory, "", now),
            lambda: outbox.rung(memory, NOBODY, "", now), lambda: outbox.sent(memory, NOBODY, "", "", 1, None, now),
            lambda: outbox.done(memory, NOBODY, now, ""), lambda: outbox.postpone(memory, NOBODY, now, ""),
            lambda: look_up.last_sign_of_life(memory, ""), lambda: recall.agent(memory, NOBODY),
            lambda: recall.case(memory, store.tickets, recall.NO_HOUSE, now, case_id=NOBODY),
        )
        for act in acts:
            with suppress(NoResultFound):
                act()
        memory.rollback()
