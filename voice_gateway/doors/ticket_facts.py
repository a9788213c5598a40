"""What a ticket tells, to whoever holds its address: in plain words, as a page and as data.

It tells how things stand, when what happened, and the first names of those of the
house who were asked. It never tells whose ticket it is: no number, no name, no
reason (docs/decisions/0010-what-a-ticket-shows.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.house import House
from voice_gateway.store.look_up import Step, Ticket
from voice_gateway.tickets import digest

FEWEST_WAITS = 10
GUESSED_BAND = (30, 300)  # seconds; said until enough people have waited
IN_LINE = ("waiting", "asking")
STAGES = ("asked", "colleague", "your phone", "talking", "done")
_STAGE_OF = {"waiting": 0, "asking": 1, "calling": 2, "talking": 3}


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """One look at a ticket. `waits` are recent waits of others, shortest first."""

    ticket: Ticket
    house: House
    place: int
    waits: Sequence[timedelta]
    now: datetime

    @property
    def is_over(self) -> bool:
        return self.ticket.closed_at is not None

    @property
    def is_put_off(self) -> bool:
        """Are we to ring later, not now?"""
        return self.ticket.state == "waiting" and self.ticket.due_at > self.now

    @property
    def who(self) -> str:
        """The first name of whoever looks after it; empty while nobody does."""
        return self.ticket.taken_by or self.ticket.owner

    @property
    def elapsed_seconds(self) -> int:
        return int(((self.ticket.closed_at or self.now) - self.ticket.opened_at).total_seconds())

    @property
    def promised_at(self) -> datetime | None:
        """When the customer hears from us next, at the latest; None when it is going on now or over."""
        if self.is_over:
            return None
        return self.ticket.due_at if self.is_put_off else self.ticket.next_at

    @property
    def wait_seconds(self) -> tuple[int, int] | None:
        """From now until talking: half of all get there by the first, nine of ten by the second.

        Measured on those who wanted a call at once and had waited as long as this one; with fewer than
        ten of them it is a wide guess (`wait_is_a_guess`). None for who does not wait.
        """
        if self.ticket.state not in IN_LINE:
            return None
        if self.is_put_off:
            until = int((self.ticket.due_at - self.now).total_seconds())
            low, high = band(self.waits, timedelta(0))
            return until + low, until + high
        return band(self.waits, self.now - self.ticket.wanted_at)

    @property
    def wait_is_a_guess(self) -> bool:
        return len(_longer(self.waits, self._waited)) < FEWEST_WAITS

    @property
    def _waited(self) -> timedelta:
        return timedelta(0) if self.is_put_off else self.now - self.ticket.wanted_at

    @property
    def stage(self) -> int | None:
        """How far along the line of STAGES; None when somebody looks after it off the line."""
        return len(STAGES) - 1 if self.is_over else _STAGE_OF.get(self.ticket.state)

    @property
    def headline(self) -> str:
        """How things stand, in one plain sentence."""
        ticket = self.ticket
        if self.is_put_off:
            return "We will ring you."
        known = {
            "waiting": "You are in line.",
            "asking": "We are asking a colleague for you.",
            "calling": f"{self.who or 'A colleague'} is ready. We are ringing you now.",
            "talking": f"You are talking with {self.who or 'a colleague'}.",
            "reception": "You are on the telephone with us.",
            "open": f"{self.who or 'A colleague'} looks after it.",
            "solved": "Solved.",
            "cancelled": "Cancelled.",
        }
        return known.get(ticket.state) or ("It is closed." if self.is_over else f"It is {ticket.state}.")

    @property
    def looks_again_after(self) -> int | None:
        """Seconds after which a page is worth another look; None when nothing more will happen."""
        if self.is_over:
            return None
        promised = self.promised_at
        if promised and promised - self.now > timedelta(minutes=5):
            return 60
        return 60 if self.ticket.state == "open" else 5

    def steps(self) -> list[tuple[datetime, str, str]]:
        """Each thing that happened and is for its customer: when, the journal's word for it, and a sentence.

        That we picked up when they rang us goes without saying.
        """
        steps = self.ticket.steps
        told = [(step, sentence(step)) for before, step in zip((None, *steps), steps, strict=False)
                if not (before and before.what == "rang in" and step.what == "answered")]
        return [(step.at, step.what, text) for step, text in told if text]

    def clock_time(self, at: datetime) -> str:
        """An instant on the house's wall clock: `3:10 pm`, with the day unless it is today."""
        return clock_time(self.house, at, self.now)

    def is_today(self, at: datetime) -> bool:
        return self.house.wall(at).date() == self.house.wall(self.now).date()

    def step_time(self, at: datetime) -> str:
        """When a step happened: to the second today, else with its day."""
        there = self.house.wall(at)
        half, hour = "am" if there.hour < 12 else "pm", there.hour % 12 or 12
        if self.is_today(at):
            return f"{hour}:{there:%M:%S} {half}"
        return f"{there:%a} {there.day} {there:%b}, {hour}:{there:%M} {half}"

    def as_data(self) -> dict[str, object]:
        """All of it, for programs. Times are ISO with zone, spans are seconds."""
        wait = self.wait_seconds
        return {
            "ticket": self.ticket.name,
            "state": self.ticket.state,
            "headline": self.headline,
            "owner": self.ticket.owner or None,
            "taken_by": self.ticket.taken_by or None,
            "opened_at": self.ticket.opened_at.isoformat(),
            "closed_at": self.ticket.closed_at.isoformat() if self.ticket.closed_at else None,
            "elapsed_seconds": self.elapsed_seconds,
            "position": self.place,
            "wait_seconds": list(wait) if wait else None,
            "wait_is_a_guess": self.wait_is_a_guess if wait else None,
            "promised_at": self.promised_at.isoformat() if self.promised_at else None,
            "time_zone": self.house.time_zone,
            "look_again_after": self.looks_again_after,
            "steps": [{"at": at.isoformat(), "what": what, "text": text} for at, what, text in self.steps()],
        }

    @property
    def tag(self) -> str:
        """Another one as soon as something has happened; time alone does not change it."""
        lasting = {key: value for key, value in self.as_data().items() if key not in ("elapsed_seconds", "wait_seconds")}
        return digest(json.dumps(lasting, sort_keys=True))[:32]


