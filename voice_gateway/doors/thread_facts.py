"""What the page of a thread tells the colleague who opens it: in plain words, and never a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import climbing, thread_page
from flows.codes import CODE
from flows.facts import Call
from flows.house import House
from flows.networks import of
from flows.posts import Mention
from voice_gateway.doors import post_facts
from voice_gateway.doors.bubbles import ARRIVED, LOST, ON_ITS_WAY, SENT, Bubble, Shown
from voice_gateway.doors.ticket_facts import clock_time
from voice_gateway.store.conversations import Stopwatch
from voice_gateway.store.tables import AnyRow

NAMES = {"image": "picture", "audio": "sound", "video": "video"}
STATES = {
    "owed": (ON_ITS_WAY, "On its way"), "accepted": (ON_ITS_WAY, "On its way"), "scheduled": (ON_ITS_WAY, "On its way"),
    "queued": (ON_ITS_WAY, "On its way"), "sending": (ON_ITS_WAY, "On its way"), "sent": (SENT, "Sent"),
    "delivered": (ARRIVED, "Delivered"), "read": (ARRIVED, "Read"),
}
# https://www.twilio.com/docs/api/errors
REASONS = {
    21610: "they have asked for no more texts", 30003: "their telephone is switched off or out of reach",
    30004: "their network refuses our texts", 30005: "there is no such number", 30006: "it is a landline",
    30007: "the network took it for spam", 30008: "the network does not say why", 30036: "it was too old when its turn came",
    63016: "they wrote more than a day ago, and WhatsApp lets us answer only within 24 hours",
    63024: "they are not on WhatsApp", 11751: "the pictures are too large", 12300: "the pictures are of a wrong kind",
    21619: "none of its pictures could be sent", 21408: "we may not text to that country",
}


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """One look at a thread. `call` is what the stories know, `reader` is whose link it is."""

    call: Call
    reader: AnyRow
    texts: Sequence[AnyRow]
    notes: Sequence[AnyRow]
    pictures: dict[int, tuple[Shown, ...]]
    posts: Sequence[AnyRow] = ()
    watch: Stopwatch | None = None
    voices: Sequence[AnyRow] = ()

    @property
    def house(self) -> House:
        return self.call.house

    @property
    def last(self) -> int:
        """The newest text that the reader has seen; or the newest post."""
        return max((each.id for each in self.posts or self.texts), default=0)

    @property
    def bubbles(self) -> list[Bubble]:
        """Everything in the order in which it was written."""
        notes = [Bubble(each.at, each.who, each.detail, "note") for each in self.notes]
        posts = [post_facts.bubble(each, self.house.name, self.reader.id) for each in self.posts]
        return sorted([*map(self._bubble, self.texts), *posts, *notes], key=lambda each: each.at)

    def _bubble(self, row: AnyRow) -> Bubble:
        pictures = self.pictures.get(row.id, ())
        if row.inbound:
            return Bubble(row.ordered_at, self.call.contact.name, row.body, "theirs", pictures)
        who = self.house.name if row.automatic else "You" if row.person_id == self.reader.id else row.writer
        state, told = STATES.get(row.status, (LOST, ""))
        if state == LOST:
            why = REASONS.get(row.error_code, f"the telephone company says {row.error_code or 'no more'}")
            told = f"Not sent: {row.not_sent}" if row.not_sent else f"Not delivered: {why}"
        words = row.body.replace(CODE, "(a code)")  # a code is nobody's but theirs
        return Bubble(row.ordered_at, who, words, "ours", pictures, state, told)

    @property
    def stopwatch(self) -> str:
        """How long it took from what they wrote to a voice; empty while nobody has rung."""
        return post_facts.told(self.watch) if self.watch else ""

    @property
    def goes_to(self) -> int | None:
        """The post that they answer, on a network."""
        return self.call.mention.kept if self.call.mention else None

    @property
    def addressees(self) -> list[tuple[int, str, bool]]:
        """Where several write, or one of them both openly and privately: whom they may answer, and whom they do now."""
        if len(self.voices) < 2 or self.call.mention is None:
            return []
        whose, private = self.mention.post.author.handle, self.mention.post.private
        return [(each.id, post_facts.addressee(each), (each.display, each.private) == (whose, private)) for each in self.voices]

    @property
    def where_it_goes(self) -> str:
        """Who will read an answer."""
        return post_facts.where_it_goes(self.call) if self.posts else "They see our number."

    @property
    def may_be_invited(self) -> bool:
        """Can they get a link by which they show who they are and are rung?"""
        can_show_it = bool(self.posts) and bool(of(self.call.contact.network).proofs)
        return can_show_it and not (self.why_not or self.call.contact.phone or self.mention.is_invited)

    @property
    def may_be_followed(self) -> bool:
        """Does their network let a program follow anybody?"""
        return bool(self.posts) and of(self.call.contact.network).lets_follow

    @property
    def mention(self) -> Mention:
        assert self.call.mention is not None, "somebody wrote"
        return self.call.mention

    @property
    def whose(self) -> str:
        """Whose work it is."""
        owner = self.call.case.owner
        if owner is None:
            return "Nobody’s yet"
        return "Yours" if owner.id == self.reader.id else owner.name

    @property
    def why_not(self) -> str:
        """Why nothing that this colleague writes is sent now; empty when it is."""
        return thread_page.why_not_sent(self.call)

    @property
    def why_no_form(self) -> str:
        """The same for somebody who has written nothing yet."""
        return self.why_not.removesuffix("Nothing was sent.").replace(", so nothing was sent", "").strip()

    @property
    def under_way(self) -> str:
        """What goes on about it at this moment, so that nobody rings them twice; empty when nothing does."""
        case = self.call.case
        if case.taken_by:
            mine = case.taken_by.id == self.reader.id
            return f"{'You are' if mine else f'{case.taken_by.first_name} is'} on the telephone about it now."
        if self.call.customer_on_the_line:
            return "They are on the telephone with us now."
        if not self.call.is_in_line:
            return ""
        promised, at = self.call.callback.promised_by, self.call.callback.due_at
        if at > self.call.now:
            return f"{promised.first_name if promised else 'A colleague'} will ring them at {self.clock_time(at)}."
        if promised and promised.id == self.reader.id and self.house.rings_first == "agent":
            return "Your telephone rings in a moment. Press 1 there, and we ring them."
        return "We are asking a colleague to ring them."

    @property
    def is_over(self) -> bool:
        return self.call.case.is_over

    @property
    def reasons(self) -> dict[str, str]:
        """Why it can be sent to a manager, by code; nothing once it is over."""
        return {} if self.is_over else climbing.REASONS

    @property
    def is_mine(self) -> bool:
        return self.call.case.owner is None or self.call.case.owner.id == self.reader.id

    @property
    def may_be_rung(self) -> bool:
        return bool(self.call.contact.phone) and not (self.is_over or self.under_way)

    @property
    def may_be_solved(self) -> bool:
        return self.is_mine and not self.call.case.owes_amends and self.call.case.state in ("open", "reception") and not self.under_way

    def clock_time(self, at: datetime) -> str:
        """An instant on the house's wall clock."""
        return clock_time(self.house, at, self.call.now)


def shown(pictures: Sequence[dict[str, Any]], addresses: Sequence[str]) -> Iterator[Shown]:
    """How each picture of a text is shown: itself, as a file to take, or why it is not there."""
    for picture, address in zip(pictures, addresses, strict=True):
        name = NAMES.get(str(picture.get("kind", "")).partition("/")[0], "file")
        if "kept_as" in picture:
            yield Shown(address, name, name == "picture")
        elif "why" in picture:
            yield Shown("", name, False, f"A {name} that could not be kept: {picture['why']}.")
        else:
            yield Shown("", name, False, f"A {name} that is still on its way.")
