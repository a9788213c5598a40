"""Rows to facts, under the case's lock.

Two indexed queries tell a turn all it may know; a turn that declared more gets
one more each. Nothing here grows with the number of contacts, cases or people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, exists, or_, select

from flows import networks
from flows.facts import Agent, Call, Callback, Case, Contact, Leg, Request, Voicemail
from flows.house import (
    Closing,
    Duty,
    House,
    LineRules,
    MessageRules,
    Opening,
    OurNumber,
    PromiseRules,
    Shift,
    TextRules,
    Voice,
)
from flows.identity.grant import NoGrant, RouteGrant
from voice_gateway import calendars, callers, clock
from voice_gateway.store import absences, before, climbs, closings, ladders, search, talks, telephones
from voice_gateway.store.hours import HOUSE_SHIFT
from voice_gateway.store.identity import elsewhere, reaching
from voice_gateway.store.tables import (
    AnswerRow,
    AnyRow,
    CaseRow,
    ContactRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    NumberRow,
    PersonRow,
    ShiftRow,
    VoicemailRow,
)
from voice_gateway.tickets import Tickets

SUPERVISE = frozenset({"manager", "supervisor"})
NO_HOUSE = House("", "UTC")

_shifts = select(ShiftRow.id, ShiftRow.openings, ShiftRow.zone, or_(
    ShiftRow.name == HOUSE_SHIFT, exists().where(PersonRow.shift_id == ShiftRow.id, PersonRow.is_agent, ~PersonRow.gone),
).label("answers")).order_by(ShiftRow.id)
_lock = select(CaseRow.id).where(CaseRow.id == bindparam("case")).with_for_update()
_case = (
    select(
        CaseRow.id, CaseRow.identifier_id, CaseRow.contact_id, CaseRow.caller_name, CaseRow.phone, CaseRow.our_number,
        CaseRow.skill, CaseRow.urgent, CaseRow.about, CaseRow.impact, CaseRow.state, CaseRow.ticket_seed,
        CaseRow.opened_at, CaseRow.disposition, CaseRow.owner_id, CaseRow.taken_by_id, CaseRow.wanted_at,
        CaseRow.due_at, CaseRow.next_at, CaseRow.nudge_at, CaseRow.unanswered_since, CaseRow.may_record,
        CaseRow.rating_asked_at, CaseRow.tries, CaseRow.round, closings.owes_amends.label("owes_amends"),
        CaseRow.promised_by_id, CaseRow.asked_for_id, IdentifierRow.namespace, IdentifierRow.subject, IdentifierRow.wrote_at,
        IdentifierRow.opted_out_at, IdentifierRow.display, ContactRow.insider,
    )
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .outerjoin(ContactRow, ContactRow.id == CaseRow.contact_id)
    .where(CaseRow.id == bindparam("case"))
)
_case_alone = _case.with_for_update(of=CaseRow)
_legs = (
    select(
        LegRow.id, LegRow.role, LegRow.round, LegRow.step, LegRow.joined_at, LegRow.in_room, LegRow.outcome,
        LegRow.answered_at.is_not(None).label("answered"), LegRow.settled_at.is_not(None).label("settled"),
        LegRow.ended_at.is_not(None).label("ended"), LegRow.person_id, LegRow.call_sid, LegRow.otherwise,
        LegRow.inbound, LegRow.attested, LegRow.our_number, LegRow.talked_at, LegRow.typed, LegRow.may_record,
        LegRow.opening, LegRow.held, AnswerRow.reply,
        PersonRow.name.label("person_name"), PersonRow.phone.label("person_phone"),
        PersonRow.greeting.label("person_greeting"), PersonRow.gone.label("person_gone"),
        PersonRow.roles.label("person_roles"), PersonRow.zone.label("person_zone"),
    )
    .outerjoin(PersonRow, PersonRow.id == LegRow.person_id)
    .outerjoin(AnswerRow, (AnswerRow.leg_id == LegRow.id) & (LegRow.id == bindparam("leg"))
               & (AnswerRow.step == bindparam("step")))
    .where(LegRow.case_id == bindparam("case"))
    .where((LegRow.round == bindparam("round")) | LegRow.ended_at.is_(None) | (LegRow.id == bindparam("leg")))
    .order_by(LegRow.id)
)
_people = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.greeting, PersonRow.gone, PersonRow.zone,
                 PersonRow.roles).where(PersonRow.id.in_(bindparam("ids", expanding=True)))
_voicemail = (
    select(VoicemailRow.id, VoicemailRow.seconds, VoicemailRow.state, VoicemailRow.owner_id, VoicemailRow.transcript,
           VoicemailRow.climbs, VoicemailRow.told_at, VoicemailRow.leg_id, VoicemailRow.case_id)
    .where(VoicemailRow.id == bindparam("voicemail"))
)
_other_messages = (
    select(VoicemailRow.id, VoicemailRow.leg_id, VoicemailRow.state, VoicemailRow.told_at)
    .where(VoicemailRow.case_id == bindparam("case"), VoicemailRow.id != bindparam("voicemail"),
           VoicemailRow.state == "new")
)
_any_owners = (
    select(PersonRow.id, PersonRow.name, PersonRow.phone)
    .where(~PersonRow.gone)
    .order_by(PersonRow.owner_rank, PersonRow.name)
    .limit(3)
)
_owners = _any_owners.where(PersonRow.telephone == telephones.THEIRS)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A turn's facts, with what its shell needs beside them.

    `reply` is what this very step was answered before; `otherwise` is the turn that the leg owes.
    """

    call: Call
    reply: str | None = None
    otherwise: str | None = None
    call_sid: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The house as its file describes it, and what only its shell may know: numbers, countries, the code."""

    house: House
    numbers: tuple[str, ...]
    countries: tuple[str, ...]
    code_digest: str | None = None

    def written_to(self, called: str) -> str:
        """Where they have written to: a number of ours, or a page of ours on Messenger."""
        if called.startswith("messenger:"):
            return called
        number = callers.number_of(called.removeprefix("whatsapp:"))
        return number if number in self.numbers else self.numbers[0]

    def rings_from(self, came_to: str) -> str:
        """The number of ours that is shown to whoever is rung or texted: the one they came to, where it is a telephone's."""
        return came_to if came_to.startswith("+") else self.numbers[0]