def clock_time(house: House, at: datetime, now: datetime) -> str:
    """An instant on the house's wall clock: `3:10 pm`, with the day unless it is today."""
    there = house.wall(at)
    spoken = f"{there.hour % 12 or 12}:{there.minute:02d} {'am' if there.hour < 12 else 'pm'}"
    return spoken if there.date() == house.wall(now).date() else f"{there:%A} {there.day} {there:%B}, {spoken}"


def band(waits: Sequence[timedelta], waited: timedelta) -> tuple[int, int]:
    """The seconds within which half, and nine of ten, of those who waited longer than this got through."""
    longer = _longer(waits, waited)
    if len(longer) < FEWEST_WAITS:
        return GUESSED_BAND
    half, most = (longer[int(share * (len(longer) - 1))] - waited for share in (0.5, 0.9))
    return int(half.total_seconds()), int(most.total_seconds())


def _longer(waits: Sequence[timedelta], waited: timedelta) -> list[timedelta]:
    return [each for each in waits if each > waited]


def sentence(step: Step) -> str:
    """One line of the journal for its customer; empty for what is only for the house.

    A name is told only where it is sure to be a colleague's, a detail only where it is a time. Words that
    are not listed here are for the house: a new one is kept from the customer until somebody writes its sentence.
    """
    if step.who == "guest":
        return ""
    who = step.who or "A colleague"
    told = {
        "asked for a call": "You asked for a call.",
        "asked again": "You asked again.",
        "asked for": f"You asked for {who}.",
        "rang in": "You rang us.",
        "joined the line": "You joined the line.",
        "goes first": "You go before others.",
        "line full": "Everybody was busy, and the line was full.",
        "another number": "You gave us another number to ring.",
        "hung up": "You hung up.",
        "missed call": "We missed your call.",
        "ringing": "We ring you." if step.who == "customer" else f"We ring {who}.",
        "answered": "You answered." if step.who == "customer" else f"{who} answered.",
        "passed": f"{who} could not take it just now. We ask the next colleague.",
        "text not delivered": "A text could not be delivered.",
        "talk is recorded": "The call is recorded, as we told you.",
        "not recorded": "You did not want it recorded.",
        "recording paused": "The recording was paused.",
        "recording goes on": "The recording goes on.",
        "recording erased": "The recording of the call was erased.",
        "left a message": "You left a message.",
        "message heard": f"{who} heard your message.",
        "message climbs": f"{who} was told of your message as well.",
        "nobody to hear a message": "Nobody was there to hear your message yet. We keep it.",
        "erased at the carrier": "The telephone company has erased its copy of your message.",
        "no number to text to": "There was no number to send you a text to.",
        "something of ours broke": "Something of ours did not work. A colleague sees to it.",
        "takes it": f"{who} takes it.",
        "talking": f"You talk with {who}.",
        "text": "We sent you a text.",
        "will ring": f"{step.who or 'We'} will ring you at {step.detail}.",
        "nobody was free": "Nobody was free yet.",
        "looks after it": f"{who} looks after it.",
        "nobody to own it": "Nobody was there to take it over yet. It stays open.",
        "message done": f"{who} has dealt with your message.",
        "wrote": "You wrote to us.",
        "answered by text": f"{who} answered you.",
        "told an update": f"{who} sent you an update.",
        "acknowledged": f"{who} has taken it on.",
        "answered there": "We answered where you wrote.",
        "confirmed": "You confirmed it.",
        "rated": "You told us how it was.",
        "no more texts": "You asked for no more texts.",
        "texts again": "You agreed to texts again.",
        "closed": "Solved." if step.detail == "solved" else "Closed.",
    }
    return told.get(step.what, "")
