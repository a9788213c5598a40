"""What a turn decided, written down: rows, outbox, journal, reply. One hand for each order.

All of it belongs to the transaction in which the turn was taken, so either the
whole decision stands or none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import singledispatch
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from flows.facts import Agent, Call
from flows.orders import (
    AskAgain,
    CallBack,
    CloseCase,
    CountTry,
    Disband,
    FindRecording,
    FollowUp,
    GiveVoicemail,
    HandOver,
    HangUp,
    Hurry,
    KeepAbout,
    KeepConsent,
    KeepVoicemail,
    Lead,
    MarkVoicemail,
    Note,
    OpenCase,
    Order,
    Release,
    Remember,
    Reserve,
    Ring,
    StandDown,
    Text,
    UseNumber,
)
from flows.verbs import Join, Verb
from voice_gateway import tickets
from voice_gateway.store.legs import meets
from voice_gateway.store.tables import (
    AnswerRow,
    CaseRow,
    ConsentRow,
    ContactRow,
    IdentifierRow,
    JournalRow,
    KnockRow,
    LegRow,
    MessageRow,
    OrderRow,
    PersonRow,
    VoicemailRow,
)

_update_case = update(CaseRow).where(CaseRow.id == bindparam("which"))
_update_leg = update(LegRow).where(LegRow.id == bindparam("which"))
_update_person = update(PersonRow).where(PersonRow.id == bindparam("which"))
_find_number = select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.display).where(
    IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == bindparam("number")
)
_update_voicemail = update(VoicemailRow).where(VoicemailRow.id == bindparam("which"))
_insert_answer = insert(AnswerRow)
_insert_orders = insert(OrderRow)
_insert_journal = insert(JournalRow)
_insert_leg = insert(LegRow).returning(LegRow.id)
_insert_message = insert(MessageRow).returning(MessageRow.id)


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
        blank = dict.fromkeys(("leg_id", "message_id", "voicemail_id", "person_id", "turn", "fence"))
        self.owed.append(blank | {"kind": kind, "due_at": self.call.now + after} | what)

    def note(self, what: str, who: str = "", detail: str = "") -> None:
        self.journal.append({"at": self.call.now, "what": what, "who": who, "detail": detail})

    def file(self) -> bool:
        """Lay everything away. True when something of it is due at once."""
        if self.changes:
            self.connection.execute(_update_case, {"which": self.case_id, **self.changes})
        if self.owed:
            self.connection.execute(_insert_orders, [{"case_id": self.case_id, **each} for each in self.owed])
        if self.journal:
            self.connection.execute(_insert_journal, [{"case_id": self.case_id, **each} for each in self.journal])
        return any(each["due_at"] <= self.call.now for each in self.owed)


def keep(connection: Connection, call: Call, verbs: Iterable[Verb], orders: Iterable[Order], *,
         our_number: str, tickets: tickets.Tickets) -> tuple[int, bool]:
    """Write down the house's side of each order, in the order in which they were given.

    Gives the case's id, and whether anything is due at once. Raises IntegrityError, which the store
    tells as Refused, when a unique index says that somebody else was first.
    """
    desk = Desk(connection, call, our_number, tickets, case_id=call.case.id, round=call.callback.round)
    if call.leg and not call.leg.answered and verbs:
        desk.note("answered", call.leg.agent.first_name if call.leg.agent else "customer")
    for order in orders:
        hand(order, desk)
    if any(isinstance(verb, Join) and meets(call, verb) for verb in verbs):
        desk.changes["state"] = "talking"
        desk.note("talking", call.who_took_it)
    due = desk.file()
    return desk.case_id, due


@singledispatch
def hand(order: Any, desk: Desk) -> None:
    """Write down one order. Raises TypeError for an order that has no hand."""
    raise TypeError(f"no hand in keep.py writes down {type(order).__name__}")


@hand.register
def _open_case(order: OpenCase, desk: Desk) -> None:
    wish, now = order.request, desk.call.now
    identifier_id, contact_id = _person_at(desk, wish.phone, wish.name)
    seed = desk.tickets.new_seed()
    desk.case_id = desk.connection.execute(
        insert(CaseRow).returning(CaseRow.id),
        {
            "identifier_id": identifier_id, "contact_id": contact_id, "caller_name": wish.name,
            "about": wish.about, "impact": wish.impact, "state": "waiting", "ticket_seed": seed,
            "token_hash": tickets.digest(desk.tickets.token(seed)), "opened_at": now, "wanted_at": now,
            "due_at": now,
            "declared_handle": dict([wish.handle]) if wish.handle else None,
        },
    ).scalar_one()
    if wish.consent:
        desk.connection.execute(insert(ConsentRow), {
            "identifier_id": identifier_id, "case_id": desk.case_id, "at": now, "wording": wish.consent,
            "source": "click-to-call"})
    desk.note("asked for a call", "customer")


def _person_at(desk: Desk, number: str, name: str) -> tuple[int, int | None]:
    """The identifier of this number and who is known there; both made when new.

    A telephone that several share (it has a `display`) is nobody's, whatever name is typed.
    """
    known = desk.connection.execute(_find_number, {"number": number}).first()
    if known and (known.contact_id or known.display):
        return known.id, known.contact_id
    contact_id = desk.connection.execute(
        insert(ContactRow).returning(ContactRow.id), {"name": name, "created_at": desk.call.now}
    ).scalar_one()
    if known:
        desk.connection.execute(update(IdentifierRow).where(IdentifierRow.id == known.id),
                                {"contact_id": contact_id})
        return known.id, contact_id
    identifier_id = desk.connection.execute(
        insert(IdentifierRow).returning(IdentifierRow.id),
        {"namespace": "tel", "subject": number, "contact_id": contact_id, "first_seen": desk.call.now},
    ).scalar_one()
    return identifier_id, contact_id


@hand.register
def _call_back(order: CallBack, desk: Desk) -> None:
    desk.round += 1
    tries = 0 if order.wanted_at else desk.call.callback.tries + order.counts
    desk.changes |= {"due_at": order.at, "round": desk.round, "tries": tries, "state": "waiting",
                     "promised_by_id": order.by.id if order.by else None, "owner_id": None, "next_at": None}
    if order.wanted_at:
        desk.changes["wanted_at"] = order.wanted_at
    desk.owe("follow_up", order.at - desk.call.now, turn=order.then.address, fence=desk.round)
    if order.at > desk.call.now:
        desk.note("will ring", order.by.first_name if order.by else "", desk.call.wall_time(order.at))


@hand.register
def _ask_again(order: AskAgain, desk: Desk) -> None:
    desk.round += 1
    desk.changes |= {"round": desk.round, "state": "waiting", "taken_by_id": None, "owner_id": None, "next_at": None}
    desk.owe("follow_up", order.after, turn=order.then.address, fence=desk.round)


@hand.register
def _hurry(order: Hurry, desk: Desk) -> None:
    desk.changes["urgent"] = True
    desk.note("goes first", detail=order.why)


@hand.register
def _keep_about(order: KeepAbout, desk: Desk) -> None:
    desk.changes["about"] = order.words


@hand.register
def _keep_consent(order: KeepConsent, desk: Desk) -> None:
    desk.connection.execute(insert(ConsentRow), {
        "identifier_id": desk.call.case.whose, "case_id": desk.case_id, "at": desk.call.now,
        "wording": order.wording, "source": "telephone"})


@hand.register
def _remember(order: Remember, desk: Desk) -> None:
    assert desk.call.leg is not None, "a number is keyed in on a leg"
    desk.connection.execute(_update_leg, {"which": desk.call.leg.id, "typed": order.number})


@hand.register
def _use_number(order: UseNumber, desk: Desk) -> None:
    desk.changes["phone"] = order.number
    desk.note("another number", "customer")


@hand.register
def _count_try(order: CountTry, desk: Desk) -> None:
    for what in (f"code:{desk.call.case.whose}", "code"):
        desk.connection.execute(insert(KnockRow), {"what": what, "at": desk.call.now})
    desk.note("wrong code", "customer")


@hand.register
def _ring(order: Ring, desk: Desk) -> None:
    agent = order.whom if isinstance(order.whom, Agent) else None
    leg_id = desk.connection.execute(
        _insert_leg,
        {
            "case_id": desk.case_id, "role": "agent" if agent else "customer",
            "person_id": agent.id if agent else None, "phone": order.whom.phone,
            "our_number": desk.our_number, "round": desk.round, "opening": order.opening.address,
            "otherwise": order.otherwise.address, "seconds": order.seconds, "ordered_at": desk.call.now,
        },
    ).scalar_one()
    desk.owe("ring", order.after, leg_id=leg_id)
    if agent and not desk.call.case.owner:
        desk.changes.setdefault("state", "asking")
    desk.note("ringing", agent.first_name if agent else "customer")


@hand.register
def _hang_up(order: HangUp, desk: Desk) -> None:
    for leg in desk.call.live("customer"):
        desk.owe("hang_up", leg_id=leg.id)


@hand.register
def _lead(order: Lead, desk: Desk) -> None:
    for leg in (order.leg,) if order.leg else desk.call.live("customer"):
        if leg.answered and not leg.settled:
            desk.owe("move", leg_id=leg.id, turn=order.to.address, fence=leg.step)


@hand.register
def _stand_down(order: StandDown, desk: Desk) -> None:
    for leg in desk.call.undecided:
        if leg.answered:
            desk.owe("move", leg_id=leg.id, turn=order.told.address, fence=leg.step)
        else:
            desk.owe("hang_up", leg_id=leg.id)


@hand.register
def _reserve(order: Reserve, desk: Desk) -> None:
    desk.changes |= {"taken_by_id": order.agent.id, "state": "calling"}
    if desk.call.leg and desk.call.leg.round != desk.round:  # asked before the customer chose otherwise
        desk.connection.execute(_update_leg, {"which": desk.call.leg.id, "round": desk.round})
    desk.note("takes it", order.agent.first_name)


@hand.register
def _release(order: Release, desk: Desk) -> None:
    desk.changes["taken_by_id"] = None


@hand.register
def _disband(order: Disband, desk: Desk) -> None:
    rooms = {leg.id: leg for leg in desk.call.live("agent") if leg.in_room}
    if not rooms:
        return
    owed = desk.connection.execute(select(LegRow.id, LegRow.after_room).where(LegRow.id.in_(rooms)))
    for row in owed:
        if row.after_room:
            desk.owe("move", leg_id=row.id, turn=row.after_room, fence=rooms[row.id].step)
        else:
            desk.owe("hang_up", leg_id=row.id)


@hand.register
def _text(order: Text, desk: Desk) -> None:
    agent = order.to if isinstance(order.to, Agent) else None
    if not order.to.phone:
        desk.note("no number to text to")
        return
    body = order.words
    if order.about and agent:
        body = f"{body} {desk.tickets.voicemail_page(order.about.id, agent.id, desk.call.now)}"
    message_id = desk.connection.execute(
        _insert_message,
        {
            "case_id": desk.case_id, "role": "agent" if agent else "customer", "phone": order.to.phone,
            "our_number": desk.our_number, "body": body, "ordered_at": desk.call.now,
        },
    ).scalar_one()
    desk.owe("text", message_id=message_id)
    if not agent:
        desk.note("text", "customer", order.words)


@hand.register
def _follow_up(order: FollowUp, desk: Desk) -> None:
    about = order.voicemail.id if order.voicemail else None
    desk.owe("follow_up", order.after, turn=order.turn.address, fence=None if about else desk.round,
             person_id=order.agent.id if order.agent else None, voicemail_id=about)


@hand.register
def _keep_voicemail(order: KeepVoicemail, desk: Desk) -> None:
    """A recording that we have already is not kept twice, however often the carrier tells of it."""
    sid = order.recording.sid
    if desk.connection.scalar(select(VoicemailRow.id).where(VoicemailRow.recording_sid == sid)):
        return
    voicemail_id = desk.connection.execute(insert(VoicemailRow).returning(VoicemailRow.id), {
        "case_id": desk.case_id, "leg_id": desk.call.leg.id if desk.call.leg else None, "recording_sid": sid,
        "seconds": order.recording.seconds or 0, "owner_id": order.owner.id if order.owner else None,
        "left_at": desk.call.now}).scalar_one()
    desk.note("left a message", "customer", str(order.recording.seconds or ""))
    desk.owe("fetch", voicemail_id=voicemail_id)
    desk.owe("follow_up", order.after, turn=order.then.address, voicemail_id=voicemail_id)


@hand.register
def _find_recording(order: FindRecording, desk: Desk) -> None:
    assert desk.call.leg is not None, "a recording was made on a leg"
    desk.owe("find", order.after, leg_id=desk.call.leg.id)


@hand.register
def _give_voicemail(order: GiveVoicemail, desk: Desk) -> None:
    changes: dict[str, Any] = {"owner_id": order.owner.id, "told_at": desk.call.now}
    if order.climbs:
        changes["climbs"] = order.voicemail.climbs + 1
        desk.note("message climbs", order.owner.first_name)
    desk.connection.execute(_update_voicemail, {"which": order.voicemail.id, **changes})


@hand.register
def _mark_voicemail(order: MarkVoicemail, desk: Desk) -> None:
    changes: dict[str, Any] = {"state": order.state, f"{order.state}_at": desk.call.now}
    who = desk.call.meant_for
    if who and order.state == "heard":
        changes["heard_by_id"] = who.id
    desk.connection.execute(_update_voicemail, {"which": order.voicemail.id, **changes})
    if order.state == "done":
        of_it = select(VoicemailRow.leg_id).where(VoicemailRow.id == order.voicemail.id).scalar_subquery()
        desk.connection.execute(update(VoicemailRow).where(VoicemailRow.leg_id == of_it).values(**changes))
    desk.note(f"message {order.state}", who.first_name if who else "")


@hand.register
def _hand_over(order: HandOver, desk: Desk) -> None:
    if desk.call.case.owner != order.owner:
        desk.note("looks after it", order.owner.first_name)
    desk.changes |= {"owner_id": order.owner.id, "next_at": order.next_at, "state": "open",
                     "promised_by_id": None}


@hand.register
def _close_case(order: CloseCase, desk: Desk) -> None:
    desk.changes |= {"state": order.disposition, "disposition": order.disposition,
                     "closed_at": desk.call.now, "next_at": None}
    desk.note("closed", desk.call.leg.agent.first_name if desk.call.leg and desk.call.leg.agent else "",
              order.disposition)
    desk.connection.execute(
        update(VoicemailRow).where(VoicemailRow.case_id == desk.case_id, VoicemailRow.state != "done")
        .values(state="done", done_at=desk.call.now))


@hand.register
def _note(order: Note, desk: Desk) -> None:
    desk.note(order.what, order.who)