def line(connection: Connection) -> Line | None:
    """The house, its hours, its ways and its numbers; None while nothing has been loaded."""
    row = connection.execute(select(*HouseRow.__table__.columns)).first()
    if row is None:
        return None
    shifts = connection.execute(_shifts)
    numbers = connection.execute(
        select(NumberRow.number, NumberRow.greeting, NumberRow.skill, NumberRow.language).order_by(NumberRow.number)).all()
    own = tuple(Closing(date.fromisoformat(each["day"]), each["why"]) for each in row.closings)
    house = House(
        row.name, row.time_zone, tuple(Shift(each.id, openings(each.openings), each.zone, each.answers) for each in shifts),
        closings=calendars.closings(row.calendar, own, clock.now().astimezone(ZoneInfo(row.time_zone)).date()),
        numbers=tuple(OurNumber(each.number, each.greeting, each.skill, each.language) for each in numbers),
        line=LineRules(**_spans(row.line, "longest_wait")),
        messages=MessageRules(**_spans(row.voicemail, "longest")),
        rings_first=row.rings_first, accept_key=row.accept_key, texts=TextRules(**row.texts), replies=tuple(row.replies.items()),
        voices=tuple((name, Voice(**kept)) for name, kept in row.voices.items()),
        recording=tuple(talks.rule(each) for each in row.recording.get("rules", ())),
        on_call=tuple(Duty(*map(datetime.fromisoformat, each)) for each in row.on_call),
        escalation=ladders.rules(row.escalation),
        promises=PromiseRules(**_spans(row.promises, "update_every")),
    )
    return Line(house, tuple(each.number for each in numbers), tuple(row.countries), row.code_digest)


