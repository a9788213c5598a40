"""A number is somebody else's now, as they have shown: whoever had it before is told on their own account, and nothing of the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flows import proving
from voice_gateway.store import outbox, posts, recall, threads
from voice_gateway.tickets import Tickets


def tell(memory: Any, tickets: Tickets, account_ids: Iterable[int], now: datetime) -> None:
    """Each on the newest case of their account, or aside, where they never had one."""
    for account_id in account_ids:
        line, case_id = recall.line(memory), posts.last_case_of(memory, account_id)
        if case_id is None and line is not None:
            case_id = threads.of_account(memory, tickets, account_id, line.numbers[0], now)
        if case_id is not None:
            outbox.owe_turn(memory, case_id, proving.was_taken_over.address, now)
