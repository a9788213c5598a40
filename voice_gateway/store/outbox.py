"""The outbox: claimed before it is sent, crossed off after, looked up when in doubt.

Due times are columns. Whoever delivers takes a lease by one conditional update;
a lease that was never given back is stale after `LEASE`, and what it was for is
looked up at the carrier before it is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from voice_gateway import callers
from voice_gateway.store.legs import UNSURE_AFTER_RING
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ChallengeRow,
    ConsentRow,
    IdentifierRow,
    Instant,
    JournalRow,
    LegRow,
    MessageRow,
    NumberRow,
    OrderRow,
)

LEASE = timedelta(seconds=30)
ANSWERED_AT_ONCE = timedelta(hours=1)
ANSWERED_TODAY = timedelta(hours=12)
CONFIRMED_AT_ONCE = timedelta(minutes=2)
OPTED_OUT = 21610
CAME_TO_NOTHING, ARRIVED = ("failed", "undelivered"), ("delivered", "read")
WHATSAPP = "whatsapp:"
LINE_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Owed:
    """One order of the outbox, with what its kind needs to be carried out."""

    id: int
    case_id: int
    kind: str
    due_at: datetime
    claimed_at: datetime | None
    attempts: int
    turn: str | None
    fence: int | None
    person_id: int | None
    leg_id: int | None
    message_id: int | None
    voicemail_id: int | None
    recording_id: int | None
    post_id: int | None
    link_id: int | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class LegToCarry:
    """What the carrier must be told about a leg."""

    id: int
    case_id: int
    role: str
    phone: str
    our_number: str
    opening: str
    seconds: int
    step: int
    in_room: bool
    held: bool
    call_sid: str | None
    ended_at: datetime | None
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class TextToCarry:
    """What the carrier must be told about a text, and what tells whether it should be.

    `pictures` go along, once they are here. `code_salt` is that of the code which it brings, if it does, and as long
    as that has not come back.
    """

    id: int
    role: str
    phone: str
    our_number: str
    body: str
    message_sid: str | None
    ordered_at: datetime
    automatic: bool
    pictures: list[dict[str, Any]]
    opted_out_at: datetime | None
    wrote_at: datetime | None
    agreed_at: datetime | None
    challenge_id: int | None = None
    code_salt: str | None = None
    code_way: str | None = None
    code_holds_until: datetime | None = None

    def was_asked_for(self, at: datetime) -> bool:
        """Did they write to us just now, or today if a colleague answers, or agree to it a moment before?"""
        lately = ANSWERED_AT_ONCE if self.automatic else ANSWERED_TODAY
        wrote = self.wrote_at is not None and timedelta(0) <= at - self.wrote_at <= lately
        return wrote or (self.agreed_at is not None and self.ordered_at - self.agreed_at <= CONFIRMED_AT_ONCE)


_columns = [getattr(OrderRow, name) for name in Owed.__dataclass_fields__]
_leg_columns = [getattr(LegRow, name) for name in LegToCarry.__dataclass_fields__]
_open = OrderRow.done_at.is_(None)
_ripe = _open & (OrderRow.due_at <= bindparam("now")) & (
    OrderRow.claimed_at.is_(None) | (OrderRow.claimed_at <= bindparam("stale"))
)
_of_case = select(*_columns).where(_ripe, OrderRow.case_id == bindparam("case")).order_by(OrderRow.id)
_due = (
    select(OrderRow.case_id).where(_ripe).order_by(OrderRow.due_at).limit(bindparam("most"))
)
_claim = (
    update(OrderRow)
    .where(OrderRow.id == bindparam("which"), _ripe)
    .values(claimed_at=bindparam("now"), claimed_by=bindparam("whom"), attempts=OrderRow.attempts + 1)
)
_done = update(OrderRow).where(OrderRow.id == bindparam("which"), _open)
_postpone = update(OrderRow).where(OrderRow.id == bindparam("which"), _open)
_rung = (
    update(LegRow).where(LegRow.id == bindparam("which"), LegRow.call_sid.is_(None))
    .values(call_sid=bindparam("sid"), rung_at=bindparam("now"),
            check_at=func.coalesce(LegRow.check_at, bindparam("unsure_at", type_=Instant())))
)
_ring_done = (
    update(OrderRow).where(OrderRow.leg_id == bindparam("which"), OrderRow.kind == "ring", _open)
    .values(done_at=bindparam("now"), result=bindparam("sid"))
)
_line = (
    select(OrderRow.id, OrderRow.case_id, OrderRow.due_at)
    .join(CaseRow, CaseRow.id == OrderRow.case_id)
    .where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None), CaseRow.state.in_(("waiting", "asking")),
           CaseRow.due_at <= bindparam("now"), CaseRow.taken_by_id.is_(None))
    .where(_open, OrderRow.kind == "follow_up", OrderRow.fence == CaseRow.round, OrderRow.person_id.is_(None))
    .order_by(CaseRow.urgent.desc(), CaseRow.wanted_at, CaseRow.id).limit(LINE_LOOKED_AT)
)
_number = (
    select(NumberRow.next_call_at, NumberRow.calls_per_second, NumberRow.concurrent_calls)
    .where(NumberRow.number == bindparam("ours")).with_for_update()
)
_calls_now = (
    select(func.count()).select_from(LegRow)
    .where(LegRow.our_number == bindparam("ours"), LegRow.ended_at.is_(None), LegRow.call_sid.is_not(None))
)
_next_call = (
    update(NumberRow).where(NumberRow.number == bindparam("ours")).values(next_call_at=bindparam("then"))
)
_reached = update(IdentifierRow).where(IdentifierRow.unreachable.is_not(None)).values(unreachable=None)
_leg = select(*_leg_columns).where(LegRow.id == bindparam("which"))
_text = (
    select(MessageRow.id, MessageRow.role, MessageRow.phone, MessageRow.our_number, MessageRow.body,
           MessageRow.message_sid, MessageRow.ordered_at, MessageRow.automatic, MessageRow.pictures,
           MessageRow.challenge_id, ChallengeRow.salt.label("code_salt"),
           ChallengeRow.way.label("code_way"), ChallengeRow.expires_at.label("code_holds_until"))
    .outerjoin(ChallengeRow, (ChallengeRow.id == MessageRow.challenge_id) & ChallengeRow.consumed_at.is_(None))
    .where(MessageRow.id == bindparam("which"))
)
_to_check = (
    select(*_leg_columns)
    .where(LegRow.ended_at.is_(None), LegRow.check_at <= bindparam("now"))
    .order_by(LegRow.check_at).limit(bindparam("most"))
)


def of_case(connection: Connection, case_id: int, now: datetime) -> list[Owed]:
    """What is due on this case and in nobody's hands, oldest first."""
    rows = connection.execute(_of_case, {"case": case_id, "now": now, "stale": now - LEASE})
    return [Owed(*row) for row in rows]


