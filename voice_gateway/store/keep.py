"""What a turn decided, written down: rows, outbox, journal. One hand for each order.

The hands for texts and voicemails are in `keep_messages.py`, those for recording talks in `keep_recordings.py`,
those for who somebody is in `keep_identity.py`, those for a colleague's own line in `keep_line.py`.

All of it belongs to the transaction in which the turn was taken, so either the
whole decision stands or none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from flows import promises
from flows.facts import Agent, Call, Contact
from flows.namesakes import AskFor
from flows.orders import (
    Announce,
    AskAgain,
    CallBack,
    CloseCase,
    ComeIn,
    CountTry,
    Disband,
    FollowUp,
    HandOver,
    HangUp,
    Hold,
    Hurry,
    KeepAbout,
    Lead,
    Note,
    OpenCase,
    Order,
    PassOn,
    Release,
    Remember,
    Reserve,
    Ring,
    StandDown,
    Unhold,
    UseNumber,
)
from flows.promised import NudgeAt
from flows.verbs import Join, Verb
from voice_gateway import tickets
from voice_gateway.store import (
    closings,
    comings,
    keep_answers,
    keep_climbs,
    keep_identity,
    keep_line,
    keep_messages,
    keep_recordings,
    leave,
)
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.legs import meets
from voice_gateway.store.tables import (
    CaseRow,
    ConsentRow,
    ContactRow,
    IdentifierRow,
    KnockRow,
    LegRow,
    VoicemailRow,
)

_update_leg = update(LegRow).where(LegRow.id == bindparam("which"))
_find_number = select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.display).where(
    IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == bindparam("number")
)
_insert_leg = insert(LegRow).returning(LegRow.id)


HANDS_ELSEWHERE = (  # imported so that `hand` knows them
    keep_identity, keep_messages, keep_line, keep_recordings, keep_climbs, keep_answers, closings)


def keep(connection: Connection, call: Call, verbs: Iterable[Verb], orders: Iterable[Order], *,
         our_number: str, tickets: tickets.Tickets) -> tuple[int, list[int]]:
    """Write down the house's side of each order, in the order in which they were given.

    Gives the case's id, and the cases on which anything is due at once. Raises IntegrityError, which the store
    tells as Refused, when a unique index says that somebody else was first.
    """
    desk = Desk(connection, call, our_number, tickets, case_id=call.case.id, round=call.callback.round)
    if call.leg and not call.leg.answered and verbs:
        desk.note("answered", call.leg.agent.first_name if call.leg.agent else call.leg.role)
    for order in orders:
        hand(order, desk)
    if any(isinstance(verb, Join) and meets(call, verb) for verb in verbs):
        desk.changes["state"] = "talking"
        keep_climbs.they_talk(desk)
        if not (call.leg and call.leg.talked_at):
            desk.note("talking", call.who_took_it)
    keep_climbs.rules_will_look(desk)
    due = desk.file()
    return desk.case_id, due


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
    if wish.about:
        comings.is_about(desk.connection, desk.case_id, wish.about, now)
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
    if order.words != desk.call.case.about:
        comings.is_about(desk.connection, desk.case_id, order.words, desk.call.now)


@hand.register
def _ask_for(order: AskFor, desk: Desk) -> None:
    if desk.call.case.asked_for != order.agent:
        desk.changes["asked_for_id"] = order.agent.id
        desk.note("asked for", order.agent.first_name)


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
    colleague = "manager" if order.climbs else "agent"
    role = colleague if agent else "customer" if isinstance(order.whom, Contact) else "guest"
    link_id = leave.for_customer(desk) if role == "customer" else None
    leg_id = desk.connection.execute(
        _insert_leg,
        {
            "case_id": desk.case_id, "role": role,
            "person_id": agent.id if agent else None, "phone": order.whom.phone,
            "our_number": desk.our_number, "round": desk.round, "opening": order.opening.address,
            "otherwise": order.otherwise.address, "seconds": order.seconds, "ordered_at": desk.call.now,
        },
    ).scalar_one()
    desk.owe("ring", order.after, leg_id=leg_id, link_id=link_id)
    if role == "agent" and not (desk.call.case.owner or desk.call.case.taken_by):
        desk.changes.setdefault("state", "asking")
    desk.note("ringing", agent.first_name if agent else role, order.whom.phone if role == "guest" else "")


@hand.register
def _hang_up(order: HangUp, desk: Desk) -> None:
    for leg in (order.leg,) if order.leg else desk.call.live("customer"):
        desk.owe("hang_up", leg_id=leg.id)


@hand.register
def _lead(order: Lead, desk: Desk) -> None:
    for leg in (order.leg,) if order.leg else desk.call.live("customer"):
        if leg.answered and not leg.settled:
            desk.owe("move", leg_id=leg.id, turn=order.to.address, fence=leg.step)


@hand.register
def _hold(order: Hold, desk: Desk) -> None:
    desk.connection.execute(_update_leg, {"which": order.leg.id, "held": True})
    desk.owe("hold", leg_id=order.leg.id)


@hand.register
def _unhold(order: Unhold, desk: Desk) -> None:
    desk.connection.execute(_update_leg, {"which": order.leg.id, "held": False})
    desk.owe("unhold", leg_id=order.leg.id)


@hand.register
def _come_in(_order: ComeIn, desk: Desk) -> None:
    assert desk.call.leg is not None and desk.call.leg.agent is not None, "a colleague comes on a leg"
    desk.connection.execute(_update_leg, {"which": desk.call.leg.id, "role": "agent", "round": desk.round})
    desk.note("comes to the talk", desk.call.leg.agent.first_name)


@hand.register
def _announce(order: Announce, desk: Desk) -> None:
    assert desk.call.leg is not None, "somebody comes on a leg"
    desk.owe("announce", leg_id=desk.call.leg.id, turn=order.words.address)


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
    leg = desk.call.leg
    if leg and leg.round != desk.round:  # asked before the customer chose otherwise
        desk.connection.execute(_update_leg, {"which": leg.id, "round": desk.round})
    if leg and leg.role == "manager":  # told that it climbs, and now the one who talks with them
        desk.connection.execute(_update_leg, {"which": leg.id, "role": "agent"})
    desk.note("takes it", order.agent.first_name)


@hand.register
def _pass_on(order: PassOn, desk: Desk) -> None:
    desk.changes |= {"taken_by_id": order.to.id, "state": "talking"}
    desk.note("takes it", order.to.first_name)


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
def _follow_up(order: FollowUp, desk: Desk) -> None:
    about = order.voicemail.id if order.voicemail else None
    desk.owe("follow_up", order.after, turn=order.turn.address, fence=None if about or order.lasts else desk.round,
             person_id=order.agent.id if order.agent else None, voicemail_id=about)


@hand.register
def _hand_over(order: HandOver, desk: Desk) -> None:
    if desk.call.case.owner != order.owner:
        desk.note("looks after it", order.owner.first_name)
    desk.changes |= {"owner_id": order.owner.id, "next_at": order.next_at, "state": "open",
                     "promised_by_id": None}
    _remind(desk, promises.nudge_at(desk.call.house, desk.call.now, order.next_at))


@hand.register
def _nudge_at(order: NudgeAt, desk: Desk) -> None:
    _remind(desk, order.at)


def _remind(desk: Desk, at: datetime) -> None:
    desk.changes["nudge_at"] = at
    desk.owe("follow_up", at - desk.call.now, turn=promises.comes_due.address, fence=desk.round)


@hand.register
def _close_case(order: CloseCase, desk: Desk) -> None:
    """Whatever a story forgets: what began in public is not solved before amends are made."""
    if order.disposition == "solved" and desk.call.case.owes_amends and not closings.may_close(desk.connection, desk.case_id):
        desk.note("stays open")
        return
    desk.changes |= {"state": order.disposition, "disposition": order.disposition,
                     "closed_at": desk.call.now, "next_at": None}
    keep_climbs.is_over(desk)
    desk.note("closed", desk.call.leg.agent.first_name if desk.call.leg and desk.call.leg.agent else "",
              order.disposition)
    desk.connection.execute(
        update(VoicemailRow).where(VoicemailRow.case_id == desk.case_id, VoicemailRow.state != "done")
        .values(state="done", done_at=desk.call.now))


@hand.register
def _note(order: Note, desk: Desk) -> None:
    desk.note(order.what, order.who, order.detail, order.case_id)
