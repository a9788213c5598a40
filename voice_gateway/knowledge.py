"""The facts that a turn asked for beyond the usual ones, put together from memory and from rules.

Which numbers may be rung, whether it is daytime at a caller's, what the line is like: none of it is in
a row, all of it is known here.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows import agents_line, networks, reaching
from flows.codes import CodeBack
from flows.facts import HOURS, MINUTES, Agent, Call, CodeTry, Place, Typed
from flows.identity.grant import NoGrant, RouteGrant
from flows.posts import Mention
from voice_gateway import callers, codes_back, dialling, limits, tickets
from voice_gateway.store import (
    before,
    climbs,
    colleagues,
    company,
    look_up,
    namesakes,
    posts,
    recall,
    staff,
    waits,
)
from voice_gateway.store.identity import challenges

TRIES = (5, 15 * MINUTES)
TRIES_OF_ALL = (40, HOURS)
WAITS_ARE_FRESH_FOR = timedelta(seconds=30)
FEWEST_WAITS = 10
NOT_SUCH_NUMBERS = "the house does not ring such numbers"
LINE = frozenset({"callbacks", "messages", "talks", "owings"})
MENU = {agents_line.CALLBACK: "callbacks", agents_line.MESSAGES: "messages", agents_line.TALKS: "talks",
        agents_line.PROMISES: "owings"}


@dataclass(slots=True)
class Knowledge:
    """Answers what turns ask. `secret_key` is the house's, and `desk` makes its addresses."""

    secret_key: str
    desk: tickets.Tickets
    _waits: tuple[datetime, list[timedelta]] | None = None

    def more(self, memory: Any, line: recall.Line, call: Call, wanted: frozenset[str]) -> Call:
        """The facts that this turn declared. `memory` is the transaction in which it is taken."""
        if "readers" in wanted and not (call.case.owner or call.case.taken_by or call.is_in_line):
            wanted |= {"colleagues", "owners"}
        call = recall.more(memory, call, wanted)
        if "ringable" in wanted and isinstance(call.grant, NoGrant | RouteGrant):
            call = self._at_a_ringable_number(memory, line, call)
        if "mention" in wanted and call.contact.network:
            call = self._mention(memory, line, call)
        if "standing" in wanted:
            call = replace(call, standing=climbs.standing(memory, call))
        if "namesakes" in wanted:
            call = replace(call, namesakes=namesakes.named(memory, call))
        if "asked_for" in wanted:
            call = replace(call, namesakes=namesakes.asked_for(memory, call))
        if "company" in wanted:
            call = company.beside(memory, call)
        if "line" in wanted or ("place" in wanted and call.is_in_line):
            call = replace(call, line=self._place(memory, call))
        if "number" in wanted:
            call = replace(call, typed=self.ringable(memory, line, call, call.digits))
        if "shown" in wanted and call.digits == "1":
            call = replace(call, typed=self.ringable(memory, line, call, call.contact.phone))
        if "code" in wanted:
            call = replace(call, code=self._code(memory, line, call))
            call = replace(call, proof=None if call.code.right else self._proof(memory, call))
        if "pin" in wanted:
            call = replace(call, code=self._pin(memory, call))
        if wanted & LINE or "menu" in wanted:
            call = self._on_their_line(memory, call, wanted | {MENU.get(call.digits, "")})
        if "manners" in wanted or "consent" in wanted:
            polite = callers.can_be_texted_now(call.contact.phone, call.now)
            lately = "manners" in wanted and before.was_texted_lately(memory, call)
            call = replace(call, may_text=polite and not lately and before.agreed_to_texts(memory, call))
        return call

    def forget(self) -> None:
        """Look again how long others waited."""
        self._waits = None

    def is_pin(self, memory: Any, person: Agent, digest: str, said: str, now: datetime) -> bool:
        """Is it their PIN? A wrong one is counted, and after five nobody is told whether another is right."""
        what = f"pin:{person.id}"
        times, within = TRIES
        too_many = look_up.knocks(memory, what, now - within)[0] >= times
        given = tickets.code_digest(self.secret_key, tickets.pin_of(person.name, said.strip()))
        right = hmac.compare_digest(given, digest)
        if not right and said.strip().isdigit():
            look_up.knock(memory, [what], now)
        return right and not too_many

    def _pin(self, memory: Any, call: Call) -> CodeTry:
        """Is it the PIN of the colleague on this leg, and were there too many wrong ones lately?"""
        right = self.is_pin(memory, call.agent, colleagues.pin_digest(memory, call.agent.id), call.digits, call.now)
        times, within = TRIES
        too_many = look_up.knocks(memory, f"pin:{call.agent.id}", call.now - within)[0] >= times
        return CodeTry(right=right, too_many=too_many)

    def _mention(self, memory: Any, line: recall.Line, call: Call) -> Call:
        """What they wrote, and whether we may ring them because of it now."""
        mention = call.mention or posts.mention(memory, call.case.id, call.now)
        phone = call.contact.phone
        why = ""
        if mention and mention.is_anothers:
            why = "somebody else began this thread"
        elif isinstance(call.grant, NoGrant):
            why = call.grant.why
        elif not may_ring(memory, line, phone):
            why = NOT_SUCH_NUMBERS
        elif callers.daytime(phone, call.now, line.house.time_zone) > call.now:
            why = "it may be night where they are"
        named = call.named or (self._named(memory, call, mention) if mention else None)
        return replace(call, named=named, mention=mention and replace(mention, may_be_rung=not why, why_not=why))

    def _at_a_ringable_number(self, memory: Any, line: recall.Line, call: Call) -> Call:
        """The number that goes with an account may be one that we do not ring, such as one in another country."""
        number = reaching.number_once_agreed(call)
        if not number or may_ring(memory, line, number):
            return call
        return replace(call, grant=NoGrant(NOT_SUCH_NUMBERS), contact=replace(call.contact, phone=""))

    def _named(self, memory: Any, call: Call, mention: Mention) -> Agent | None:
        """The colleague whom it names."""
        space = networks.of(mention.post.network).namespace
        person_id = staff.named(memory, space, mention.post.mentions, call.now)
        return recall.agent(memory, person_id) if person_id else None

    def _on_their_line(self, memory: Any, call: Call, wanted: frozenset[str]) -> Call:
        """What a colleague asks about on their own line."""
        if "callbacks" in wanted:
            call = replace(call, callbacks=colleagues.callbacks(memory, call.agent.id, call.now))
        if "messages" in wanted:
            call = replace(call, messages=colleagues.messages(memory, self.desk, call.agent.id, call.now))
        if "talks" in wanted:
            call = replace(call, talks=colleagues.talks(memory))
        if "owings" in wanted:
            call = replace(call, owings=colleagues.owings(memory, call.agent.id))
        return call

    def _place(self, memory: Any, call: Call) -> Place:
        """Their place, and between how long and how long half and nine of ten of the others waited."""
        place, length = waits.place(memory, call.case.id, call.now), waits.length(memory, call.now)
        if self._waits is None or call.now - self._waits[0] > WAITS_ARE_FRESH_FOR:
            self._waits = (call.now, waits.recent(memory))
        longer = [each - call.waiting for each in self._waits[1] if each > call.waiting]
        if len(longer) < FEWEST_WAITS:
            return Place(place, length)
        low, high = (int(longer[int(share * (len(longer) - 1))].total_seconds()) for share in (0.5, 0.9))
        return Place(place, length, low, high)

    def ringable(self, memory: Any, line: recall.Line, call: Call, raw: str) -> Typed:
        """A number to be rung back: as strict as for one typed on the website, and as seldom."""
        try:
            number = to_ring(memory, line, raw)
            limits.Doorkeeper(memory, call.now, self.secret_key).new_case(number)
        except (dialling.NotANumber, dialling.NotAllowed) as error:
            return Typed(why=error.why)
        except limits.TooOften:
            return Typed(why="We cannot ring that number just now.")
        return Typed(number)

    def _proof(self, memory: Any, call: Call) -> CodeBack | None:
        """A code that we wait for from this number; what shows itself as a number without being vouched for gives none."""
        if call.leg is None or not challenges.lately(memory, call.case.whose, call.now):
            return None
        if not call.leg.attested:
            return CodeBack("unsure")
        return codes_back.read(memory, self.secret_key, call.digits, call.case.whose, call.now, f"leg {call.leg.id}").back

    def _code(self, memory: Any, line: recall.Line, call: Call) -> CodeTry:
        """Is it the house's code, and how often was it tried from this number, and from all?"""
        tried = [(f"code:{call.case.whose}", TRIES), ("code", TRIES_OF_ALL)]
        too_many = any(look_up.knocks(memory, what, call.now - within)[0] >= times for what, (times, within) in tried)
        digest = tickets.code_digest(self.secret_key, call.digits)
        right = line.code_digest is not None and hmac.compare_digest(digest, line.code_digest)
        return CodeTry(right=right and not too_many, too_many=too_many)


def may_ring(memory: Any, line: recall.Line, number: str) -> bool:
    """May we ring this number (E.164)? Anybody can show a dear one, or one of ours, and ask to be rung back."""
    try:
        return bool(number) and bool(to_ring(memory, line, number))
    except (dialling.NotANumber, dialling.NotAllowed):
        return False


def to_ring(memory: Any, line: recall.Line, raw: str) -> str:
    """The number (E.164) in what somebody typed, if we may ring it. Raises NotANumber and NotAllowed."""
    return dialling.check(raw, line.countries, is_ours=lambda each: look_up.is_ours(memory, each),
                          is_blocked=lambda each: look_up.is_blocked(memory, each))