def due(connection: Connection, now: datetime, most: int) -> list[int]:
    """The cases on which something is due, most overdue first; at most `most` orders are looked at."""
    rows = connection.scalars(_due, {"now": now, "stale": now - LEASE, "most": most})
    return list(dict.fromkeys(rows))


def owe(connection: Connection, case_id: int, kind: str, due_at: datetime, **about: int) -> None:
    """One more thing to be done, which no story ordered; `about` is the message, voicemail or recording that it is about."""
    connection.execute(insert(OrderRow), {"case_id": case_id, "kind": kind, "due_at": due_at, **about})


def owe_turn(connection: Connection, case_id: int, turn: str, now: datetime) -> None:
    """A turn to be taken on this case at once, whatever round it is in."""
    connection.execute(insert(OrderRow), {"case_id": case_id, "kind": "follow_up", "turn": turn, "due_at": now})


def claim(connection: Connection, order_id: int, now: datetime, whom: str) -> bool:
    """Take the lease. False when somebody else has it, or it is done."""
    given = {"which": order_id, "now": now, "stale": now - LEASE, "whom": whom}
    return connection.execute(_claim, given).rowcount == 1


def done(connection: Connection, order_id: int, now: datetime, result: str) -> bool:
    """Cross it off. False when that had been done before."""
    return connection.execute(_done, {"which": order_id, "done_at": now, "result": result}).rowcount == 1


