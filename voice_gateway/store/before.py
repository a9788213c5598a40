"""What was before: how often this number had asked lately, what it was promised, whom it met.

All of it is one person's own past, found by their number, and never more than a few cases of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, or_, select

from flows.facts import Agent, Call, History
from flows.identity.grant import RouteGrant
from voice_gateway.store.tables import (
    ABOUT_RECORDING,
    AnyRow,
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
LINES_LOOKED_AT = 60
ASKED = ("asked for a call", "asked again", "rang in")
PROMISED = ("will ring", "looks after it")

_their_cases = (
    select(CaseRow.id).where(CaseRow.identifier_id == bindparam("whose"))
    .order_by(CaseRow.id.desc()).limit(CASES_LOOKED_AT).scalar_subquery()
)
_lines = (
    select(JournalRow.what, JournalRow.who, JournalRow.detail, JournalRow.at)
    .where(JournalRow.case_id.in_(_their_cases), JournalRow.what.in_(ASKED + PROMISED))
    .order_by(JournalRow.id.desc()).limit(LINES_LOOKED_AT)
)
_legs = (
    select(LegRow.inbound, LegRow.ordered_at, LegRow.talked_at, PersonRow.id, PersonRow.name, PersonRow.phone)
    .outerjoin(PersonRow, (PersonRow.id == LegRow.person_id) & ~PersonRow.gone)
    .where(LegRow.case_id.in_(_their_cases), LegRow.id != bindparam("this"),
           or_(LegRow.inbound, LegRow.talked_at.is_not(None) & PersonRow.id.is_not(None)))
    .order_by(LegRow.id.desc()).limit(LINES_LOOKED_AT)
)
_manners = select(IdentifierRow.opted_out_at, IdentifierRow.unreachable).where(IdentifierRow.id == bindparam("whose"))
_agreed = (
    select(ConsentRow.id)
    .where(ConsentRow.identifier_id == bindparam("whose"), ConsentRow.source != ABOUT_RECORDING).limit(1)
)
_asked_here = (
    select(ConsentRow.id)
    .where(ConsentRow.case_id == bindparam("case"), ConsentRow.source != ABOUT_RECORDING, ConsentRow.at >= bindparam("since")).limit(1)
)
_texted = (
    select(MessageRow.id)
    .where(MessageRow.case_id == bindparam("case"), MessageRow.role == "customer",
           MessageRow.ordered_at > bindparam("since")).limit(1)
)


def history(connection: Connection, call: Call) -> History:
    """What whoever takes the call should know: nobody tells it for the nth time."""
    lines = connection.execute(_lines, {"whose": call.case.whose}).all()
    asked = sum(line.what in ASKED and line.at > call.now - LATELY for line in lines)
    promise = next((line for line in lines if line.what in PROMISED), None)
    return History(times=max(0, asked - 1), last_promise=_in_words(promise) if promise else "")


def acquaintance(connection: Connection, call: Call) -> History:
    """When they rang before, and which colleague they talked with last; of an account, also at the number that is theirs."""
    this = call.leg.id if call.leg else 0
    legs = connection.execute(_legs, {"whose": call.case.whose, "this": this}).all()
    if not legs and isinstance(call.grant, RouteGrant):
        legs = connection.execute(_legs, {"whose": call.grant.to_id, "this": this}).all()
    met = next((leg for leg in legs if leg.id and leg.talked_at), None)
    return History(last_rang_at=next((leg.ordered_at for leg in legs if leg.inbound), None),
                   met=Agent(met.id, met.name, met.phone) if met else None)


def agreed_to_texts(connection: Connection, call: Call) -> bool:
    """Did they agree to texts and not take it back, and can they get them?"""
    row = connection.execute(_manners, {"whose": call.case.whose}).first()
    if row is None or row.opted_out_at or row.unreachable:
        return False
    return connection.scalar(_agreed, {"whose": call.case.whose}) is not None


def agreed(connection: Connection, identifier_id: int, case_id: int, wording: str, source: str, now: datetime) -> None:
    """Whoever has this number agreed to this, there."""
    connection.execute(insert(ConsentRow), {
        "identifier_id": identifier_id, "case_id": case_id, "at": now, "wording": wording, "source": source})


def asked_for_a_call(connection: Connection, case_id: int, since: datetime) -> bool:
    """Did they agree since then to be rung about this very case?"""
    return connection.scalar(_asked_here, {"case": case_id, "since": since}) is not None


def was_texted_lately(connection: Connection, call: Call) -> bool:
    """Did they get a text about this case just now?"""
    return connection.scalar(_texted, {"case": call.case.id, "since": call.now - BETWEEN_TEXTS}) is not None


def _in_words(promise: AnyRow) -> str:
    who = promise.who or "we"
    return f"{who} would ring at {promise.detail}" if promise.what == "will ring" else f"{who} would look after it"
