"""The company that answers: its hours, its numbers, its ways of keeping a line and taking messages. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of a week in which somebody works, by the clock on the wall where they are.

    `days` are ISO weekdays (1 is Monday); `open` and `close` are minutes since midnight.
    """

    days: frozenset[int]
    open: int
    close: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A weekly pattern of working hours, shared by all who work it. No openings: always at work.

    `zone`: by whose clock it is read, if not by the house's. `answers`: the house is open while it is worked, for it is
    its own or an agent's; what only managers work opens nothing.
    """

    id: int
    openings: tuple[Opening, ...] = ()
    zone: str = ""
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """A stretch of time in which somebody works because a calendar says so, whatever the week's hours are."""

    begins: datetime
    ends: datetime

    def covers(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Closing:
    """A day on which nobody works, and why: a holiday, or a day of the house's own."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class OurNumber:
    """A number of ours (E.164), what its callers hear first, and what they need."""

    number: str
    greeting: str = ""
    skill: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class LineRules:
    """How the line is kept: who is asked (`longest idle`, `in order`, `all at once`), and its limits."""

    strategy: str = "longest idle"
    places: int = 50
    longest_wait: timedelta = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class MessageRules:
    """How messages are taken."""

    greeting: str = ""
    transcribe: bool = True
    erase_at_carrier: bool = False
    longest: timedelta = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Whose talks are recorded, how they are told (`announce`, `ask` or `never`), what for, and how long it is kept.

    `countries` (two letters) are those of the customers' numbers; none: everybody's, also of whom we do not
    know where they are. `numbers` (E.164) are ours; none: all of them.
    """

    countries: tuple[str, ...]
    numbers: tuple[str, ...]
    how: str
    purpose: str
    keep: timedelta


@dataclass(frozen=True, slots=True)
class TextRules:
    """How texts are handled. `pictures`: those of customers are sent on to colleagues' telephones as well.

    `ask_how_it_was`: whoever agreed to texts is asked so when their case is solved. `contact_request`: what asks somebody by
    WhatsApp to share their number (a ContentSid); empty if the house has none.
    """

    pictures: bool = True
    ask_how_it_was: bool = False
    contact_request: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule of the house's own: when a case climbs, in the language of conditions, and why, in words.

    `ladder` is the name of the one that it climbs; none: that of any other case.
    """

    name: str
    when: str
    why: str
    ladder: str = ""


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """When cases begin to climb by themselves: how long what is owed may be late, and how much is too much.

    `is_on`: the house has ladders; without any only people send cases up. `off`: the names of rules that do not apply here.
    `alarm_text`: the number (E.164) that is texted when a ladder has come to its end.
    `may_send_down`: the numbers (E.164) outside from which a text makes a case climb. `words`: by the name of a rule, what the
    house's customers say in their languages.
    """

    is_on: bool = False
    off: tuple[str, ...] = ()
    callback: timedelta = timedelta(minutes=20)
    line: timedelta = timedelta(minutes=10)
    voicemail: timedelta = timedelta(hours=1)
    text: timedelta = timedelta(hours=1)
    update: timedelta = timedelta(minutes=15)
    marked: timedelta = timedelta(minutes=3)
    contacts: int = 3
    followers: int = 20_000
    spread: int = 25
    angry_people: int = 3
    alarm_text: str = ""
    may_send_down: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseRules:
    """How often a customer hears from whoever looks after their case, unless something else was arranged."""

    update_every: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Voice:
    """How we speak on one network. `opening` stands before what a colleague answers there, `signature` after it, with their
    first name, their initials or the house's name filled in; `short`: what the house says by itself is said shortly.
    """

    opening: str = ""
    signature: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """The company that answers: its name, its clock on the wall, its hours, its ways.

    `on_call`: when anybody works by a calendar, in order, for the coming weeks. `accept_key`: `1`, or `random`: whoever a
    case climbs to presses a key that changes with every ring before they hear it.
    """

    name: str
    time_zone: str
    shifts: tuple[Shift, ...] = ()
    closings: tuple[Closing, ...] = ()
    numbers: tuple[OurNumber, ...] = ()
    line: LineRules = LineRules()
    messages: MessageRules = MessageRules()
    rings_first: str = "agent"
    texts: TextRules = TextRules()
    replies: tuple[tuple[str, str], ...] = ()
    recording: tuple[RecordingRule, ...] = ()
    on_call: tuple[Duty, ...] = ()
    accept_key: str = "1"
    escalation: EscalationRules = EscalationRules()
    promises: PromiseRules = PromiseRules()
    voices: tuple[tuple[str, Voice], ...] = ()

    def voice(self, network: str) -> Voice:
        """How we speak on this network."""
        return next((voice for name, voice in self.voices if name == network), Voice())

    def reply(self, name: str) -> str:
        """The saved reply of this name; empty if there is none."""
        return next((words for each, words in self.replies if each == name.casefold()), "")

    def wall(self, at: datetime, zone: str = "") -> datetime:
        """The same instant as the house's clock on the wall shows it, or that of another zone."""
        return at.astimezone(ZoneInfo(zone or self.time_zone))

    def closed_for(self, day: date) -> str:
        """Why nobody works on this day; empty on an ordinary one."""
        return next((closing.why for closing in self.closings if closing.day == day), "")

    def number(self, number: str) -> OurNumber:
        """What is known of a number of ours."""
        return next((each for each in self.numbers if each.number == number), OurNumber(number))

    def recording_rule(self, country: str, ours: str) -> RecordingRule | None:
        """The first rule about this customer's country and this number of ours; without one nothing is recorded."""
        return next((rule for rule in self.recording
                     if (not rule.countries or country in rule.countries)
                     and (not rule.numbers or ours in rule.numbers)), None)
