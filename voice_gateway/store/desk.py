"""Where one decision is written down, until it is laid away: rows, outbox, journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import singledispatch
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from flows.facts import Call
from voice_gateway import tickets
from voice_gateway.store.tables import CaseRow, JournalRow, OrderRow

_update_case = update(CaseRow).where(CaseRow.id == bindparam("which"))
_insert_orders = insert(OrderRow)
_insert_journal = insert(JournalRow)


@dataclass(slots=True)
class Desk:
    """Where one decision is written down, until it is laid away by `file`."""

    connection: Connection
    call: Call
    our_number: str
    tickets: tickets.Tickets
    case_id: int = 0
    round: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    owed: list[dict[str, Any]] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)

    def owe(self, kind: str, after: timedelta = timedelta(0), **what: Any) -> None:
        """One more line in the outbox, due `after` from now."""
        blank = dict.fromkeys(("leg_id", "message_id", "voicemail_id", "recording_id", "post_id", "link_id", "person_id", "turn", "fence"))
        self.owed.append(blank | {"words": "", "kind": kind, "due_at": self.call.now + after} | what)

    def note(self, what: str, who: str = "", detail: str = "", case_id: int = 0) -> None:
        self.journal.append({"at": self.call.now, "what": what, "who": who, "detail": detail, "case_id": case_id})

    def file(self) -> list[int]:
        """Lay everything away. Gives the cases on which something of it is due at once."""
        if self.changes:
            self.connection.execute(_update_case, {"which": self.case_id, **self.changes})
        if self.owed:
            for each in self.owed:
                if each["kind"] in ("text", "answer"):
                    each["fence"] = self.round  # what it says holds in this round
            self.connection.execute(_insert_orders, [{"case_id": self.case_id, **each} for each in self.owed])
        if self.journal:
            self.connection.execute(_insert_journal, [each | {"case_id": each["case_id"] or self.case_id}
                                                      for each in self.journal])
        due = (each.get("case_id", self.case_id) for each in self.owed if each["due_at"] <= self.call.now)
        return list(dict.fromkeys(due))


@singledispatch
def hand(order: Any, desk: Desk) -> None:
    """Write down one order. Raises TypeError for an order that has no hand."""
    raise TypeError(f"no hand writes down {type(order).__name__}")
