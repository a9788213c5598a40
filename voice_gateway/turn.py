"""One webhook, one decision, one transaction.

The case is locked first; a repeat gets the first answer; the flow decides; all
of it is kept; only then is the bell rung.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import flows
from flows import Turn, agent_texts, escalation, second_try, voicemail
from flows.facts import Call, Recording, Request
from flows.house import House
from flows.orders import Order
from flows.verbs import Verb
from voice_gateway import arrivals, clock, wire
from voice_gateway.doorbell import Doorbell
from voice_gateway.knowledge import Knowledge
from voice_gateway.store import (
    MemoryLost,
    Refused,
    Store,
    admit,
    comings,
    keep,
    legs,
    messages_left,
    outbox,
    recall,
    talks,
    threads,
)
from voice_gateway.store.identity import at_carrier, has_left

log = logging.getLogger(__name__)

SORRIES = 3
LOOKS = 3
HOUSE_IS_FRESH_FOR = timedelta(seconds=30)

Answer = TypeVar("Answer")


class NothingLoaded(Exception):
    """No house has been loaded into this database: run `voice-gateway load FILE.toml`."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a turn yielded, taken apart."""

    verbs: tuple[Verb, ...]
    orders: tuple[Order, ...]


@dataclass(slots=True)
class Turns:
    """Takes turns: the shell around the flows."""

    store: Store
    addresses: wire.Addresses
    doorbell: Doorbell
    knowledge: Knowledge
    _line: tuple[datetime, recall.Line] | None = None

    def take_turn(self, heard: wire.Heard) -> str:
        """What this leg hears next, as TwiML. A caller never hears an error.

        Whatever goes wrong becomes "one moment please" and the same turn again, three times at
        most; then a message can be left.
        """
        with_care = {"turn": heard.turn, "case": heard.case_id, "leg": heard.leg_id}
        return self._or_sorry(heard.url, heard.sorry, with_care, lambda: self._answer(heard))

    def call_comes_in(self, arrival: wire.Arrival) -> str:
        """Somebody rings us: let them in and greet them. Whom the house refuses is not even answered."""
        return self._or_sorry(arrival.url, arrival.sorry, {"turn": "reception"}, lambda: self._welcome(arrival))

    def call_is_over(self, call_sid: str, outcome: str) -> None:
        """A call that came in has ended; one that we never let in is nobody's."""
        with self.store.reading() as memory:
            known = admit.known(memory, call_sid)
        if known:
            self.leg_ended(known.case_id, known.leg_id, outcome, call_sid)

    def leg_ended(self, case_id: int, leg_id: int, outcome: str, call_sid: str | None = None) -> None:
        """A leg has left the line. If anything was still owed on it, its `otherwise` is taken, once."""
        self._or_a_person_takes_over(case_id, lambda broken: self._end(case_id, leg_id, outcome, call_sid, broken))

    def leg_rings(self, case_id: int, leg_id: int, call_sid: str) -> None:
        """The carrier told us which call of its own this leg is."""
        with self.store.transaction() as memory:
            recall.lock(memory, case_id)
            outbox.rung(memory, leg_id, call_sid, clock.now())

    def text_delivered(self, message_id: int, message_sid: str | None, status: str, rank: int,
                       error_code: int | None) -> None:
        """The carrier told us what became of a text; a colleague whose words came to nothing is told."""
        if rank < wire.DELIVERY_RANKS["sent"]:
            return  # on its way, as we know: not worth a commit, and texts are many
        if status not in outbox.CAME_TO_NOTHING:
            with self.store.transaction() as memory:
                outbox.sent(memory, message_id, message_sid, status, rank, error_code, clock.now())
            return

        def take() -> None:
            with self.deciding() as (memory, line):
                fate = threads.fate_of(memory, message_id, why=wire.why_undelivered(error_code))
                if fate is None:
                    return
                recall.lock(memory, fate.case_id)
                news = outbox.sent(memory, message_id, message_sid, status, rank, error_code, clock.now())
                if news:
                    has_left.number(memory, message_id, error_code, clock.now())
                if news and fate.writer:
                    self._tell_the_writer(memory, line, agent_texts.answer_was_not_sent, fate)
        self.until_nobody_was_faster(take)

    def text_waits(self, message_id: int, until: datetime) -> None:
        """It is night where somebody may be: a text waits, and a colleague who wrote it is told."""
        with self.deciding() as (memory, line):
            fate = threads.fate_of(memory, message_id, until=until)
            if fate is None:
                return
            recall.lock(memory, fate.case_id)
            if fate.writer:
                self._tell_the_writer(memory, line, agent_texts.answer_waits, fate)

    def _tell_the_writer(self, memory: Any, line: recall.Line, turn: Turn, fate: threads.Found) -> None:
        known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=fate.case_id)
        if known and fate.writer and (writer := recall.agent(memory, fate.writer)):
            self.play(memory, line, turn, replace(known.call, meant_for=writer, fate=fate.fate))

    def message_left(self, arrival: wire.Arrival, recording: Recording) -> None:
        """A message was left at the fallback door: it is kept like any other, on a new case if need be."""
        known = self.until_nobody_was_faster(lambda: self._let_in(arrival))
        if known:
            self.recorded(known.case_id, known.leg_id, recording)

    def caller_left_word(self, arrival: wire.Arrival) -> None:
        """Somebody spoke at the fallback door: they have a case and a leg, new ones if need be."""
        self.until_nobody_was_faster(lambda: self._let_in(arrival, voicemail.word_is_left))

    def recorded(self, case_id: int, leg_id: int, recording: Recording | None) -> None:
        """The carrier has a recording of this leg; None: it was asked, and has none. Of whoever was forgotten it is not fetched, and goes there too."""
        def take() -> None:
            with self.deciding() as (memory, line):
                call = self._on_leg(memory, line, case_id, leg_id)
                if call is None or (recording and legs.knows_recording(memory, recording)):
                    return
                if messages_left.is_forgotten(memory, case_id):
                    if recording:
                        at_carrier.owe_late(memory, case_id, leg_id, recording, clock.now())
                    return
                if recording is None and legs.left_a_message(memory, leg_id):
                    return
                self.play(memory, line, voicemail.recording_is_there, replace(call, recording=recording))
        self.until_nobody_was_faster(take)

    def talk_recorded(self, case_id: int, recording_id: int, recording: Recording) -> None:
        """A talk was recorded to its end: it is brought home, unless it is to be thrown away."""
        with self.deciding() as (memory, _):
            recall.lock(memory, case_id)
            if talks.ended(memory, recording_id, recording):
                outbox.owe(memory, case_id, "bring", clock.now(), recording_id=recording_id)
                self.doorbell.after_commit(case_id)

    def transcribed(self, case_id: int, leg_id: int, recording: Recording, transcript_sid: str, words: str) -> None:
        """The carrier has written down what was said; no words: it could not. It may come before the recording, or after they were forgotten."""
        self.recorded(case_id, leg_id, recording)

        def take() -> None:
            with self.deciding() as (memory, line):
                recall.lock(memory, case_id)
                voicemail_id = legs.transcribed(memory, recording.sid, transcript_sid, words)
                forgotten = messages_left.is_forgotten(memory, case_id)
                if voicemail_id and (forgotten or legs.is_erased(memory, voicemail_id)):
                    outbox.owe(memory, case_id, "erase", clock.now(), voicemail_id=voicemail_id)
                if forgotten:
                    return
                known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=case_id)
                if known and voicemail_id:
                    call = replace(known.call, voicemail=recall.voicemail(memory, voicemail_id), speech=words)
                    self.play(memory, line, voicemail.transcript_is_there, call)
        self.until_nobody_was_faster(take)

    def colleague_decides(self, turn: Turn, voicemail_id: int, person_id: int, words: str = "") -> None:
        """What a colleague does with a message on its page, and their `words` if they wrote any."""
        def take() -> None:
            with self.deciding() as (memory, line):
                case_id = legs.case_of_voicemail(memory, voicemail_id)
                known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=case_id)
                if known:
                    call = replace(known.call, voicemail=recall.voicemail(memory, voicemail_id),
                                   meant_for=recall.agent(memory, person_id), speech=words)
                    self.play(memory, line, turn, call)
        self.until_nobody_was_faster(take)

    def follow_up(self, order: outbox.Owed) -> None:
        """Take a turn that was owed, and cross it off in the same transaction."""
        self._or_a_person_takes_over(order.case_id, lambda broken: self._follow(order, broken))

    def visitor(self, turn: Turn, wish: Request, case_id: int | None = None) -> int:
        """A visitor of the website asks, for the first time or again. Gives the case's id.

        Raises Refused when the number has an open case already.
        """
        with self.deciding() as (memory, line):
            if case_id is None:
                call = recall.request(line.house, clock.now(), wish)
            else:
                known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=case_id)
                assert known is not None, f"case {case_id} has vanished"
                call = replace(known.call, request=wish)
                comings.comes(memory, case_id, call.case.whose, call.now, by_telephone=True)
            return self.play(memory, line, turn, call)[0]

    def _or_sorry(self, url: str, sorry: int, extra: dict[str, object], answer: Callable[[], str]) -> str:
        try:
            return self.until_nobody_was_faster(answer)
        except Exception:
            log.exception("a turn failed", extra=extra)
            if sorry < SORRIES:
                return wire.apology(url, sorry + 1)
            return wire.please_leave_a_message(self.addresses.base)

    def _welcome(self, arrival: wire.Arrival) -> str:
        with self.deciding() as (memory, line):
            known = arrivals.let_in(memory, self.store.tickets, line, arrival)
            if known is None:
                log.info("a blocked caller was refused", extra={"call": arrival.call_sid})
                return wire.refused()
            heard = wire.Heard(known.opening, known.case_id, known.leg_id, 0, arrival.sorry,
                               arrival.call_sid, "ringing", "", arrival.url)
            return self._answered(memory, line, heard)

    def _let_in(self, arrival: wire.Arrival, turn: Turn | None = None) -> admit.Admitted | None:
        with self.deciding() as (memory, line):
            known = arrivals.let_in(memory, self.store.tickets, line, replace(arrival, as_caller=True))
            call = self._on_leg(memory, line, known.case_id, known.leg_id) if known and turn else None
            if turn and call:
                self.play(memory, line, turn, call)
            return known

    def _answer(self, heard: wire.Heard) -> str:
        if flows.find(heard.turn).aside:
            return self._aside(heard)
        with self.deciding() as (memory, line):
            return self._answered(memory, line, heard)

    def _aside(self, heard: wire.Heard) -> str:
        """What somebody hears who waits. It changes nothing, so it needs neither lock nor memory."""
        turn = flows.find(heard.turn)
        with self.store.reading() as memory:
            line = self._house(memory)
            known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=heard.case_id,
                                leg_id=heard.leg_id, alone=False)
            if known is None:
                return wire.silence()
            told = tell(turn, self.knowledge.more(memory, line, known.call, turn.recalls))
        assert not told.orders, f"{turn.address} is an aside, and an aside orders nothing"
        return wire.aside(told.verbs, self.addresses, heard.url)

    def _answered(self, memory: Any, line: recall.Line, heard: wire.Heard) -> str:
        known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=heard.case_id,
                            leg_id=heard.leg_id, step=heard.step, digits=heard.digits, speech=heard.speech)
        if known is None:
            return wire.silence()
        if known.reply is not None:
            return known.reply
        leg = known.call.leg
        assert leg is not None, "a webhook of the voice kind has a leg"
        if not leg.is_live or known.call_sid not in (None, heard.call_sid):
            return wire.silence()
        outbox.rung(memory, leg.id, heard.call_sid, known.call.now, already=known.call_sid is not None)
        log.debug("turn", extra={"turn": heard.turn, "case": heard.case_id, "leg": leg.id, "step": heard.step})
        _, told, call = self.play(memory, line, flows.find(heard.turn), known.call)
        reply = wire.twiml(told.verbs, self.addresses, heard.case_id, leg.id, heard.step + 1)
        legs.answer(memory, call, leg, heard.step, told.verbs, reply)
        return reply

    def _on_leg(self, memory: Any, line: recall.Line, case_id: int, leg_id: int) -> Call | None:
        known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=case_id, leg_id=leg_id)
        return known.call if known else None

    def _or_a_person_takes_over(self, case_id: int, decide: Callable[[Turn | None], None]) -> None:
        """A story that breaks off the line has nobody to apologise to: the case gets an owner instead."""
        try:
            self.until_nobody_was_faster(lambda: decide(None))
        except (MemoryLost, Refused, NothingLoaded):
            raise
        except Exception:
            log.exception("a story broke, a person takes over", extra={"case": case_id})
            self.until_nobody_was_faster(lambda: decide(second_try.story_broke))

    def _end(self, case_id: int, leg_id: int, outcome: str, call_sid: str | None, broken: Turn | None) -> None:
        with self.deciding() as (memory, line):
            known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=case_id, leg_id=leg_id)
            leg = known.call.leg if known else None
            if known is None or leg is None or not leg.is_live:
                return
            if call_sid and known.call_sid not in (None, call_sid):
                return
            legs.ended(memory, known.call, leg, outcome)
            if leg.answered and leg.role == "customer" and not leg.inbound:
                outbox.reached(memory, outbox.leg(memory, leg.id).phone)
            if leg.agent and (waiting := outbox.next_in_line(memory, clock.now())):
                self.doorbell.after_commit(waiting)
            gone = replace(leg, outcome=outcome, in_room=False)
            others = tuple(gone if each.id == leg.id else each for each in known.call.legs)
            if not leg.settled and known.otherwise:
                turn = broken or flows.find(known.otherwise)
                self.play(memory, line, turn, replace(known.call, leg=gone, legs=others))

    def _follow(self, order: outbox.Owed, broken: Turn | None) -> None:
        with self.deciding() as (memory, line):
            known = recall.case(memory, self.store.tickets, line.house, clock.now(), case_id=order.case_id)
            if known is None or not outbox.done(memory, order.id, clock.now(), "taken"):
                return
            if order.fence not in (None, known.call.callback.round):
                return
            call = replace(known.call, speech=order.words,
                           meant_for=recall.agent(memory, order.person_id) if order.person_id else None,
                           voicemail=recall.voicemail(memory, order.voicemail_id) if order.voicemail_id else None)
            assert order.turn is not None, "a follow-up names its turn"
            self.play(memory, line, broken or flows.find(order.turn), call)

    def play(self, memory: Any, line: recall.Line, turn: Turn, call: Call) -> tuple[int, Told, Call]:
        call = self.knowledge.more(memory, line, call, turn.recalls) if turn.recalls else call
        told = tell(turn, call)
        case_id, due = keep.keep(memory, call, told.verbs, (*told.orders, *escalation.judged(call)), tickets=self.store.tickets,
                                 our_number=line.rings_from(call.case.our_number))
        for each in due:
            self.doorbell.after_commit(each)
        return case_id, told, call

    @contextmanager
    def deciding(self) -> Iterator[tuple[Any, recall.Line]]:
        """One transaction; the bell is rung only once it stands."""
        with self.doorbell.held(), self.store.transaction() as memory:
            yield memory, self._house(memory)

    def time_zone(self) -> str:
        """In which the house's clock runs."""
        with self.store.reading() as memory:
            return self._house(memory).house.time_zone

    def house(self, memory: Any) -> House:
        """The house as its file describes it."""
        return self._house(memory).house

    def _house(self, memory: Any) -> recall.Line:
        if self._line is None or clock.now() - self._line[0] > HOUSE_IS_FRESH_FOR:
            line = recall.line(memory)
            if line is None or not line.numbers:
                raise NothingLoaded("no house, or no number of ours, is loaded: voice-gateway load FILE.toml")
            self._line = (clock.now(), line)
        return self._line[1]

    def look_at_the_house(self) -> None:
        """Before the first caller comes: a calendar of holidays takes its time to be read."""
        with self.store.reading() as memory:
            recall.line(memory)

    def forget_the_house(self) -> None:
        """Another house file has been loaded: read it again with the next turn."""
        self._line = None
        self.knowledge.forget()

    def until_nobody_was_faster(self, decide: Callable[[], Answer]) -> Answer:
        """A unique index may refuse what the facts allowed: then the facts are new; look again."""
        for _look in range(LOOKS - 1):
            try:
                return decide()
            except Refused:
                continue
        return decide()


def tell(turn: Turn, call: Call) -> Told:
    """Let a turn decide, and take apart what it yielded."""
    verbs: list[Verb] = []
    orders: list[Order] = []
    for step in turn(call):
        if isinstance(step, Verb):
            verbs.append(step)
        else:
            orders.append(step)
    return Told(tuple(verbs), tuple(orders))