def _spans(kept: dict[str, Any], *names: str) -> dict[str, Any]:
    """What is kept in seconds, as spans of time."""
    return kept | {name: timedelta(seconds=kept[name]) for name in names if name in kept}


def openings(kept: Iterable[dict[str, Any]]) -> tuple[Opening, ...]:
    return tuple(Opening(frozenset(each["days"]), each["open"], each["close"]) for each in kept)


def lock(connection: Connection, case_id: int) -> None:
    """Nobody else takes a turn on this case until this transaction ends. Always the first step."""
    if connection.dialect.name == "postgresql":
        connection.execute(_lock, {"case": case_id})


def case(connection: Connection, tickets: Tickets, house: House, now: datetime, *, case_id: int,
         leg_id: int | None = None, step: int | None = None, digits: str = "", speech: str = "",
         alone: bool = True) -> Remembered | None:
    """What is known of this case and this leg; None if there is no such case or leg.

    `alone`: nobody else takes a turn on it until this transaction ends. What may have changed while we
    waited for that is read after it: the legs, and what was answered before.
    """
    row = connection.execute(_case_alone if alone else _case, {"case": case_id}).first()
    if row is None:
        return None
    rows = connection.execute(_legs, {"case": case_id, "round": row.round, "leg": leg_id, "step": step}).all()
    mine = next((each for each in rows if each.id == leg_id), None)
    if leg_id is not None and mine is None:
        return None
    people = {each.person_id: Agent(each.person_id, each.person_name, each.person_phone, each.person_greeting,
                                    supervises=not SUPERVISE.isdisjoint(each.person_roles), zone=each.person_zone)
              for each in rows if each.person_id}
    gone = {each.person_id for each in rows if each.person_gone}
    unknown = {row.owner_id, row.taken_by_id, row.promised_by_id, row.asked_for_id} - set(people) - {None}
    if unknown:
        found = connection.execute(_people, {"ids": list(unknown)}).all()
        people |= {each.id: _agent(each) for each in found}
        gone |= {each.id for each in found if each.gone}
    still_here = {person_id: person for person_id, person in people.items() if person_id not in gone}
    legs = {each.id: _leg(each, people) for each in rows}
    by_text = callers.address_at(row.namespace, row.subject, row.our_number or "")
    manners = None if by_text else networks.of_namespace(row.namespace)
    by_account = manners or (by_text and not row.subject.startswith("+"))
    grant = reaching.of_account(connection, case_id, now) if by_account else None
    call = Call(
        now=now,
        house=house,
        case=_case_of(row, tickets, still_here.get(row.owner_id), people.get(row.taken_by_id), still_here.get(row.asked_for_id)),
        contact=_contact(row, house, grant, by_text, manners.name if manners else ""),
        grant=grant,
        callback=Callback(row.wanted_at, row.due_at, row.tries, row.round, still_here.get(row.promised_by_id)),
        leg=legs[mine.id] if mine else None,
        legs=tuple(legs.values()),
        digits=digits,
        speech=speech,
    )
    return Remembered(call, mine.reply, mine.otherwise, mine.call_sid) if mine else Remembered(call)


def request(house: House, now: datetime, wish: Request) -> Call:
    """The facts of a case that is about to be opened."""
    fresh = Case(id=0, about=wish.about, state="new", opened_at=now, page="", impact=wish.impact)
    return Call(now, house, fresh, Contact(0, wish.name, wish.phone), Callback(now, now), request=wish)


