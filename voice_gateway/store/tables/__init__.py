"""The house's memory: tables, and nothing that they do.

A case is the thing that is locked. Every owed thing has a due time in a column;
one winner is a unique index, never a look before a leap.
"""

from __future__ import annotations

from voice_gateway.store.tables.base import AnyRow, Instant, Table
from voice_gateway.store.tables.cases import AnswerRow, CaseRow, JournalRow, LegRow, OrderRow
from voice_gateway.store.tables.house import (
    HouseRow,
    NumberRow,
    PersonRow,
    ProvisionRow,
    ServiceRow,
    ShiftRow,
    SkillRow,
)
from voice_gateway.store.tables.messages import MessageRow, RecordingRow, VoicemailRow
from voice_gateway.store.tables.on_call import CalendarRow, DutyRow, TongueRow
from voice_gateway.store.tables.people import ConsentRow, ContactRow, IdentifierRow, KnockRow

__all__ = ["AnswerRow", "AnyRow", "CalendarRow", "CaseRow", "ConsentRow", "ContactRow", "DutyRow", "HouseRow", "IdentifierRow", "Instant", "JournalRow", "KnockRow", "LegRow", "MessageRow", "NumberRow", "OrderRow", "PersonRow", "ProvisionRow", "RecordingRow", "ServiceRow", "ShiftRow", "SkillRow", "Table", "TongueRow", "VoicemailRow"]
