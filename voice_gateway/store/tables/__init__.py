"""The house's memory: tables, and nothing that they do.

A case is the thing that is locked. Every owed thing has a due time in a column;
one winner is a unique index, never a look before a leap.
"""

from __future__ import annotations

from voice_gateway.store.tables.base import AnyRow, Instant, Table
from voice_gateway.store.tables.cases import AnswerRow, CaseRow, JournalRow, LegRow, OrderRow
from voice_gateway.store.tables.climbing import AlarmRow, ClimbRow, LadderRow, PageRow, PagerRow
from voice_gateway.store.tables.house import (
    AbsenceRow,
    HouseRow,
    NumberRow,
    PersonRow,
    ProvisionRow,
    ServiceRow,
    ShiftRow,
    SkillRow,
)
from voice_gateway.store.tables.identity import (
    ChallengeRow,
    EvidenceRow,
    IdentityEventRow,
    InvitationRow,
    LinkRow,
    SittingRow,
)
from voice_gateway.store.tables.lists import DeclaredRow
from voice_gateway.store.tables.messages import AmendsRow, MessageRow, RecordingRow, VoicemailRow
from voice_gateway.store.tables.networks import NetworkRow, PostRow, SpendingRow
from voice_gateway.store.tables.on_call import CalendarRow, DutyRow, TongueRow
from voice_gateway.store.tables.people import ABOUT_RECORDING, ConsentRow, ContactRow, IdentifierRow, KnockRow
from voice_gateway.store.tables.shares import BroughtRow, ShareRow

__all__ = ["ABOUT_RECORDING", "AbsenceRow", "AlarmRow", "AmendsRow", "AnswerRow", "AnyRow", "BroughtRow", "CalendarRow", "CaseRow", "ChallengeRow", "ClimbRow", "ConsentRow", "ContactRow", "DeclaredRow", "DutyRow", "EvidenceRow", "HouseRow", "IdentifierRow", "IdentityEventRow", "Instant", "InvitationRow", "JournalRow", "KnockRow", "LadderRow", "LegRow", "LinkRow", "MessageRow", "NetworkRow", "NumberRow", "OrderRow", "PageRow", "PagerRow", "PersonRow", "PostRow", "ProvisionRow", "RecordingRow", "ServiceRow", "ShareRow", "ShiftRow", "SittingRow", "SkillRow", "SpendingRow", "Table", "TongueRow", "VoicemailRow"]
