"""A text comes in: whose it is, what it is about, and the turn that it takes."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows import (
    Turn,
    agent_texts,
    directory,
    linking,
    manager_texts,
    on_the_move,
    proving,
    rating,
    reaching,
    sending_down,
    share,
    texting,
)
from flows.facts import Agent, Call
from flows.identity import NUMBER
from flows.words import Words, meaning_of
from voice_gateway import before_posting, callers, clock, codes_back, sent_down, taken_over, wire, zones
from voice_gateway.by_account import ByAccount
from voice_gateway.store import (
    Refused,
    addressees,
    climbs,
    comings,
    listening,
    posts,
    recall,
    shares,
    telephones,
    threads,
)
from voice_gateway.store.identity import denials, on_whatsapp
from voice_gateway.store.recall import Line
from voice_gateway.turn import Turns

log = logging.getLogger(__name__)

TRUSTED_FOR = timedelta(hours=12)
ABOUT_A_LINK = {"not me": (proving.not_me, denials.pairs), "shared": (proving.others_use_it_too, denials.numbers)}
HIDDEN = "(a PIN)"


@dataclass(frozen=True, slots=True)
class TextTurns:
    """Takes the turns of those who write."""

    turns: Turns

    def text_comes_in(self, texted: wire.Texted) -> None:
        """Somebody writes: a customer, or a colleague from their own telephone. A repeat changes nothing."""
        self.turns.until_nobody_was_faster(lambda: self._read_once(texted))

    def _read_once(self, texted: wire.Texted) -> None:
        try:
            self._read(texted)
        except Refused:
            with self.turns.store.reading() as memory:
                if not threads.knows(memory, texted.message_sid):
                    raise  # somebody else was faster with their case or their address: look again

    def picture_was_refused(self, case_id: int, person_id: int, why: str) -> None:
        """What a colleague sent along cannot be sent on: they are told."""
        def tell() -> None:
            with self.turns.deciding() as (memory, line):
                person = recall.agent(memory, person_id)
                if person:
                    call = replace(self._case(memory, line, case_id), words=Words(why), meant_for=person)
                    self._play_text(memory, line, agent_texts.picture_was_refused, call)
        self.turns.until_nobody_was_faster(tell)

    def _read(self, texted: wire.Texted) -> None:
        sender, now = threads.Sender(*callers.sender_of(texted.sender, texted.called)), clock.now()
        with self.turns.deciding() as (memory, line):
            if sender.subject in line.numbers:
                log.warning("a number of ours texted another one of ours: nobody answers", extra={"text": texted.message_sid})
                return
            ours = line.written_to(texted.called)
            colleague = threads.colleague_at(memory, sender)
            if colleague and colleague.telephone != telephones.THEIRS:
                said = directory.says_whose(texted.body, _of_the_house(colleague))
                if said is not None:
                    self._whose_it_is(memory, line, texted, sender, ours, colleague, said)
                    return
                colleague = None
            if colleague:
                self._colleague_writes(memory, line, texted, sender, ours, colleague)
            elif sender.subject in line.house.escalation.may_send_down and sending_down.parsed(texted.body):
                sent_down.outsider_writes(memory, self.turns, line, texted, sender, ours)
            elif who := threads.customer_at(memory, sender, now):
                told = on_whatsapp.NOTHING_TOLD
                if sender.space == on_whatsapp.ACCOUNT:
                    told = on_whatsapp.told(memory, sender.subject, texted.on_whatsapp, texted.message_sid, now)
                    taken_over.tell(memory, self.turns.store.tickets, told.displaced, now)
                if texted.on_whatsapp.has_changed:
                    return
                self._customer_writes(memory, line, texted, sender, ours, who, told)

    def _whose_it_is(self, memory: Any, line: Line, texted: wire.Texted, sender: threads.Sender, ours: str, row: Any,
                     theirs: bool) -> None:
        """A telephone that was asked says whether it is the colleague's whom the house file names."""
        person, now = _of_the_house(row), clock.now()
        case_id = threads.of_colleague(memory, self.turns.store.tickets, person, ours, now)
        threads.written(memory, case_id, sender, ours, texted.message_sid, texted.body, (), now, row.id)
        telephones.becomes(memory, row.id, telephones.THEIRS if theirs else telephones.WRONG)
        turn = directory.telephone_is_theirs if theirs else directory.telephone_is_not_theirs
        self._play_text(memory, line, turn, replace(self._case(memory, line, case_id), meant_for=person))

    def _customer_writes(self, memory: Any, line: Line, texted: wire.Texted, sender: threads.Sender, ours: str,
                         who: Any, told: on_whatsapp.Told) -> None:
        """A code that we wait for, what ends a link, the answer to how it was, or about the case that is open."""
        turn, case_id, now = texting.customer_writes, None, clock.now()
        read = codes_back.read(memory, self.turns.store.tickets.secret_key, texted.body, who.id, now, channel_sid=texted.message_sid)
        body = read.words
        if read.back:
            turn = proving.code_comes_by_text if read.is_all else proving.code_and_more_by_text
        elif (command := meaning_of(body).command) in ABOUT_A_LINK and ABOUT_A_LINK[command][1](memory, who.id, now):
            turn = ABOUT_A_LINK[command][0]
        elif sender.space == NUMBER and linking.said(body):
            turn = linking.says_who_they_are
        elif rating.answer_of(texted.body) and (case_id := threads.rated(memory, who, sender, now)):
            turn = rating.customer_answers
        call = self._case(memory, line, case_id or threads.of_customer(memory, self.turns.store.tickets, who, ours, now))
        if turn is texting.customer_writes and reaching.by_account(call):
            turn, call = ByAccount(memory, self.turns.knowledge, line).reads(call, body, told)
        if turn is texting.customer_writes:
            comings.comes(memory, call.case.id, who.id, now, body)
        heard = threads.words(memory, sender, body, len(texted.pictures), texted.known, now)
        written = threads.written(memory, call.case.id, sender, ours, texted.message_sid, body, texted.pictures, now)
        words = replace(heard, message=written, zone=callers.only_zone_of(call.contact.phone),
                        places=listening.names(memory) if turn is linking.says_who_they_are else ())
        self._play_text(memory, line, turn, replace(call, words=words, proof=read.back or call.proof))

    def _colleague_writes(self, memory: Any, line: Line, texted: wire.Texted, sender: threads.Sender, ours: str,
                          row: Any) -> None:
        """About the case whose tag they name, else the only one that waits for them, else to the house itself."""
        person, now = _of_the_house(row), clock.now()
        denied = self._denied(memory, sender, texted.body, now)
        turn, own = directory.not_me if denied else self._what_a_colleague_may(memory, row, person, texted, now), None
        body = texted.body if turn is None else HIDDEN if texted.body.strip().isdigit() else texted.body
        place: str | None = None
        waiting = threads.threads_of(memory, row.id, now)
        told_of = climbs.told_of(memory, row.id, now)
        if turn is None and (sent := sending_down.parsed(texted.body)):
            own = sent_down.case_for(memory, self.turns, line, sent, now)
            turn = sending_down.colleague_sends_down if own else sending_down.colleague_is_asked
        elif turn is None and (place := on_the_move.place_in(texted.body)) is not None:
            turn = on_the_move.says_where_they_are
        elif turn is None and (named := manager_texts.case_of(texted.body, told_of)) is not None:
            turn, own = (manager_texts.manager_writes, named) if named else (manager_texts.which_one, None)
        elif turn is None and (target := share.target_in(texted.body)) is not None:
            turn = manager_texts.sets_share if shares.may_take(memory, row.id, target) else manager_texts.leaves_to_nobody
        elif turn is None:
            own = agent_texts.case_of(texted.body, waiting)
            if own is not None and (own <= 0 or not threads.exists(memory, own)):
                turn, own = agent_texts.no_such_case, None
        case_id = own or threads.of_colleague(memory, self.turns.store.tickets, person, ours, now)
        turn = turn or (agent_texts.colleague_writes if own else agent_texts.colleague_commands)
        call = self._case(memory, line, case_id)
        call = replace(call, case=replace(call.case, whose=denied)) if denied else call
        heard = threads.words(memory, sender, texted.body, len(texted.pictures), "", now)
        written = threads.written(memory, case_id, sender, ours, texted.message_sid, body, texted.pictures, now, row.id)
        call = replace(call, words=replace(heard, message=written, zone=zones.named(place or "")), meant_for=person, threads=waiting, told_of=told_of)
        if call.contact.network:
            call = self._answering(memory, call, turn, texted.body)
            call = before_posting.looked_at(memory, line, call, agent_texts.said_there(line.house, texted.body))
        self._play_text(memory, line, turn, call)

    @staticmethod
    def _answering(memory: Any, call: Call, turn: Turn, text: str) -> Call:
        """With the post to which their words go. A link, an apology and an end are for whose case it is."""
        said = agent_texts.parsed(text)
        if turn is not agent_texts.colleague_writes or said.command not in agent_texts.TO_WHOEVER_WROTE or call.meant_for is None:
            return call
        to = addressees.of_text(memory, call.case.id, call.meant_for.id, said.words)
        return replace(call, mention=posts.mention(memory, call.case.id, call.now, to))

    @staticmethod
    def _denied(memory: Any, sender: threads.Sender, body: str, now: datetime) -> int:
        """The id of a colleague's own number, if they say that it is not linked rightly; it only ends, so it needs no PIN."""
        who = threads.customer_at(memory, sender, now) if meaning_of(body).command == "not me" else None
        return int(who.id) if who and denials.pairs(memory, who.id, now) else 0

    def _what_a_colleague_may(self, memory: Any, row: Any, person: Agent, texted: wire.Texted, now: datetime) -> Turn | None:
        """None: all. A telephone number can be borrowed, so whoever has a PIN shows it now and then."""
        if row.pin_digest is None or (row.trusted_until and row.trusted_until > now):
            return None
        if not self.turns.knowledge.is_pin(memory, person, row.pin_digest, texted.body, now):
            return agent_texts.colleague_is_asked_for_a_pin
        threads.trust(memory, row.id, now + TRUSTED_FOR)
        return agent_texts.colleague_is_trusted

    def _case(self, memory: Any, line: Line, case_id: int) -> Call:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        return known.call

    def _play_text(self, memory: Any, line: Line, turn: Turn, call: Call) -> None:
        if call.words and call.words.pictures:
            self.turns.doorbell.after_commit(call.case.id)
        self.turns.play(memory, line, turn, call)


def _of_the_house(row: Any) -> Agent:
    return Agent(row.id, row.name, row.phone, supervises=not recall.SUPERVISE.isdisjoint(row.roles), zone=row.zone)
