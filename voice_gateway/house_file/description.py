"""What a house file says, once it was read and found right."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.climbing import Rung
from flows.house import (
    Closing,
    EscalationRules,
    LineRules,
    MessageRules,
    Opening,
    PromiseRules,
    RecordingRule,
    TextRules,
    Voice,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours at the carrier, how much it may carry, and what its callers hear and need."""

    number: str
    calls_per_second: float = 1.0
    concurrent_calls: int = 100
    greeting: str = ""
    skill: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the house. `openings` are their own hours; None: they work the house's.

    `takes`: whose calls they want; `greeting`: what is heard before a message to them; `calendar`: the source of
    the iCal feed, or `schedule`: the name of the schedule, that is their hours; `most_cases`: how many open ones
    they may look after; `delegate`: the name of whoever stands in for them, `manager`: of whoever leads them; `share`: how much of what climbs to them
    they take personally, in a hundred; `zone`: their own time zone; `public`: they want to be found on
    the page of our people.
    """

    name: str
    phone: str
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    handles: tuple[tuple[str, str], ...] = ()
    openings: tuple[Opening, ...] | None = None
    takes: str = "everyone"
    greeting: str = ""
    pin: str = field(default="", repr=False)
    calendar: str = field(default="", repr=False)
    schedule: str = ""
    most_cases: int | None = None
    delegate: str = ""
    share: int | None = None
    zone: str = ""
    public: bool = False
    manager: str = ""

    @property
    def is_agent(self) -> bool:
        return "agent" in self.roles

    @property
    def follows(self) -> str:
        """The name of the calendar that tells when they work: a schedule's, or its source; empty when there is none."""
        return self.schedule or self.calendar

    @property
    def owner_rank(self) -> int:
        """Who gets what nobody took: managers (0) before supervisors, agents, and all others (3)."""
        ranks = {"manager": 0, "supervisor": 1, "agent": 2}
        return min((ranks[role] for role in self.roles), default=3)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who is on call: an iCal feed whose events name people. Its address is often a secret."""

    name: str
    calendar: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Customer:
    """A person we serve, and the numbers that are theirs, some of them perhaps with somebody else.

    `page`: the address of their own page on the web; `handles`: what they are said to be called, by network.
    """

    name: str
    phones: tuple[str, ...]
    insider: bool = False
    blocked: bool = False
    page: str = ""
    handles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is told, one after the other, of a case that climbs; for cases of these skills or rules, or for all others."""

    name: str
    rungs: tuple[Rung, ...]
    skills: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """How the house treats those who ring. `calendar`: whose public holidays it keeps."""

    rings_first: str = "agent"
    insider_code: str = field(default="", repr=False)
    calendar: str | None = None
    closings: tuple[Closing, ...] = ()
    line: LineRules = field(default_factory=LineRules)
    messages: MessageRules = field(default_factory=MessageRules)
    texts: TextRules = field(default_factory=TextRules)
    replies: tuple[tuple[str, str], ...] = ()
    voices: tuple[tuple[str, Voice], ...] = ()
    recording: tuple[RecordingRule, ...] = ()
    promises: PromiseRules = field(default_factory=PromiseRules)
    accept_key: str = "1"


@dataclass(frozen=True, slots=True)
class HouseFile:
    """A file that was read and found right. Numbers are E.164; no openings: always open."""

    name: str
    time_zone: str
    countries: tuple[str, ...]
    numbers: tuple[Number, ...]
    openings: tuple[Opening, ...] = ()
    people: tuple[Person, ...] = ()
    contacts: tuple[Customer, ...] = ()
    ways: Ways = Ways()
    schedules: tuple[Schedule, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    escalation: EscalationRules = field(default_factory=EscalationRules)