def more(connection: Connection, call: Call, wanted: frozenset[str]) -> Call:
    """The facts that this turn declared beyond the usual ones."""
    if "colleagues" in wanted:
        call = search.with_colleagues(connection, call)
    if "owners" in wanted:
        found = connection.execute(_owners).all() or connection.execute(_any_owners).all()
        call = replace(call, owners=tuple(map(_agent, found)))
    if "leave" in wanted:
        call = reaching.as_rung(connection, call)
    if "history" in wanted:
        call = replace(call, history=before.history(connection, call))
    if "elsewhere" in wanted:
        call = replace(call, history=replace(call.history, elsewhere=elsewhere.of_caller(connection, call)))
    if "tape" in wanted:
        call = replace(call, tape=talks.tape(connection, call))
    if "absence" in wanted:
        call = replace(call, absence=absences.of_owner(connection, call))
    if "climb" in wanted:
        call = climbs.with_climb(connection, call)
    if "acquaintance" in wanted:
        call = replace(call, history=before.acquaintance(connection, call))
    return call


def voicemail(connection: Connection, voicemail_id: int) -> Voicemail | None:
    """A message that was left."""
    row = connection.execute(_voicemail, {"voicemail": voicemail_id}).first()
    if row is None:
        return None
    unheard = connection.execute(_other_messages, {"case": row.case_id, "voicemail": row.id}).all()
    told = [(each.told_at, each.id) for each in unheard if each.told_at and each.leg_id == row.leg_id]
    return Voicemail(
        row.id, row.seconds, row.state, agent(connection, row.owner_id) if row.owner_id else None, row.transcript,
        told=row.told_at is not None, climbs=row.climbs,
        spoken_for=any(row.told_at is None or each < (row.told_at, row.id) for each in told),
        others_are_new=any(each.leg_id != row.leg_id for each in unheard))


def agent(connection: Connection, person_id: int) -> Agent | None:
    """Somebody of the house, unless they have left it."""
    row = connection.execute(_people, {"ids": [person_id]}).first()
    return _agent(row) if row and not row.gone else None


def _agent(row: AnyRow) -> Agent:
    return Agent(row.id, row.name, row.phone, getattr(row, "greeting", ""), zone=getattr(row, "zone", ""),
                 supervises=not SUPERVISE.isdisjoint(getattr(row, "roles", ())))


def _contact(row: AnyRow, house: House, grant: RouteGrant | NoGrant | None, by_text: str, network: str) -> Contact:
    """Whoever wrote from an account is rung at the number that they have proved, as long as that proof holds."""
    theirs = row.subject if row.namespace == "tel" or (by_text and row.subject[:1] == "+") else ""
    phone = theirs if row.phone is None else row.phone
    if grant:
        phone = grant.address if isinstance(grant, RouteGrant) else ""
    return Contact(row.contact_id or 0, row.display if network else row.caller_name, phone, bool(row.insider),
                   by_text, row.wrote_at,
                   row.opted_out_at is not None, callers.country_of(phone) if house.recording else "",
                   callers.gets_texts(phone), network)


def _case_of(row: AnyRow, tickets: Tickets, owner: Agent | None, taken_by: Agent | None, asked_for: Agent | None) -> Case:
    return Case(id=row.id, about=row.about, state=row.state, opened_at=row.opened_at,
                page=tickets.page(row.ticket_seed), impact=row.impact, owner=owner, taken_by=taken_by,
                disposition=row.disposition, skill=row.skill, urgent=row.urgent, our_number=row.our_number or "",
                whose=row.identifier_id, next_at=row.next_at, nudge_at=row.nudge_at, unanswered_since=row.unanswered_since,
                may_record=row.may_record, rating_asked=row.rating_asked_at is not None,
                owes_amends=bool(row.owes_amends), asked_for=asked_for)


def _leg(row: AnyRow, people: dict[int, Agent]) -> Leg:
    return Leg(id=row.id, role=row.role, agent=people.get(row.person_id), round=row.round, step=row.step,
               answered=row.answered, joined_at=row.joined_at, in_room=row.in_room, settled=row.settled,
               outcome=row.outcome if row.ended else None,
               inbound=row.inbound, attested=row.attested, our_number=row.our_number, talked_at=row.talked_at,
               typed=row.typed, owes=row.otherwise or "", opening=row.opening, held=row.held, may_record=row.may_record)