def postpone(connection: Connection, order_id: int, until: datetime, result: str, *, given_back: bool = False) -> None:
    """Try again at `until`, and say why. `given_back`: the carrier surely did not take it."""
    changes: dict[str, Any] = {"due_at": until, "claimed_at": None, "result": result}
    if given_back:
        changes["attempts"] = 0
    connection.execute(_postpone, {"which": order_id, **changes})


def leg(connection: Connection, leg_id: int) -> LegToCarry:
    return LegToCarry(*connection.execute(_leg, {"which": leg_id}).one())


def text(connection: Connection, message_id: int) -> TextToCarry:
    """A text, whether whoever has that address wants none, and when they last wrote or agreed to something."""
    found = connection.execute(_text, {"which": message_id}).one()
    agreed = select(func.max(ConsentRow.at)).where(ConsentRow.identifier_id == IdentifierRow.id).scalar_subquery()
    them = connection.execute(
        select(IdentifierRow.opted_out_at, IdentifierRow.wrote_at, agreed).where(*_address(found.phone))).first()
    opted_out_at, wrote_at, agreed_at = them or (None, None, None)
    return TextToCarry(**found._mapping, opted_out_at=opted_out_at, wrote_at=wrote_at, agreed_at=agreed_at)


def words_to(connection: Connection, phone: str, sids: list[str], since: datetime) -> set[str]:
    """The words of all texts of ours to this address that may have left since then, and those of these sids that we know."""
    said = connection.scalars(select(MessageRow.body).where(
        MessageRow.phone == phone, ~MessageRow.inbound, MessageRow.ordered_at >= since - ANSWERED_AT_ONCE))
    known = connection.scalars(select(MessageRow.message_sid).where(MessageRow.message_sid.in_(sids)))
    return {*said, *(sid for sid in known if sid)}


def known_calls(connection: Connection, call_sids: list[str]) -> set[str]:
    """Those of these calls that belong to a leg already."""
    return set(connection.scalars(select(LegRow.call_sid).where(LegRow.call_sid.in_(call_sids)))) - {None}  # type: ignore[return-value]


def ring_in_hand(connection: Connection, leg_id: int) -> bool:
    """Is somebody at this moment asking the carrier to ring this leg?"""
    found = connection.scalar(select(OrderRow.id).where(
        OrderRow.leg_id == leg_id, OrderRow.kind == "ring", _open, OrderRow.attempts > 0))
    return found is not None


def rung(connection: Connection, leg_id: int, call_sid: str, now: datetime, *, already: bool = False) -> None:
    """The carrier has this leg under `call_sid`: whoever was to ring it is done."""
    if already:
        return
    known = {"which": leg_id, "sid": call_sid, "now": now, "unsure_at": now + UNSURE_AFTER_RING}
    if connection.execute(_rung, known).rowcount:
        connection.execute(_ring_done, {"which": leg_id, "now": now, "sid": call_sid})


def next_in_line(connection: Connection, now: datetime) -> int | None:
    """A colleague is free again: whoever is first in line is due at once. Gives their case.

    Whoever is due already may be about to get another colleague, so the first who is not is made due as well.
    """
    line = connection.execute(_line, {"now": now}).all()
    later = next((each for each in line if each.due_at > now), None)
    if later:
        connection.execute(_postpone, {"which": later.id, "due_at": now})
    return int(line[0].case_id) if line else None


def slot(connection: Connection, number: str, now: datetime) -> datetime:
    """When this number of ours may place a call: `now` if it may, and then the slot is taken.

    The carrier's calls per second and calls at once are kept per number
    (https://www.twilio.com/docs/api/errors/22005).
    """
    row = connection.execute(_number, {"ours": number}).first()
    if row is None:
        return now
    busy = connection.scalar(_calls_now, {"ours": number})
    if busy is not None and busy >= row.concurrent_calls:
        return now + timedelta(seconds=2)
    if row.next_call_at is not None and row.next_call_at > now:
        return cast(datetime, row.next_call_at)
    connection.execute(_next_call, {"ours": number, "then": now + timedelta(seconds=1 / row.calls_per_second)})
    return now


