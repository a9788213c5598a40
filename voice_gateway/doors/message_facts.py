"""What the page of a message tells the colleague who opens it: in plain words, and never a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.house import House
from voice_gateway.doors.ticket_facts import IN_LINE, clock_time
from voice_gateway.store.tables import AnyRow


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """One look at a message.

    `reader` is whose link it is; `telephones` are those of its case that were rung in this round or are on
    the line; `others` are the messages beside it, and `notes` what colleagues wrote, newest first.
    """

    message: AnyRow
    reader: AnyRow
    telephones: Sequence[AnyRow]
    others: Sequence[AnyRow]
    notes: Sequence[AnyRow]
    house: House
    now: datetime

    @property
    def ticket(self) -> str:
        return f"T{self.message.case_id}"

    @property
    def caller(self) -> str:
        """As the colleague heard it on the telephone."""
        return str(self.message.caller_name)

    @property
    def is_over(self) -> bool:
        return self.message.closed_at is not None

    @property
    def is_new(self) -> bool:
        return bool(self.message.state == "new")

    @property
    def is_done(self) -> bool:
        return bool(self.message.state == "done")

    @property
    def sound(self) -> str:
        """Why it cannot be played, in words; empty when it can."""
        if self.message.kept_as:
            return ""
        if self.message.fetched:
            return "The recording could not be had from the telephone company."
        return "The recording is still on its way from the telephone company. Look again in a minute."

    @property
    def state(self) -> str:
        """New; heard by whom, and when; or done."""
        message = self.message
        if message.state == "done":
            return f"Done, {self.clock_time(message.done_at)}"
        if message.state == "heard":
            who = "you" if message.heard_by_id == self.reader.id else message.heard_by or "a colleague"
            return f"Heard by {who}, {self.clock_time(message.heard_at)}"
        return "New"

    @property
    def whose(self) -> str:
        """Whose work it is."""
        return "Yours" if self.message.owner_id == self.reader.id else self.message.owner or "Nobody’s yet"

    @property
    def under_way(self) -> str:
        """What goes on about it at this moment, so that nobody rings them twice; empty when nothing does."""
        message = self.message
        if message.taken_by:
            mine = message.taken_by == self.reader.name
            who = "You are" if mine else f"{message.taken_by} is"
            return f"{who} {'talking with them' if message.case_state == 'talking' else 'on the telephone about it'} now."
        if self._they_are_on_the_line:
            return "They are on the telephone with us now."
        if message.case_state not in IN_LINE:
            return ""
        if message.due_at > self.now:
            return f"{message.promised_by or 'A colleague'} will ring them at {self.clock_time(message.due_at)}."
        if message.promised_by_id != self.reader.id or self._i_was_rung_in_vain:
            return "We are asking a colleague to ring them."
        if self.house.rings_first == "customer":
            return "We ring them now, and then you."
        return "Your telephone rings in a moment. Press 1 there, and we ring them."

    @property
    def what_next(self) -> str:
        """One sentence on what happens from here on."""
        if self.under_way:
            return self.under_way
        if self.is_done:
            return "It is done, and the ticket is closed." if self.is_over else "It is done. The ticket is still open."
        if self.is_new:
            return "Nobody has heard it yet. If that stays so, another colleague is told."
        return "It stays open until somebody marks it done."

    @property
    def may_be_rung(self) -> bool:
        return bool(self.message.can_be_rung) and not self.is_over and not self.under_way

    @property
    def why_not_rung(self) -> str:
        """Why ringing back is not offered, where nothing else on the page tells it."""
        return "" if self.message.can_be_rung else "They showed no number, so they cannot be rung back."

    @property
    def changes_soon(self) -> bool:
        """Is the page worth another look in a minute?"""
        return bool(self.under_way) or not (self.message.kept_as or self.message.fetched)

    def is_earlier(self, other: AnyRow) -> bool:
        """Was this other message left before the one that is looked at?"""
        return bool((other.left_at, other.id) < (self.message.left_at, self.message.id))

    def has_just_been_noted(self, words: str) -> bool:
        """Are these the words of the newest note, by the same colleague? Then the button was pressed twice."""
        newest = next(iter(self.notes), None)
        return newest is not None and (newest.who, newest.detail) == (self.reader.name.split()[0], words)

    def clock_time(self, at: datetime) -> str:
        """An instant on the house's wall clock."""
        return clock_time(self.house, at, self.now)

    @property
    def _they_are_on_the_line(self) -> bool:
        return any(each.role == "customer" and each.answered_at and not (each.settled_at or each.ended_at)
                   for each in self.telephones)

    @property
    def _i_was_rung_in_vain(self) -> bool:
        return any(each.person_id == self.reader.id and each.ended_at for each in self.telephones)


def length(seconds: int) -> str:
    """How long a message is, as people say it: `7 seconds`, `2 minutes 5 seconds`."""
    minutes, rest = divmod(seconds, 60)
    counted = ((minutes, "minute"), (rest, "second"))
    return " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in counted if count)
