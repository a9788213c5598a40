"""What was before: how often this number had asked lately, what it was promised, whom it met.

All of it is one person's own past, found by their number, and never more than a few cases of it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, func, select

from flows.facts import Agent, Call, History
from voice_gateway.store.tables import (
    CaseRow,
    ConsentRow,
    IdentifierRow,
    JournalRow,
    LegRow,
    MessageRow,
    PersonRow,
)

LATELY = timedelta(days=30)
BETWEEN_TEXTS = timedelta(hours=1)
CASES_LOOKED_AT = 20
ASKED = ("asked for a call", "asked again", "rang in")
PROMISED = ("will ring", "looks after it")

_cases = (
    select(CaseRow.id)
    .where(CaseRow.identifier_id == bindparam("whose"))
    .order_by(CaseRow.id.desc()).limit(CASES_LOOKED_AT)
)
_asked = (
    select(func.count())
    .where(JournalRow.case_id.in_(bindparam("cases", expanding=True)), JournalRow.what.in_(ASKED),
           JournalRow.at > bindparam("since"), JournalRow.at <= bindparam("now"))
)
_rang = (
    select(func.max(LegRow.ordered_at))
    .where(LegRow.case_id.in_(bindparam("cases", expanding=True)), LegRow.inbound, LegRow.id != bindparam("this"))
)
_promise = (
    select(JournalRow.what, JournalRow.who, JournalRow.detail)
    .where(JournalRow.case_id.in_(bindparam("cases", expanding=True)), JournalRow.what.in_(PROMISED))
    .order_by(JournalRow.id.desc()).limit(1)
)
_manners = select(IdentifierRow.opted_out_at, IdentifierRow.unreachable).where(IdentifierRow.id == bindparam("whose"))
_agreed = select(ConsentRow.id).where(ConsentRow.identifier_id == bindparam("whose")).limit(1)
_texted = (
    select(MessageRow.id)
    .where(MessageRow.case_id == bindparam("case"), MessageRow.role == "customer",
           MessageRow.ordered_at > bindparam("since")).limit(1)
)
_met = (
    select(PersonRow.id, PersonRow.name, PersonRow.phone)
    .join(LegRow, LegRow.person_id == PersonRow.id)
    .where(LegRow.case_id.in_(bindparam("cases", expanding=True)), LegRow.talked_at.is_not(None), ~PersonRow.gone)
    .order_by(LegRow.id.desc()).limit(1)
)


def history(connection: Connection, call: Call) -> History:
    """The past of whoever this case is with. A case that is not kept yet has none."""
    cases = {"cases": list(connection.scalars(_cases, {"whose": call.case.whose}))}
    asked = connection.scalar(_asked, cases | {"since": call.now - LATELY, "now": call.now}) or 0
    promise = connection.execute(_promise, cases).first()
    met = connection.execute(_met, cases).first()
    return History(
        times=max(0, asked - 1),
        last_promise=_in_words(promise.what, promise.who, promise.detail) if promise else "",
        last_rang_at=connection.scalar(_rang, cases | {"this": call.leg.id if call.leg else 0}),
        met=Agent(met.id, met.name, met.phone) if met else None,
    )


def may_text(connection: Connection, call: Call) -> bool:
    """Did they agree to texts and not take it back, can they get them, and did they get none just now?"""
    row = connection.execute(_manners, {"whose": call.case.whose}).first()
    if row is None or row.opted_out_at or row.unreachable:
        return False
    agreed = connection.scalar(_agreed, {"whose": call.case.whose})
    return agreed is not None and connection.scalar(
        _texted, {"case": call.case.id, "since": call.now - BETWEEN_TEXTS}) is None


def _in_words(what: str, who: str, detail: str) -> str:
    who = who or "we"
    return f"{who} would ring at {detail}" if what == "will ring" else f"{who} would look after it"