def sent(connection: Connection, message_id: int, message_sid: str | None, status: str, rank: int,
         error_code: int | None, now: datetime) -> bool:
    """A text's state at the carrier. It never goes backwards; False when this was old news."""
    known: dict[str, Any] = {"status": status, "rank": rank}
    if message_sid:
        known["message_sid"] = message_sid
    if error_code:
        known["error_code"] = error_code
    moved = connection.execute(
        update(MessageRow).where(MessageRow.id == message_id, MessageRow.rank < rank).values(**known)
    )
    if moved.rowcount and status in CAME_TO_NOTHING:
        lost = connection.execute(
            select(MessageRow.case_id, MessageRow.phone, MessageRow.role).where(MessageRow.id == message_id)
        ).one()
        connection.execute(insert(JournalRow), {"case_id": lost.case_id, "at": now, "what": "text not delivered",
                                                "who": lost.role, "detail": str(error_code or "")})
        if error_code == OPTED_OUT:
            opted_out(connection, lost.phone, now)
    if moved.rowcount and status in ARRIVED:
        phone = connection.scalar(select(MessageRow.phone).where(MessageRow.id == message_id))
        reached(connection, str(phone))
    return moved.rowcount == 1


def not_sent(connection: Connection, message_id: int, why: str, now: datetime) -> None:
    """It is never sent, and that is kept, with the reason."""
    row = connection.execute(
        update(MessageRow).where(MessageRow.id == message_id, MessageRow.rank == 0).values(status="not sent", rank=8, not_sent=why)
        .returning(MessageRow.case_id, MessageRow.role)).first()
    if row:
        connection.execute(insert(JournalRow), {"case_id": row.case_id, "at": now, "what": "not sent", "who": row.role,
                                                "detail": why})


def opted_out(connection: Connection, phone: str, now: datetime) -> None:
    """Never text this address again."""
    connection.execute(
        update(IdentifierRow).where(*_address(phone))
        .values(opted_out_at=func.coalesce(IdentifierRow.opted_out_at, now))
    )


def _address(phone: str) -> tuple[ColumnElement[bool], ...]:
    namespace, subject, _ = callers.sender_of(phone)
    anywhere = namespace == "fb_psid"  # people on Messenger have one of these for each page
    return (IdentifierRow.namespace == namespace, IdentifierRow.subject == subject,
            *(() if anywhere else (IdentifierRow.scope == "",)))


def unreachable(connection: Connection, phone: str, why: str) -> None:
    """The carrier says that this number cannot be called or texted."""
    connection.execute(
        update(IdentifierRow).where(*_address(phone)).values(unreachable=why)
    )


def reached(connection: Connection, phone: str) -> None:
    """A text has arrived there, or somebody has picked up: whatever was wrong with that number is over."""
    connection.execute(_reached.where(*_address(phone)))


def unsure(connection: Connection, now: datetime, most: int) -> list[LegToCarry]:
    """Legs that should have been heard of by now: to be looked up at the carrier."""
    return [LegToCarry(*row) for row in connection.execute(_to_check, {"now": now, "most": most})]


def check_later(connection: Connection, leg_ids: Iterable[int], at: datetime) -> None:
    connection.execute(update(LegRow).where(LegRow.id.in_(list(leg_ids))).values(check_at=at))


def stuck(connection: Connection, now: datetime) -> list[AnyRow]:
    """All that is owed, for people to read: what, for which case, since when, and what happened to it."""
    return list(connection.execute(
        select(OrderRow.id, OrderRow.case_id, OrderRow.kind, OrderRow.turn, OrderRow.due_at, OrderRow.claimed_at,
               OrderRow.claimed_by, OrderRow.attempts, OrderRow.result, CaseRow.state)
        .join(CaseRow, CaseRow.id == OrderRow.case_id).where(_open).order_by(OrderRow.due_at).limit(500)
    ))
